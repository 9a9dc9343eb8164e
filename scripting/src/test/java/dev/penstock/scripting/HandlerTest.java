package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What handlers see and how their answers become verdicts. */
class HandlerTest {
  @TempDir Path folder;

  @Test
  void aHandlerThatReturnsNothingGoesOn() {
    try (Rig rig = Rig.of(folder, "export function onRequest(exchange) {}")) {
      assertThat(rig.request(FakeExchange.get("/"))).isSameAs(Verdict.NEXT);
    }
  }

  @Test
  void theExampleOfTheStyleGuideWorks() {
    String script =
        """
        export function onRequest(exchange) {
          const tenant = exchange.request.headers.get("x-tenant");
          if (!tenant) return new Response("x-tenant is required\\n", { status: 400 });
          exchange.upstream = `pool-${tenant}`;
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      Verdict refused = rig.request(FakeExchange.get("/"));
      assertThat(Rig.status(refused)).isEqualTo(400);
      assertThat(rig.answer(refused)).isEqualTo("x-tenant is required\n");

      FakeExchange exchange = FakeExchange.get("/").header("X-Tenant", "acme");
      assertThat(rig.request(exchange)).isSameAs(Verdict.NEXT);
      assertThat(exchange.upstream).isEqualTo("pool-acme");
    }
  }

  @Test
  void theIdentityThatAFilterFoundIsSeen() {
    String script =
        """
        export function onRequest({ identity, request }) {
          if (identity === null) return new Response("who?", { status: 401 });
          request.headers.set("x-seen", JSON.stringify([identity.subject, identity.scheme,
            identity.groups, identity.claims.realm.roles[0], identity.claims.exp]));
          "use strict"; try { identity.subject = "root"; } catch { request.headers.set("x-frozen", "yes"); }
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      assertThat(Rig.status(rig.request(FakeExchange.get("/")))).isEqualTo(401);
      FakeExchange exchange = FakeExchange.get("/");
      exchange.identity =
          new Identity(
              "al\"ice",
              "jwt",
              List.of("staff"),
              Map.of("exp", 1_800_000_000L, "realm", Map.of("roles", List.of("admin"))));
      assertThat(rig.request(exchange)).isSameAs(Verdict.NEXT);
      assertThat(exchange.request().headers().get("x-seen"))
          .isEqualTo("[\"al\\\"ice\",\"jwt\",[\"staff\"],\"admin\",1800000000]");
      assertThat(exchange.request().headers().get("x-frozen")).isEqualTo("yes");
    }
  }

