package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** fetch() and env.NAME.fetch() through the gateway's upstreams. */
class FetchTest {
  @TempDir Path folder;

  private Rig rig(String script) {
    ScriptRules.EnvRules env =
        new ScriptRules.EnvRules(
            Map.of(),
            Map.of(),
            List.of("users", "other"),
            Map.of(),
            Map.of(
                "web",
                new ScriptRules.EgressRules(List.of("api.partner.com", "*.cdn.example"), true)),
            Map.of());
    return Rig.of(folder, script, Rig.env(env));
  }

  @Test
  void aBoundUpstreamIsAsked() {
    String script =
        """
        export async function onRequest(x, env) {
          const r = await env.users.fetch("http://users/profile?id=7", { method: "POST", headers: { "x-a": "b" }, body: "hello" });
          return new Response(`${r.status} ${r.ok} ${r.headers.get("x-from")} ${await r.text()}`);
        }
        """;
    try (Rig rig = rig(script)) {
      FakeExchange exchange = FakeExchange.get("/");
      assertThat(rig.filter().onRequest(exchange)).isSameAs(Verdict.SUSPEND);
      FakeSubrequests.Sent sent = rig.subrequests.last();
      assertThat(sent.spec.upstream()).isEqualTo("users");
      assertThat(sent.spec.method()).isEqualTo("POST");
      assertThat(sent.spec.path()).isEqualTo("/profile?id=7");
      assertThat(sent.spec.authority()).isNull();
      assertThat(sent.spec.headers().get("x-a")).isEqualTo("b");
      assertThat(sent.spec.bodyLength()).isEqualTo(5);
      assertThat(rig.read(sent.spec.body())).isEqualTo("hello");
      sent.answer(201, "world", "X-From", "users", "Content-Length", "5");
      assertThat(rig.answer(rig.settled(exchange, Verdict.SUSPEND)))
          .isEqualTo("201 true users world");
      assertThat(rig.stats().subrequests()).isEqualTo(1);
    }
  }

  @Test
  void theHostOfTheUrlIsKeptUnlessItNamesTheUpstream() {
    try (Rig rig =
        rig(
            "export function onRequest(x, env) { env.users.fetch('https://tenant.example:8443/a'); }")) {
      rig.request(FakeExchange.get("/"));
      assertThat(rig.subrequests.last().spec.authority()).isEqualTo("tenant.example:8443");
      assertThat(rig.subrequests.last().spec.path()).isEqualTo("/a");
    }
  }

  @Test
  void aUrlIsReadAsTheUrlStandardSaysAndItsQueryMayHoldWhatUrisMayNot() {
    try (Rig rig =
        rig(
            "export function onRequest(x, env) { env.users.fetch('http://users/a/../b[1]?x=1|2^3#f'); }")) {
      rig.request(FakeExchange.get("/"));
      assertThat(rig.subrequests.last().spec.path()).isEqualTo("/b[1]?x=1|2^3");
    }
  }

