package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.scripting.web.FetchCall;
import dev.penstock.scripting.web.UrlRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code fetch()} calls of one exchange: where they may go, how many there may be, and their
 * end with it.
 */
final class Fetches {
  private static final int MAX_REDIRECTS = 20;

  private final ScriptExchange exchange;
  private final List<Runnable> cancels = new ArrayList<>();
  private int count;

  Fetches(ScriptExchange exchange) {
    this.exchange = exchange;
  }

  /** Sends {@code call}, or fails it with a sentence for the author. In a turn. */
  void start(FetchCall call) {
    byte[] content = call.content();
    BodySource body = content != null ? new BytesSource(content) : call.source();
    Fetch fetch = new Fetch(call, call.method(), call.url(), call.headers(), body, call.length());
    call.onAbort(fetch::cancel);
    fetch.send();
  }

  /** The exchange is over, or its time is. */
  void cancelAll() {
    List<Runnable> all = List.copyOf(cancels);
    cancels.clear();
    all.forEach(Runnable::run);
  }

  /** One call, over its redirects. */
  private final class Fetch implements Subrequests.Callback, Runnable {
    private final FetchCall call;
    private final HeaderMap headers;
    private String method;
    private String url;
    private @Nullable BodySource body;
    private long bodyLength;
    private int redirects;
    private boolean over;
    private @Nullable Runnable cancelSent;
    private @Nullable GuestSource answered;

    Fetch(
        FetchCall call,
        String method,
        String url,
        HeaderMap headers,
        @Nullable BodySource body,
        long bodyLength) {
      this.call = call;
      this.method = method;
      this.url = url;
      this.headers = headers;
      this.body = body;
      this.bodyLength = bodyLength;
    }

    void send() {
      if (++count > exchange.limits().subrequests()) {
        call.fail(
            "too many subrequests: limits.subrequests allows "
                + exchange.limits().subrequests()
                + " in a request");
        return;
      }
      UrlRecord to = UrlRecord.parse(url, null);
      if (to == null || !(to.protocol().equals("http:") || to.protocol().equals("https:"))) {
        call.fail("fetch() speaks http and https only: " + url);
        return;
      }
      Target target = target(to);
      if (target.problem != null) {
        call.fail(target.problem);
        return;
      }
      exchange.use().context().stats().subrequest();
      BodySource sent =
          body == null || body instanceof BytesSource ? body : new TurnSource(exchange, body);
      if (body instanceof GuestSource passing) sent = passing.untouched();
      cancels.add(this);
      Subrequests.Spec spec =
          new Subrequests.Spec(
              target.upstream,
              method,
              to.pathname() + to.search(),
              target.authority,
              headers,
              sent,
              body == null ? 0 : bodyLength,
              Duration.ofNanos(exchange.limits().wallNs()));
      Subrequests subrequests = exchange.use().subrequests();
      cancelSent =
          target.egress == null
              ? subrequests.send(spec, this)
              : subrequests.sendTo(
                  target.upstream, target.port, target.egress.internal(), spec, this);
    }

    private Target target(UrlRecord url) {
      String host = url.hostname();
      String authority = url.host();
      int port = url.port().isEmpty() ? 80 : Integer.parseInt(url.port());
      Bindings bindings = exchange.use().bindings();
      if (!(call.binding() instanceof Bindings.ToUpstream) && BlockedPorts.contains(port)) {
        return Target.none("fetch() does not go to port " + port + ", which other protocols use");
      }
      return switch (call.binding()) {
        case Bindings.ToUpstream to ->
            Target.of(to.upstream(), host.equals(to.upstream()) ? null : authority);
        case Bindings.Egress egress -> {
          if (!egress.allows(host)) {
            yield Target.none("env." + egress.name() + " does not allow the host " + host);
          }
          if (!url.protocol().equals("http:")) {
            yield Target.none(
                "env."
                    + egress.name()
                    + " speaks plain http only; for https configure an upstream with tls and bind it under env.upstreams");
          }
          String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
          yield new Target(bare, port, egress, authority, null);
        }
        case null, default -> byName(bindings, host, authority);
      };
    }

