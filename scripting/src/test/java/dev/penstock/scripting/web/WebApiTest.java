package dev.penstock.scripting.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The door between runtime and Web APIs: messages in, messages out, bodies that stream. */
class WebApiTest {
  private final FakeWebHost host = new FakeWebHost();
  private final Context context =
      Context.newBuilder("js")
          .option("engine.WarnInterpreterOnly", "false")
          .allowExperimentalOptions(true)
          .options(WebApi.CONTEXT_OPTIONS)
          .allowHostAccess(WebApi.HOST_ACCESS)
          .build();
  private final WebApi api = WebApi.install(context, host, 64);

  @AfterEach
  void close() {
    context.close();
  }

  /** Takes what it gets, one part at a time when {@code isSlow}. */
  private static final class Sink implements BodySink {
    final StringBuilder text = new StringBuilder();
    int parts;
    boolean isEnded;
    @Nullable ProxyError error;
    private final boolean isSlow;

    Sink(boolean isSlow) {
      this.isSlow = isSlow;
    }

    @Override
    public boolean write(ByteBuffer part) {
      parts++;
      text.append(StandardCharsets.UTF_8.decode(part));
      return !isSlow;
    }

    @Override
    public void end(@Nullable HeaderMap trailers) {
      isEnded = true;
    }

    @Override
    public void fail(ProxyError failure) {
      error = failure;
    }
  }

  @Test
  void takesAResponseWithAText() {
    Response response =
        api.take(
            context.eval("js", "new Response('hi', { status: 201, headers: { 'x-a': 'b' } })"));
    assertThat(response.head().status()).isEqualTo(201);
    assertThat(response.head().headers().get("x-a")).isEqualTo("b");
    assertThat(response.head().headers().get("content-type")).isEqualTo("text/plain;charset=UTF-8");
    assertThat(response.body()).asString(StandardCharsets.UTF_8).isEqualTo("hi");
  }

  @Test
  void readsAStreamNoFasterThanItIsTaken() {
    Value response =
        context.eval(
            "js",
            """
            globalThis.pulls = 0;
            new Response(new ReadableStream({
              pull(c) {
                if (++pulls > 3) c.close();
                else c.enqueue(new TextEncoder().encode(`part ${pulls} `));
              } }, { highWaterMark: 0 }))\
            """);
    BodySource source = api.take(response).source();
    Sink sink = new Sink(true);
    source.start(sink);
    assertThat(sink.parts).isEqualTo(1);
    assertThat(context.eval("js", "pulls").asInt()).isEqualTo(1);
    source.demand();
    source.demand();
    source.demand();
    assertThat(sink.text).hasToString("part 1 part 2 part 3 ");
    assertThat(sink.isEnded).isTrue();
  }

  @Test
  void tellsWhenAStreamFailsAndWhenTheReaderGoesAway() {
    Sink sink = new Sink(false);
    api.take(
            context.eval(
                "js",
                "new Response(new ReadableStream({ pull(c) { c.error(new Error('no more')); } }))"))
        .source()
        .start(sink);
    assertThat(sink.error).isNotNull();
    assertThat(sink.error.detail()).contains("no more");
    BodySource source =
        api.take(
                context.eval(
                    "js",
                    "new Response(new ReadableStream({ cancel(reason) { globalThis.why = reason.name; } }))"))
            .source();
    source.start(new Sink(false));
    source.cancel();
    assertThat(context.eval("js", "why").asString()).isEqualTo("AbortError");
  }

  @Test
  void passesAnUntouchedBodyOfTheGatewayOnWithoutReadingIt() {
    BodySource body = new BytesBody("x".getBytes(StandardCharsets.UTF_8));
    Value response =
        api.response(
            200,
            "",
            new HeaderMapHost(new HeaderMap()),
            new HostBody(body, 1, 64),
            "",
            false,
            Guard.GATEWAY);
    context.getBindings("js").putMember("upstream", response);
    Value same = context.eval("js", "new Response(upstream.body, upstream)");
    assertThat(api.take(same).source()).isSameAs(body);
    assertThat(context.eval("js", "upstream.bodyUsed").asBoolean()).isTrue();
  }