  @Test
  void anAsyncHandlerThatDoesNotWaitDoesNotSuspend() {
    String script = "export async function onRequest() { await null; return new Response('now'); }";
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange exchange = FakeExchange.get("/");
      Verdict verdict = rig.filter().onRequest(exchange);
      assertThat(rig.answer(verdict)).isEqualTo("now");
      assertThat(exchange.suspended).isFalse();
    }
  }

  @Test
  void anAsyncHandlerResumesOnTheSameWorker() {
    String script =
        """
        export async function onRequest(exchange) {
          await new Promise((done) => setTimeout(done, 20));
          exchange.request.headers.set("x-waited", "yes");
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange exchange = FakeExchange.get("/");
      assertThat(rig.filter().onRequest(exchange)).isSameAs(Verdict.SUSPEND);
      assertThat(exchange.resumed).isNull();
      rig.worker.advance(java.time.Duration.ofMillis(25));
      assertThat(exchange.resumed).isSameAs(Verdict.NEXT);
      assertThat(exchange.request.headers().get("x-waited")).isEqualTo("yes");
    }
  }

  @Test
  void requestHeadsAreReadAndChanged() {
    String script =
        """
        export function onRequest(exchange) {
          const { request } = exchange;
          request.headers.set("x-seen", [request.method, request.path, request.query, request.url, request.host,
            request.httpVersion, exchange.clientIp, exchange.route, exchange.secure].join(" "));
          request.headers.append("x-two", "a");
          request.headers.append("x-two", "b");
          request.headers.delete("x-gone");
          request.path = "/v2" + request.path;
          request.query = "?page=2";
          request.method = "POST";
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange exchange = FakeExchange.get("/users/7?x=1").header("X-Gone", "1");
      assertThat(rig.request(exchange)).isSameAs(Verdict.NEXT);
      assertThat(exchange.request.headers().get("x-seen"))
          .isEqualTo(
              "GET /users/7 x=1 https://api.example.com/users/7?x=1 api.example.com 1.1 192.0.2.7 users-route true");
      assertThat(exchange.request.headers().all("x-two")).containsExactly("a", "b");
      assertThat(exchange.request.headers().contains("x-gone")).isFalse();
      assertThat(exchange.request.path()).isEqualTo("/v2/users/7");
      assertThat(exchange.request.query()).isEqualTo("page=2");
      assertThat(exchange.request.method()).isEqualTo("POST");
    }
  }

  @Test
  void urlSetsPathAndQueryButNeverTheHost() {
    String script =
        """
        export function onRequest(exchange) {
          exchange.request.url = exchange.request.headers.get("x-to");
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange relative = FakeExchange.get("/a").header("x-to", "/b?c=d");
      assertThat(rig.request(relative)).isSameAs(Verdict.NEXT);
      assertThat(relative.request.path() + "?" + relative.request.query()).isEqualTo("/b?c=d");
      FakeExchange absolute = FakeExchange.get("/a").header("x-to", "https://api.example.com/e");
      assertThat(rig.request(absolute)).isSameAs(Verdict.NEXT);
      assertThat(absolute.request.path()).isEqualTo("/e");
      assertThat(absolute.request.query()).isNull();
      assertThat(
              Rig.status(
                  rig.request(FakeExchange.get("/a").header("x-to", "https://evil.example/"))))
          .isEqualTo(500);
    }
  }

  @Test
  void s4_framingHopByHopAndBrokenValuesAreRefusedWithATypeError() {
    String script =
        """
        export function onRequest(exchange) {
          const results = [];
          const attempt = (f) => { try { f(); results.push("changed"); } catch (e) { results.push(e instanceof TypeError ? "TypeError" : String(e)); } };
          const h = exchange.request.headers;
          for (const name of ["content-length", "Transfer-Encoding", "connection", "upgrade", "te", "keep-alive"]) {
            attempt(() => h.set(name, "1"));
            attempt(() => h.append(name, "1"));
            attempt(() => h.delete(name));
          }
          for (const value of ["a\\r\\nb: c", "a\\nb", "a\\0b"]) attempt(() => h.set("x-a", value));
          attempt(() => h.set("a b", "c"));
          attempt(() => { exchange.request.path = "no-slash"; });
          attempt(() => { exchange.request.path = "/a b"; });
          attempt(() => { exchange.request.path = "/a\\r\\nx: y"; });
          attempt(() => { exchange.request.query = "a#b"; });
          attempt(() => { exchange.request.method = "GE T"; });
          attempt(() => { exchange.request.method = "CONNECT"; });
          attempt(() => { exchange.upstream = "nowhere"; });
          attempt(() => { exchange.upstream = Symbol(); });
          return new Response([...new Set(results)].join());
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("TypeError");
    }
  }

  @Test
  void oneObjectPerExchangeIsKeptBetweenPhases() {
    String script =
        """
        export function onRequest(exchange) { exchange.mine = { n: 41 }; exchange.vars.tenant = "acme"; exchange.vars.list = [1]; }
        export function onResponse(exchange) {
          exchange.response.headers.set("x-n", String(exchange.mine.n + 1));
          exchange.response.headers.set("x-vars", `${exchange.vars.tenant} ${exchange.vars.list[0]} ${Object.keys(exchange.vars)}`);
          exchange.response.status = 203;
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange one = FakeExchange.get("/1");
      FakeExchange two = FakeExchange.get("/2");
      rig.request(one);
      rig.request(two);
      assertThat(rig.response(one.answered(200))).isSameAs(Verdict.NEXT);
      assertThat(one.response.headers().get("x-n")).isEqualTo("42");
      assertThat(one.response.headers().get("x-vars")).isEqualTo("acme 1 tenant,list");
      assertThat(one.response.status()).isEqualTo(203);
      assertThat(one.vars).containsEntry("tenant", "acme").doesNotContainKey("list");
      rig.end(one);
      rig.end(two);
    }
  }

  @Test
  void responsesMayBeReplaced() {
    String script =
        """
        export function onResponse(exchange) {
          if (exchange.response.status === 404) exchange.response = Response.json({ gone: true }, { status: 410 });
          else return new Response("instead", { headers: { "x-was": String(exchange.response.status) } });
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      Verdict gone = rig.response(FakeExchange.get("/").answered(404));
      assertThat(Rig.status(gone)).isEqualTo(410);
      assertThat(rig.answer(gone)).isEqualTo("{\"gone\":true}");
      Verdict other = rig.response(FakeExchange.get("/").answered(200));
      assertThat(rig.answer(other)).isEqualTo("instead");
      assertThat(((Verdict.Respond) other).response().head().headers().get("x-was"))
          .isEqualTo("200");
    }
  }

  @Test
  void aFetchHandlerAnswersTheRoute() {
    String script =
        """
        export default {
          async fetch(request, env, ctx) {
            const url = new URL(request.url);
            if (request.method === "POST") return new Response(`${url.pathname} got ${await request.text()}`, { status: 201 });
            return Response.json({ path: url.pathname, greeting: env.greeting, host: request.headers.get("host") });
          }
        }
        """;
    try (Rig rig =
        Rig.of(folder, script, Rig.env(Rig.vars(java.util.Map.of("greeting", "hello"))))) {
      Verdict get = rig.request(FakeExchange.get("/a/b"));
      assertThat(rig.answer(get))
          .isEqualTo("{\"path\":\"/a/b\",\"greeting\":\"hello\",\"host\":\"api.example.com\"}");
      assertThat(((Verdict.Respond) get).response().head().headers().get("content-type"))
          .isEqualTo("application/json");
      Verdict post = rig.request(new FakeExchange("POST", "/p").body("some text"));
      assertThat(Rig.status(post)).isEqualTo(201);
      assertThat(rig.answer(post)).isEqualTo("/p got some text");
    }
  }

  @Test
  void aFetchHandlerMayStream() {
    String script =
        """
        export default {
          fetch() {
            let n = 0;
            return new Response(new ReadableStream({
              async pull(controller) {
                await null;
                if (n === 3) controller.close();
                else controller.enqueue(new TextEncoder().encode(`part ${n++}\n`));
              }
            }));
          }
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/"))))
          .isEqualTo("part 0\npart 1\npart 2\n");
    }
  }

  @Test
  void passThroughOnExceptionGoesOnToTheUpstream() {
    String script =
        """
        export default {
          async fetch(request, env, ctx) { ctx.passThroughOnException(); await null; throw new Error("broken"); }
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      assertThat(rig.request(FakeExchange.get("/"))).isSameAs(Verdict.NEXT);
    }
  }

  @Test
  void aRequestBodyThatIsReadIsForwardedAllTheSame() {
    String script =
        """
        export async function onRequest(exchange) {
          const body = await exchange.request.json();
          exchange.request.headers.set("x-name", body.name);
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange exchange = new FakeExchange("POST", "/").body("{\"name\":\"Ada\"}");
      assertThat(rig.request(exchange)).isSameAs(Verdict.NEXT);
      assertThat(exchange.request.headers().get("x-name")).isEqualTo("Ada");
      assertThat(rig.read(exchange.replacedBody)).isEqualTo("{\"name\":\"Ada\"}");
    }
  }

  @Test
  void aRequestBodyMayBeReplaced() {
    String script =
        "export function onRequest(x) { x.request.replaceBody(new URLSearchParams({ a: '1', b: 'ü' })); }";
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange exchange = new FakeExchange("POST", "/").body("old");
      assertThat(rig.request(exchange)).isSameAs(Verdict.NEXT);
      assertThat(rig.read(exchange.replacedBody)).isEqualTo("a=1&b=%C3%BC");
      assertThat(exchange.request.headers().get("content-type"))
          .startsWith("application/x-www-form-urlencoded");
    }
  }

  @Test
  void bodyPartsAreReadAndReplacedAsTheyPass() {
    String script =
        """
        export function onResponseBody(exchange, part) {
          exchange.size = (exchange.size ?? 0) + part.size;
          return part.text().toUpperCase() + (part.last ? ` (${exchange.size})` : "");
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange exchange = FakeExchange.get("/").answered(200);
      FakeBodyPart first = new FakeBodyPart(new byte[] {'g', 'r', (byte) 0xc3}, false);
      FakeBodyPart last = new FakeBodyPart(new byte[] {(byte) 0xbc, 'n'}, true);
      assertThat(rig.filter().onResponseBody(exchange, first)).isSameAs(Verdict.NEXT);
      assertThat(rig.filter().onResponseBody(exchange, last)).isSameAs(Verdict.NEXT);
      assertThat(first.replaced()).isEqualTo("GR");
      assertThat(last.replaced()).isEqualTo("ÜN (5)");
    }
  }

  @Test
  void bodyHooksMayWaitAndAnswer() {
    String script =
        """
        export async function onRequestBody(exchange, part) {
          await new Promise((done) => setTimeout(done, 5));
          if (part.text().includes("<script>")) return new Response("no", { status: 403 });
          part.replace(new Uint8Array([111, 107]));
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange good = new FakeExchange("POST", "/");
      FakeBodyPart part = new FakeBodyPart("hello", true);
      assertThat(rig.filter().onRequestBody(good, part)).isSameAs(Verdict.SUSPEND);
      rig.worker.advance(java.time.Duration.ofMillis(10));
      assertThat(good.resumed).isSameAs(Verdict.NEXT);
      assertThat(part.replaced()).isEqualTo("ok");
      FakeExchange bad = new FakeExchange("POST", "/");
      assertThat(rig.filter().onRequestBody(bad, new FakeBodyPart("<script>", true)))
          .isSameAs(Verdict.SUSPEND);
      rig.worker.advance(java.time.Duration.ofMillis(10));
      assertThat(Rig.status(bad.resumed)).isEqualTo(403);
    }
  }

  @Test
  void upstreamErrorsMayBeRetriedOrAnswered() {
    String script =
        """
        export function onUpstreamError(exchange, error) {
          if (error.kind === "upstream-reset" && exchange.attempt < 2) return "retry";
          if (error.status === 504) return new Response(`late: ${error.detail}`, { status: 503 });
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange exchange = FakeExchange.get("/");
      exchange.attempts = 1;
      var reset =
          dev.penstock.engine.spi.ProxyError.of(
              dev.penstock.engine.spi.ProxyError.Kind.UPSTREAM_RESET, "reset");
      assertThat(rig.filter().onUpstreamError(exchange, reset)).isSameAs(Verdict.RETRY);
      exchange.attempts = 2;
      assertThat(rig.filter().onUpstreamError(exchange, reset)).isSameAs(Verdict.NEXT);
      var timeout =
          dev.penstock.engine.spi.ProxyError.of(
              dev.penstock.engine.spi.ProxyError.Kind.UPSTREAM_TIMEOUT, "15 s");
      assertThat(rig.answer(rig.filter().onUpstreamError(exchange, timeout)))
          .isEqualTo("late: 15 s");
    }
  }

  @Test
  void objectsOfAnExchangeThatIsOverSaySo() {
    String script =
        """
        let kept;
        export function onRequest(exchange) {
          if (!kept) { kept = exchange; kept.request.headers; return; }
          const seen = [kept.id.length > 0];
          for (const f of [() => kept.request.path, () => kept.upstream, () => { kept.upstream = "users"; }, () => kept.request.headers.get("host")]) {
            try { seen.push(String(f())); } catch (e) { seen.push(/over/.test(e.message)); }
          }
          return new Response(seen.join());
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange first = FakeExchange.get("/secret");
      rig.request(first);
      rig.end(first);
      assertThat(rig.answer(rig.request(FakeExchange.get("/"))))
          .isEqualTo("true,true,true,true,true");
    }
  }

  @Test
  void workGivenToWaitUntilGoesOnAfterTheExchange() {
    String script =
        """
        export function onRequest(exchange, env) {
          exchange.waitUntil((async () => {
            await new Promise((done) => setTimeout(done, 50));
            await env.users.fetch("http://users/audit", { method: "POST", body: "done" });
          })());
        }
        """;
    try (Rig rig = Rig.of(folder, script, Rig.env(Rig.vars(java.util.Map.of())))) {
      FakeExchange exchange = FakeExchange.get("/");
      assertThat(rig.request(exchange)).isSameAs(Verdict.NEXT);
      rig.end(exchange);
      assertThat(rig.subrequests.sent).isEmpty();
      rig.worker.advance(java.time.Duration.ofMillis(60));
      assertThat(rig.subrequests.last().spec.path()).isEqualTo("/audit");
      assertThat(rig.subrequests.last().cancelled).isFalse();
      rig.subrequests.last().answer(200, "");
    }
  }

  @Test
  void theClientsDepartureAbortsTheSignal() {
    String script =
        """
        export async function onRequest(exchange) {
          await new Promise((done) => exchange.signal.addEventListener("abort", done));
          return new Response(exchange.signal.reason.name);
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange exchange = FakeExchange.get("/");
      assertThat(rig.filter().onRequest(exchange)).isSameAs(Verdict.SUSPEND);
      exchange.clientGone.run();
      assertThat(rig.answer(exchange.resumed)).isEqualTo("AbortError");
    }
  }

  @Test
  void earlyHintsLeaveAtOnce() {
    String script =
        "export function onRequest(x) { x.earlyHints({ link: '</a.css>; rel=preload' }); }";
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange exchange = FakeExchange.get("/");
      rig.request(exchange);
      assertThat(exchange.interim).hasSize(1);
      assertThat(exchange.interim.getFirst().status()).isEqualTo(103);
      assertThat(exchange.interim.getFirst().headers().get("link"))
          .isEqualTo("</a.css>; rel=preload");
    }
  }

  @Test
  void onLogAddsFields() {
    try (Rig rig =
        Rig.of(folder, "export function onLog(x) { x.vars.tenant = 'acme'; x.vars.took = 1.5; }")) {
      FakeExchange exchange = FakeExchange.get("/").answered(200);
      rig.end(exchange);
      assertThat(exchange.vars).containsEntry("tenant", "acme").containsEntry("took", 1.5);
    }
  }

  @Test
  void scheduledRunsAtItsInterval() {
    String script =
        """
        export function scheduled(tick, env) { env.users.fetch(`http://users/tick?${tick.type}`); }
        export function onRequest() {}
        """;
    try (Rig rig =
        Rig.of(
            folder,
            script,
            r ->
                new ScriptRules(
                    r.file(),
                    r.onError(),
                    Rig.vars(java.util.Map.of()),
                    r.limits(),
                    r.body(),
                    r.maxBody(),
                    r.warmUp(),
                    java.time.Duration.ofSeconds(10),
                    false))) {
      rig.worker.advance(java.time.Duration.ofSeconds(9));
      assertThat(rig.subrequests.sent).isEmpty();
      rig.worker.advance(java.time.Duration.ofSeconds(2));
      assertThat(rig.subrequests.sent).hasSize(1);
      rig.worker.advance(java.time.Duration.ofSeconds(10));
      assertThat(rig.subrequests.sent).hasSize(2);
      assertThat(rig.subrequests.last().spec.path()).isEqualTo("/tick?scheduled");
    }
  }
}
