package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts that take too much: their exchange fails, the next one on the same worker does not. */
class BudgetTest {
  @TempDir Path folder;

  private static final UnaryOperator<ScriptRules> TIGHT =
      Rig.limits(Rig.limits(Duration.ofMillis(20), Duration.ofMillis(30)));

  private static final String HOSTILE =
      """
      const bombs = {
        loop() { while (true) {} },
        catching() { while (true) { try { while (true) {} } catch {} finally { continue; } } },
        microtasks() { const g = () => { Promise.resolve().then(g); }; g(); },
        promises() { const g = () => { Promise.resolve().then(g); Promise.resolve().then(g); }; g(); },
        async awaiting() { while (true) await null; },
        regex() { /^(?=(a+)+$)(\\\\w+)\\\\2*b/.test("a".repeat(40) + "!"); for (;;) /(a*)*\\\\1b/.test("a".repeat(100)); },
        sort() { const big = []; for (let i = 0; i < 5e6; i++) big[i] = (i * 7919) % 1000003; for (;;) big.sort((a, b) => a - b); },
        generator() { function* g() { for (;;) yield 1; } for (const x of g()); },
        proxy() { const p = new Proxy({}, { get: () => p.x }); for (;;) { try { p.x; } catch {} } },
        json() { let s = "[]"; for (;;) s = JSON.stringify([s]).slice(0, 10000); },
        toStringLoop() { for (;;) String({ toString() { return "a".repeat(1000); } }); },
      };
      export function onRequest(exchange) {
        const name = exchange.request.headers.get("x-bomb");
        if (name) return bombs[name]();
        return new Response("alive");
      }
      """;

  @ParameterizedTest
  @CsvSource({
    "loop",
    "catching",
    "microtasks",
    "promises",
    "awaiting",
    "regex",
    "sort",
    "generator",
    "proxy",
    "json",
    "toStringLoop"
  })
  void anEndlessHandlerIsStoppedAndTheNextRequestIsServed(String bomb) {
    try (Rig rig = Rig.of(folder, HOSTILE, TIGHT)) {
      for (int i = 0; i < 3; i++) {
        Verdict stopped = rig.request(FakeExchange.get("/").header("x-bomb", bomb));
        assertThat(kind(stopped)).isEqualTo(ProxyError.Kind.FILTER_OVER_BUDGET);
        rig.worker.until("the script serves again", () -> serves(rig));
      }
      assertThat(rig.stats().errors()).isGreaterThanOrEqualTo(3);
      assertThat(
              rig.stats().budgetHits("cpu")
                  + rig.stats().budgetHits("allocation")
                  + rig.stats().budgetHits("stuck"))
          .isGreaterThanOrEqualTo(3);
    }
  }

  @ParameterizedTest
  @CsvSource({"array", "strings", "map", "closures", "typed"})
  void anAllocationBombIsStopped(String bomb) {
    String script =
        """
        const bombs = {
          array() { const all = []; for (;;) all.push(new Array(1000).fill(0)); },
          strings() { const all = []; for (let i = 0; ; i++) all.push(("x" + i).repeat(1000).toUpperCase()); },
          map() { const all = new Map(); for (let i = 0; ; i++) all.set("key" + i, { i }); },
          closures() { let all = null; for (;;) { const before = all; all = () => before; } },
          typed() { const all = []; for (;;) all.push(new Uint8Array(1 << 20)); },
        };
        export function onRequest(exchange) {
          const name = exchange.request.headers.get("x-bomb");
          if (name) return bombs[name]();
          return new Response("alive");
        }
        """;
    UnaryOperator<ScriptRules> rules = allocation(32 << 20);
    try (Rig rig = Rig.of(folder, script, rules)) {
      Verdict stopped = rig.request(FakeExchange.get("/").header("x-bomb", bomb));
      assertThat(kind(stopped)).isEqualTo(ProxyError.Kind.FILTER_OVER_BUDGET);
      rig.worker.until("the script serves again", () -> serves(rig));
      assertThat(rig.stats().budgetHits("allocation")).isEqualTo(1);
    }
  }