  @Test
  void portsOfOtherProtocolsAreNotAsked() {
    String script =
        """
        export async function onRequest(x, env) {
          const seen = [];
          for (const f of [() => fetch("http://other:25/"), () => env.web.fetch("http://a.cdn.example:6667/")]) {
            try { await f(); } catch (e) { seen.push(e.message.includes("does not go to port")); }
          }
          return new Response(seen.join());
        }
        """;
    try (Rig rig = rig(script)) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("true,true");
    }
  }

  @Test
  void globalFetchReachesUpstreamsByNameAndNothingElse() {
    String script =
        """
        export async function onRequest(x) {
          const seen = [];
          for (const url of ["https://example.com/", "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "ftp://users/", "file:///etc/passwd"]) {
            try { await fetch(url); seen.push("sent"); } catch (e) { seen.push(e.name + (e.message.includes("no upstream has this name") ? "!" : "")); }
          }
          const r = await fetch("http://other/ok");
          return new Response(seen.join() + " " + await r.text());
        }
        """;
    try (Rig rig = rig(script)) {
      FakeExchange exchange = FakeExchange.get("/");
      assertThat(rig.filter().onRequest(exchange)).isSameAs(Verdict.SUSPEND);
      assertThat(rig.subrequests.sent).hasSize(1);
      assertThat(rig.subrequests.last().spec.upstream()).isEqualTo("other");
      rig.subrequests.last().answer(200, "fine");
      assertThat(rig.answer(exchange.resumed))
          .startsWith("TypeError!,TypeError!,TypeError!,TypeError!,TypeError")
          .endsWith(" fine");
    }
  }

  @Test
  void anEgressBindingRefusesHostsThatItDoesNotName() {
    String script =
        """
        export async function onRequest(x, env) {
          const seen = [];
          for (const url of ["https://evil.example/", "https://cdn.example/", "https://a.cdn.example.evil/"]) {
            try { await env.web.fetch(url); } catch (e) { seen.push(e.message.includes("does not allow the host")); }
          }
          return new Response(seen.join());
        }
        """;
    try (Rig rig = rig(script)) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("true,true,true");
    }
  }

  @Test
  void anAnswerMayPassToTheClientUntouched() {
    try (Rig rig =
        rig("export default { fetch(request, env) { return env.users.fetch(request); } }")) {
      FakeExchange exchange = new FakeExchange("PUT", "/doc").body("content").header("X-Mine", "1");
      assertThat(rig.filter().onRequest(exchange)).isSameAs(Verdict.SUSPEND);
      FakeSubrequests.Sent sent = rig.subrequests.last();
      assertThat(sent.spec.method()).isEqualTo("PUT");
      assertThat(sent.spec.path()).isEqualTo("/doc");
      assertThat(sent.spec.headers().get("x-mine")).isEqualTo("1");
      assertThat(rig.read(sent.spec.body())).isEqualTo("content");
      Source body = new Source();
      sent.answer(200, body);
      Verdict.Respond answer = (Verdict.Respond) exchange.resumed;
      assertThat(answer.response().source())
          .as("the gateway's own source, no JavaScript per part")
          .isSameAs(body);
    }
  }

  @Test
  void anAnswerStreamsWithBackPressureThroughATransform() {
    String script =
        """
        export default {
          async fetch(request, env) {
            const r = await env.users.fetch("http://users/");
            const upper = new TransformStream({ transform(chunk, c) { c.enqueue(new TextEncoder().encode(new TextDecoder().decode(chunk).toUpperCase())); } });
            return new Response(r.body.pipeThrough(upper));
          }
        }
        """;
    try (Rig rig = rig(script)) {
      FakeExchange exchange = FakeExchange.get("/");
      rig.filter().onRequest(exchange);
      Source body = new Source();
      rig.subrequests.last().answer(200, body);
      BodySource out = ((Verdict.Respond) exchange.resumed).response().source();
      Rig.Collected collected = new Rig.Collected();
      out.start(collected);
      rig.worker.drain();
      body.write("one ");
      body.write("two");
      body.end();
      rig.worker.until("the end", () -> collected.ended);
      assertThat(collected.text()).isEqualTo("ONE TWO");
    }
  }

  @Test
  void thereAreOnlySoManySubrequests() {
    String script =
        """
        export async function onRequest(x, env) {
          let sent = 0;
          try { for (;;) { env.users.fetch("http://users/").catch(() => {}); sent++; if (sent > 32) await env.users.fetch("http://users/"); } }
          catch (e) { return new Response(`${sent} ${e.message}`); }
        }
        """;
    try (Rig rig = rig(script)) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/"))))
          .isEqualTo("33 too many subrequests: limits.subrequests allows 32 in a request");
      assertThat(rig.subrequests.sent).hasSize(32);
    }
  }

  @Test
  void abortingCancelsTheSubrequest() {
    String script =
        """
        export async function onRequest(x, env) {
          try { await env.users.fetch("http://users/slow", { signal: AbortSignal.timeout(20) }); } catch (e) { return new Response(e.name); }
        }
        """;
    try (Rig rig = rig(script)) {
      FakeExchange exchange = FakeExchange.get("/");
      rig.filter().onRequest(exchange);
      rig.worker.advance(java.time.Duration.ofMillis(30));
      assertThat(rig.answer(exchange.resumed)).isEqualTo("TimeoutError");
      assertThat(rig.subrequests.last().cancelled).isTrue();
    }
  }

  @Test
  void failuresAreTypeErrors() {
    String script =
        "export async function onRequest(x, env) { try { await env.users.fetch('http://users/'); } catch (e) { return new Response(`${e.name}: ${e.message}`); } }";
    try (Rig rig = rig(script)) {
      FakeExchange exchange = FakeExchange.get("/");
      rig.filter().onRequest(exchange);
      rig.subrequests
          .last()
          .callback
          .onFailure(ProxyError.of(ProxyError.Kind.CONNECT_REFUSED, "connection refused"));
      assertThat(rig.answer(exchange.resumed))
          .isEqualTo("TypeError: the request to users failed: connection refused");
    }
  }

  @Test
  void s5_redirectsAreManualAndFollowedOnRequestOnlyWithoutCredentialsElsewhere() {
    String script =
        """
        export async function onRequest(x, env) {
          const redirect = x.request.headers.get("x-mode") ?? undefined;
          const r = await env.users.fetch("http://users/a", { redirect, headers: { authorization: "secret" } });
          return new Response(`${r.status} ${r.redirected} ${r.url}`);
        }
        """;
    try (Rig rig = rig(script)) {
      FakeExchange manual = FakeExchange.get("/");
      rig.filter().onRequest(manual);
      rig.subrequests.last().answer(302, "", "Location", "http://other.example/b");
      assertThat(rig.answer(manual.resumed)).isEqualTo("302 false http://users/a");

      FakeExchange follow = FakeExchange.get("/").header("x-mode", "follow");
      rig.filter().onRequest(follow);
      rig.subrequests.last().answer(302, "", "Location", "http://other.example/b");
      FakeSubrequests.Sent second = rig.subrequests.last();
      assertThat(second.spec.path()).isEqualTo("/b");
      assertThat(second.spec.headers().contains("authorization")).isFalse();
      second.answer(200, "");
      assertThat(rig.answer(follow.resumed)).isEqualTo("200 true http://other.example/b");

      FakeExchange endless = FakeExchange.get("/").header("x-mode", "follow");
      rig.filter().onRequest(endless);
      for (int i = 0; i < 21; i++) rig.subrequests.last().answer(302, "", "Location", "/a" + i);
      assertThat(Rig.status(endless.resumed)).isEqualTo(500);

      FakeExchange refused = FakeExchange.get("/").header("x-mode", "error");
      rig.filter().onRequest(refused);
      rig.subrequests.last().answer(302, "", "Location", "/b");
      assertThat(Rig.status(refused.resumed)).isEqualTo(500);
    }
  }

  @Test
  void fetchWhileTheModuleLoadsIsRefused() {
    String script =
        """
        const early = fetch("http://users/").then(() => "sent", (e) => e.message);
        export async function onRequest() { return new Response(await early); }
        """;
    try (Rig rig = rig(script)) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/"))))
          .contains("cannot be used while the module is loaded");
    }
  }

  /** A body that the test writes. */
  private static final class Source implements BodySource {
    private @Nullable BodySink sink;

    void write(String text) {
      if (sink != null) sink.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    void end() {
      if (sink != null) sink.end(null);
    }

    @Override
    public void start(BodySink to) {
      sink = to;
    }

    @Override
    public void demand() {}

    @Override
    public void cancel() {}
  }
}