  /** S1. */
  @Test
  void refusesWhatIsNoFreshResponse() {
    Value used = context.eval("js", "const r = new Response('x'); r.text(); r");
    assertThatThrownBy(() -> api.take(used))
        .isInstanceOf(PolyglotException.class)
        .hasMessageContaining("already used");
    assertThatThrownBy(() -> api.take(context.eval("js", "({})")))
        .hasMessageContaining("did not return a Response");
    assertThatThrownBy(() -> api.take(context.eval("js", "Response.error()")))
        .hasMessageContaining("Response.error()");
    assertThat(api.isResponse(context.eval("js", "({})"))).isFalse();
    assertThat(api.isResponse(context.eval("js", "new Response()"))).isTrue();
  }

  /** S8. */
  @Test
  void stopsReadingABodyAtTheLimit() throws InterruptedException {
    BodySource body = new BytesBody(new byte[65]);
    Value message =
        api.response(
            200,
            "",
            new HeaderMapHost(new HeaderMap()),
            new HostBody(body, -1, 64),
            "",
            false,
            Guard.GATEWAY);
    context.getBindings("js").putMember("message", message);
    context.eval(
        "js",
        "message.text().then(() => { globalThis.got = 'all'; }, (e) => { globalThis.got = e.message; });");
    assertThat(context.eval("js", "got").asString()).contains("larger than the limit of 64 bytes");
  }

  /** A request as the runtime would bind it. */
  public static final class BoundRequest extends RequestHost {
    private final HeaderMap fields = new HeaderMap();
    int urlAsked;

    @Override
    @HostAccess.Export
    public String method() {
      return "PUT";
    }

    @Override
    @HostAccess.Export
    public String url() {
      urlAsked++;
      return "http://h/p";
    }

    @Override
    @HostAccess.Export
    public HeadersHost headers() {
      return new HeaderMapHost(fields);
    }

    @Override
    @HostAccess.Export
    public HostBody body() {
      return new HostBody(new BytesBody("{\"a\":1}".getBytes(StandardCharsets.UTF_8)), 7, 64);
    }
  }

  @Test
  void readsPartsOfARequestWhenTheyAreAskedFor() {
    BoundRequest bound = new BoundRequest();
    bound.fields.add("X-A", "1");
    Value handler =
        context.eval(
            "js",
            "(r) => { r.json().then((v) => { globalThis.a = v.a; }); return r.method + r.headers.get('x-a'); }");
    assertThat(handler.execute(api.request(bound, Guard.GATEWAY)).asString()).isEqualTo("PUT1");
    assertThat(bound.urlAsked).isZero();
    assertThat(context.eval("js", "a").asInt()).isEqualTo(1);
  }

  @Test
  void givesTheBindingOfAFetcherBack() throws InterruptedException {
    Object binding = new Object();
    context.getBindings("js").putMember("users", api.fetcher(binding));
    context.eval(
        "js",
        "users.fetch('http://never/', { signal: AbortSignal.timeout(5) }).catch((e) => { globalThis.why = e.name; });");
    host.runUntil(() -> context.getBindings("js").hasMember("why"));
    assertThat(context.eval("js", "why").asString()).isEqualTo("TimeoutError");
    assertThat(host.console).contains("fetch aborted");
    assertThat(host.lastCall.binding()).isSameAs(binding);
  }

  /** S2. */
  @Test
  void reportsWhatNobodyCaught() throws InterruptedException {
    context.eval(
        "js",
        "Promise.reject(new RangeError('lost')); setTimeout(() => { throw new Error('late'); }, 1);");
    host.runUntil(() -> host.uncaught.size() == 2);
    assertThat(host.uncaught.get(0)).contains("unhandled rejection").contains("lost");
    assertThat(host.uncaught.get(1)).contains("late");
  }

  @Test
  void evaluatesAllFilesAtOnceWhenAsked() {
    api.loadAll();
    Value names =
        context.eval(
            "js",
            "Object.getOwnPropertyNames(globalThis).filter((n) => n[0] !== 'o' && 'get' in Object.getOwnPropertyDescriptor(globalThis, n))");
    assertThat(names.getArraySize()).isZero();
  }
}
