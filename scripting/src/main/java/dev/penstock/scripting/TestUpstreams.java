package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.scripting.web.Guard;
import dev.penstock.scripting.web.HeaderMapHost;
import dev.penstock.scripting.web.HeadersHost;
import dev.penstock.scripting.web.HostBody;
import dev.penstock.scripting.web.RequestHost;
import java.util.function.Consumer;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * A function of a test that stands for all upstreams of its route: for what the route forwards, and
 * for {@code fetch()} of its script. Public for the engine's access checks only.
 */
public final class TestUpstreams implements Subrequests {
  private final TestHost host;
  private final Value function;

  TestUpstreams(TestHost host, Value function) {
    this.host = host;
    this.function = function;
  }

  /** Calls the function with a request; {@code then} gets null when it throws. */
  void ask(
      String name,
      RequestHead head,
      String origin,
      byte[] body,
      Consumer<@Nullable Response> then) {
    ScriptContext tests = host.context();
    HeaderMap fields = new HeaderMap();
    fields.addAll(head.headers());
    String url = origin + head.path() + (head.hasQuery() ? "?" + head.query() : "");
    String method = head.method();
    host.inTest(() -> {
      Value request =
          tests.guest().host().web().request(new Given(method, url, fields, body), Guard.NONE);
      Answer answer = new Answer(tests, then);
      function.executeVoid(name, request, answer);
    });
  }

  @Override
  public Runnable send(Spec spec, Callback callback) {
    RequestHead head = new RequestHead();
    head.method(spec.method());
    int mark = spec.path().indexOf('?');
    head.path(mark < 0 ? spec.path() : spec.path().substring(0, mark));
    if (mark >= 0) head.query(spec.path().substring(mark + 1));
    head.headers().addAll(spec.headers());
    boolean[] cancelled = new boolean[1];
    Consumer<byte[]> begin =
        bytes ->
            ask(
                spec.upstream(),
                head,
                "http://" + (spec.authority() == null ? spec.upstream() : spec.authority()),
                bytes,
                response -> {
                  if (cancelled[0]) return;
                  if (response == null)
                    callback.onFailure(
                        ProxyError.of(
                            ProxyError.Kind.UPSTREAM_RESET, "the upstream of the test failed"));
                  else
                    callback.onResponse(
                        response.head(),
                        response.source() != null
                            ? response.source()
                            : new BytesSource(response.body()));
                });
    BodySource source = spec.body();
    if (source == null) host.context().thread().execute(() -> begin.accept(new byte[0]));
    else
      source.start(
          new CollectingSink(
              64 << 20,
              bytes -> host.context().thread().execute(() -> begin.accept(bytes)),
              problem -> {}));
    return () -> cancelled[0] = true;
  }

  /** Takes what the function of a test answers. */
  public static final class Answer {
    private final ScriptContext tests;
    private final Consumer<@Nullable Response> then;

    Answer(ScriptContext tests, Consumer<@Nullable Response> then) {
      this.tests = tests;
      this.then = then;
    }

    @HostAccess.Export
    public void respond(Value response) {
      Response taken = tests.guest().host().web().take(response);
      tests.thread().execute(() -> then.accept(taken));
    }

    @HostAccess.Export
    public void fail() {
      tests.thread().execute(() -> then.accept(null));
    }
  }

  /** The request that an upstream of a test gets. */
  public static final class Given extends RequestHost {
    private final String method;
    private final String url;
    private final HeaderMap fields;
    private final byte[] body;

    Given(String method, String url, HeaderMap fields, byte[] body) {
      this.method = method;
      this.url = url;
      this.fields = fields;
      this.body = body;
    }

    @Override
    @HostAccess.Export
    public String method() {
      return method;
    }

    @Override
    @HostAccess.Export
    public String url() {
      return url;
    }

    @Override
    @HostAccess.Export
    public HeadersHost headers() {
      return new HeaderMapHost(fields);
    }

    @Override
    @HostAccess.Export
    public @Nullable HostBody body() {
      boolean has = body.length > 0 && !method.equals("GET") && !method.equals("HEAD");
      return has ? new HostBody(new BytesSource(body), body.length, body.length) : null;
    }
  }
}
