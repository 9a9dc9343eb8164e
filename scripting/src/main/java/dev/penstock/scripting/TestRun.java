package dev.penstock.scripting;

import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.scripting.web.Guard;
import dev.penstock.scripting.web.HeaderMapHost;
import dev.penstock.scripting.web.HostBody;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.graalvm.polyglot.Value;

/** One request of a test on its way through the phases of a script. */
final class TestRun {
  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final int MOST_ATTEMPTS = 3;

  private final TestHost host;
  private final TestRoute route;
  private final Filter filter;
  private final byte[] body;
  private final Value done;
  private final Value failed;
  private String upstreamAsked = "";

  TestRun(TestHost host, TestRoute route, byte[] body, Value done, Value failed) {
    this.host = host;
    this.route = route;
    this.filter = route.filter();
    this.body = body;
    this.done = done;
    this.failed = failed;
  }

  void start(String method, String target, String authority, String fields) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    SyntheticExchange of =
        new SyntheticExchange("test-" + NUMBERS.incrementAndGet(), "test", method, path, authority);
    if (mark >= 0) of.request().query(target.substring(mark + 1));
    of.upstreams(route.upstreamNames());
    for (String line : fields.split("\n", -1)) {
      int colon = line.indexOf(": ");
      if (colon > 0)
        of.request().headers().set(line.substring(0, colon), line.substring(colon + 2));
    }
    if (body.length > 0)
      of.request().headers().set("Content-Length", Integer.toString(body.length));
    of.body(body);
    if (route.given("params") instanceof Map<?, ?> params) {
      params.forEach(
          (name, value) -> of.pathParameters().put(String.valueOf(name), String.valueOf(value)));
    }
    if (route.given("clientIp") instanceof String ip) {
      try {
        of.client(InetAddress.getByName(ip)); // a literal: nothing is looked up
      } catch (UnknownHostException e) {
        host.inTest(() -> failed.executeVoid("clientIp is no address: " + ip));
        return;
      }
    }
    step(of, Phase.ON_REQUEST, () -> filter.onRequest(of), verdict -> afterRequest(of, verdict));
  }

  private void step(
      SyntheticExchange of, Phase phase, Supplier<Verdict> call, Consumer<Verdict> then) {
    if (!route.has(phase)) {
      then.accept(Verdict.NEXT);
      return;
    }
    of.onSuspend(verdict -> host.context().thread().execute(() -> then.accept(verdict)));
    Verdict verdict = call.get();
    if (!(verdict instanceof Verdict.Suspend)) then.accept(verdict);
  }

  private void afterRequest(SyntheticExchange of, Verdict verdict) {
    if (ends(of, verdict)) return;
    BodySource source = of.replacedBody();
    if (source == null) afterBody(of, body);
    else collect(source, bytes -> afterBody(of, bytes));
  }

  private void afterBody(SyntheticExchange of, byte[] bytes) {
    WholePart part = new WholePart(bytes);
    step(
        of,
        Phase.ON_REQUEST_BODY,
        () -> filter.onRequestBody(of, part),
        verdict -> {
          if (!ends(of, verdict)) attempt(of, part.now());
        });
  }

  private void attempt(SyntheticExchange of, byte[] bytes) {
    of.attempt();
    step(
        of,
        Phase.ON_UPSTREAM_REQUEST,
        () -> filter.onUpstreamRequest(of),
        verdict -> {
          if (ends(of, verdict)) return;
          String name = of.upstream() == null ? "default" : String.valueOf(of.upstream());
          upstreamAsked = name;
          route
              .upstreams()
              .ask(
                  name,
                  of.upstreamRequest(),
                  of.scheme() + "://" + of.request().authority(),
                  bytes,
                  response -> {
                    if (response == null) {
                      failedAttempt(of, bytes);
                      return;
                    }
                    of.answer(response.head());
                    step(
                        of,
                        Phase.ON_UPSTREAM_RESPONSE,
                        () -> filter.onUpstreamResponse(of),
                        next -> respond(of, next, response));
                  });
        });
  }

  private void failedAttempt(SyntheticExchange of, byte[] bytes) {
    ProxyError error =
        ProxyError.of(ProxyError.Kind.UPSTREAM_RESET, "the upstream of the test failed");
    step(
        of,
        Phase.ON_UPSTREAM_ERROR,
        () -> filter.onUpstreamError(of, error),
        verdict -> {
          if (verdict instanceof Verdict.Retry && of.attempts() < MOST_ATTEMPTS) attempt(of, bytes);
          else if (!ends(of, verdict)) respond(of, Verdict.NEXT, failure(error));
        });
  }

  private boolean ends(SyntheticExchange of, Verdict verdict) {
    if (verdict instanceof Verdict.Respond answer) {
      respond(of, Verdict.NEXT, answer.response());
      return true;
    }
    if (verdict instanceof Verdict.Reject reject) {
      respond(of, Verdict.NEXT, failure(reject.error()));
      return true;
    }
    return false;
  }

  private void respond(SyntheticExchange of, Verdict verdict, Response response) {
    Response now = replaced(verdict, response);
    of.answer(now.head());
    step(
        of,
        Phase.ON_RESPONSE,
        () -> filter.onResponse(of),
        next -> {
          Response last = replaced(next, now);
          if (last != now) of.answer(last.head());
          BodySource source = last.source();
          if (source == null) bodyOf(of, last.body());
          else collect(source, bytes -> bodyOf(of, bytes));
        });
  }

  private void bodyOf(SyntheticExchange of, byte[] bytes) {
    WholePart part = new WholePart(bytes);
    step(
        of,
        Phase.ON_RESPONSE_BODY,
        () -> filter.onResponseBody(of, part),
        verdict -> {
          if (verdict instanceof Verdict.Reject reject) of.answer(reject.error().kind().status());
          finish(of, part.now());
        });
  }

  private void finish(SyntheticExchange of, byte[] bytes) {
    ResponseHead head = new ResponseHead();
    head.status(of.response().status());
    head.headers().addAll(of.response().headers());
    filter.onLog(of);
    int status = head.status();
    boolean hasBody = status != 204 && status != 205 && status != 304;
    host.inTest(() ->
        done.executeVoid(
            host.context()
                .guest()
                .host()
                .web()
                .response(
                    status,
                    "",
                    new HeaderMapHost(head.headers()),
                    hasBody
                        ? new HostBody(new BytesSource(bytes), bytes.length, bytes.length)
                        : null,
                    "http://test/",
                    false,
                    Guard.NONE),
            upstreamAsked));
  }

  private Response failure(ProxyError error) {
    return Response.text(error.kind().status(), error.kind().name() + ": " + error.detail() + "\n");
  }

  private Response replaced(Verdict verdict, Response response) {
    if (verdict instanceof Verdict.Respond answer) return answer.response();
    if (verdict instanceof Verdict.Reject reject) return failure(reject.error());
    return response;
  }

  private void collect(BodySource source, Consumer<byte[]> then) {
    source.start(
        new CollectingSink(
            64 << 20,
            bytes -> host.context().thread().execute(() -> then.accept(bytes)),
            problem -> host.inTest(() -> failed.executeVoid(problem))));
  }
}