    private static Target byName(Bindings bindings, String host, String authority) {
      if (bindings.upstreams().contains(host)) return Target.of(host, null);
      return Target.none(
          "fetch() cannot reach "
              + authority
              + ": no upstream has this name. Configure an upstream with the server as its endpoint, bind it under"
              + " env.upstreams, and call env.NAME.fetch(url); or bind env.egress for other hosts");
    }

    @Override
    public void onResponse(ResponseHead head, BodySource source) {
      if (over) {
        source.cancel();
        return;
      }
      cancelSent = null;
      String location = head.headers().get("Location");
      boolean isRedirect = location != null && isRedirect(head.status());
      if (isRedirect && call.redirect().equals("error")) {
        source.cancel();
        settle(() -> call.fail("the answer is a redirect, and redirect is \"error\""));
      } else if (isRedirect && call.redirect().equals("follow")) {
        source.cancel();
        follow(head.status(), location);
      } else {
        HeaderMap copy = new HeaderMap();
        copy.addAll(head.headers());
        int status = head.status();
        answered = new GuestSource(exchange, source);
        String size = head.headers().get(HeaderName.CONTENT_LENGTH);
        long length = size == null ? -1 : Long.parseLong(size);
        boolean hasBody = !method.equals("HEAD") && status != 204 && status != 205 && status != 304;
        if (!hasBody) answered.cancel();
        exchange
            .use()
            .context()
            .run(
                exchange,
                exchange.limits(),
                () ->
                    call.respond(
                        status, "", copy, hasBody ? answered : null, length, url, redirects > 0));
      }
    }

    @Override
    public void onFailure(ProxyError error) {
      if (over) return;
      settle(() -> call.fail("the request to " + hostOf(url) + " failed: " + error.detail()));
    }

    private void follow(int status, @Nullable String location) {
      if (++redirects > MAX_REDIRECTS) {
        settle(() -> call.fail("more than " + MAX_REDIRECTS + " redirects"));
        return;
      }
      String from = hostOf(url);
      UrlRecord next =
          UrlRecord.parse(location == null ? "" : location, UrlRecord.parse(url, null));
      if (next == null) {
        settle(() -> call.fail("the answer redirects to something that is no URL"));
        return;
      }
      url = next.hrefWithoutFragment();
      boolean becomesGet =
          (status == 303 && !method.equals("HEAD"))
              || ((status == 301 || status == 302) && method.equals("POST"));
      if (becomesGet) {
        method = "GET";
        body = null;
        headers.remove(HeaderName.CONTENT_LENGTH);
        headers.remove("Content-Type");
        headers.remove("Content-Encoding");
      } else if (body != null) {
        settle(() -> call.fail("a redirect of a request whose body was sent cannot be followed"));
        return;
      }
      if (!from.equals(hostOf(url))) {
        headers.remove("Authorization");
        headers.remove("Cookie");
        headers.remove("Proxy-Authorization");
        headers.remove(HeaderName.HOST);
      }
      cancels.remove(this);
      exchange.use().context().run(exchange, exchange.limits(), this::send);
    }

    private void settle(Runnable tells) {
      over = true;
      cancels.remove(this);
      exchange.use().context().run(exchange, exchange.limits(), tells);
    }

    /** Nobody wants the answer any more. */
    void cancel() {
      over = true;
      cancels.remove(this);
      Runnable sent = cancelSent;
      cancelSent = null;
      if (sent != null) sent.run();
      if (answered != null) answered.cancel();
    }

    @Override
    public void run() {
      boolean waits = cancelSent != null;
      cancel();
      if (waits && !exchange.isOver()) {
        exchange
            .use()
            .context()
            .run(exchange, exchange.limits(), () -> call.fail("the exchange is over"));
      }
    }
  }

  private static String hostOf(String url) {
    int from = url.indexOf("://");
    int to = from < 0 ? -1 : url.indexOf('/', from + 3);
    return from < 0 ? url : url.substring(from + 3, to < 0 ? url.length() : to);
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /**
   * Where a call goes, or why it goes nowhere.
   *
   * @param upstream name of an upstream, or with {@code egress} a host
   */
  private record Target(
      String upstream,
      int port,
      Bindings.@Nullable Egress egress,
      @Nullable String authority,
      @Nullable String problem) {
    static Target of(String upstream, @Nullable String authority) {
      return new Target(upstream, 0, null, authority, null);
    }

    static Target none(String problem) {
      return new Target("", 0, null, null, problem);
    }
  }
}