  @Test
  void endlessRecursionIsARangeErrorThatTheScriptMayCatch() {
    String script =
        """
        const deep = () => deep() + 1;
        export function onRequest(exchange) {
          if (exchange.request.query === "throw") return deep();
          try { deep(); } catch (e) { return new Response(`${e instanceof RangeError} ${e.message}`); }
        }
        """;
    try (Rig rig = Rig.of(folder, script, allocation(1 << 30))) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/"))))
          .isEqualTo("true Maximum call stack size exceeded");
      assertThat(kind(rig.request(FakeExchange.get("/?throw"))))
          .isEqualTo(ProxyError.Kind.FILTER_FAILED);
    }
  }

  @Test
  void giantStringsAndBuffersAreRangeErrors() {
    String script =
        """
        export function onRequest() {
          const errors = [];
          const attempt = (f) => { try { f(); errors.push("made"); } catch (e) { errors.push(e.name); } };
          attempt(() => "x".repeat(2 ** 30));
          attempt(() => { let s = "x"; for (;;) s += s; });
          attempt(() => new Uint8Array(2 ** 31));
          attempt(() => new ArrayBuffer(2 ** 34));
          attempt(() => "x".padEnd(2 ** 30));
          return new Response(errors.join());
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/"))))
          .isEqualTo("RangeError,RangeError,RangeError,RangeError,RangeError");
    }
  }

  @Test
  void theCpuBudgetOfARequestCountsAllItsTurns() {
    String script =
        """
        const spin = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
        export async function onRequest() {
          for (let i = 0; i < 100; i++) { spin(8); await new Promise((done) => setTimeout(done, 1)); }
          return new Response("never");
        }
        """;
    UnaryOperator<ScriptRules> rules =
        r -> {
          ScriptRules.LimitRules d = r.limits();
          return Rig.limits(
                  new ScriptRules.LimitRules(
                      Duration.ofMillis(40),
                      Duration.ofMillis(60),
                      Duration.ZERO,
                      d.wall(),
                      d.allocation(),
                      d.subrequests(),
                      d.response(),
                      d.timers(),
                      d.log(),
                      d.waitUntil(),
                      d.startup()))
              .apply(r);
        };
    try (Rig rig = Rig.of(folder, script, rules)) {
      FakeExchange exchange = FakeExchange.get("/");
      Verdict verdict = rig.filter().onRequest(exchange);
      for (int i = 0; verdict == Verdict.SUSPEND && exchange.resumed == null && i < 100; i++)
        rig.worker.advance(Duration.ofMillis(5));
      assertThat(kind(verdict == Verdict.SUSPEND ? exchange.resumed : verdict))
          .isEqualTo(ProxyError.Kind.FILTER_OVER_BUDGET);
    }
  }

  @Test
  void s3_aPromiseThatNeverSettlesMeetsTheWallDeadline() {
    try (Rig rig =
        Rig.of(folder, "export function onRequest() { return new Promise(() => {}); }")) {
      FakeExchange exchange = FakeExchange.get("/");
      assertThat(rig.filter().onRequest(exchange)).isSameAs(Verdict.SUSPEND);
      rig.worker.advance(Duration.ofSeconds(29));
      assertThat(exchange.resumed).isNull();
      rig.worker.advance(Duration.ofSeconds(2));
      assertThat(kind(exchange.resumed)).isEqualTo(ProxyError.Kind.FILTER_TIMEOUT);
      assertThat(Rig.status(exchange.resumed)).isEqualTo(504);
    }
  }

  @Test
  void theWallDeadlineAbortsFetchesThatAreUnderWay() {
    String script =
        "export async function onRequest(x, env) { await env.users.fetch('http://users/slow'); }";
    try (Rig rig = Rig.of(folder, script, Rig.env(Rig.vars(java.util.Map.of())))) {
      FakeExchange exchange = FakeExchange.get("/");
      assertThat(rig.filter().onRequest(exchange)).isSameAs(Verdict.SUSPEND);
      rig.worker.advance(Duration.ofSeconds(31));
      assertThat(Rig.status(exchange.resumed)).isEqualTo(504);
      assertThat(rig.subrequests.last().cancelled).isTrue();
    }
  }

  @Test
  void timersAreBounded() {
    String script =
        """
        export function onRequest() {
          let n = 0;
          try { for (;;) { setTimeout(() => {}, 100000); n++; } } catch (e) { return new Response(`${n} ${e.name}`); }
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).startsWith("1000 ");
    }
  }

  @Test
  void anAnswerLargerThanItsBudgetFails() {
    String script =
        """
        export function onRequest(exchange) {
          if (exchange.request.path === "/bytes") return new Response(new Uint8Array(17 << 20));
          return new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1 << 20)); } }));
        }
        """;
    try (Rig rig = Rig.of(folder, script, allocation(1 << 30))) {
      assertThat(kind(rig.request(FakeExchange.get("/bytes"))))
          .isEqualTo(ProxyError.Kind.FILTER_FAILED);
      Verdict streamed = rig.request(FakeExchange.get("/stream"));
      assertThat(rig.answer(streamed)).startsWith("FAILED script over its");
    }
  }

  private static boolean serves(Rig rig) {
    return rig.request(FakeExchange.get("/")) instanceof Verdict.Respond;
  }

  private static ProxyError.Kind kind(Verdict verdict) {
    if (verdict instanceof Verdict.Reject reject) return reject.error().kind();
    throw new AssertionError("not rejected but " + verdict);
  }

  private static UnaryOperator<ScriptRules> allocation(long bytes) {
    return r -> {
      ScriptRules.LimitRules d = r.limits();
      Duration long_ = Duration.ofSeconds(10);
      return Rig.limits(
              new ScriptRules.LimitRules(
                  long_,
                  long_,
                  d.cpuWhileCold(),
                  d.wall(),
                  bytes,
                  d.subrequests(),
                  d.response(),
                  d.timers(),
                  d.log(),
                  d.waitUntil(),
                  d.startup()))
          .apply(r);
    };
  }
}
