package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers that fail, and what the client, the log and the author see of it. */
class FailureTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "throw new Error('secret detail');",
        "throw 'secret detail';",
        "throw null;",
        "throw { then: 1 };",
        "await null; throw new Error('secret detail');",
        "return Promise.reject(new Error('secret detail'));",
        "return 'text';",
        "return 5;",
        "return {};",
        "return [new Response()];",
        "await null; return true;",
        "return Response.error();",
        "const r = new Response('a'); await r.text(); return r;",
        "const r = new Response('a'); r.body.getReader(); return r;",
        "return new Response('a', { status: 42 });",
        "undefinedFunction();",
        "return { get then() { throw new Error('secret detail'); } };"
      })
  void everyWayToFailIsA500ThatTellsTheClientNothing(String body) {
    try (Rig rig =
        Rig.of(folder, "export async function onRequest(exchange) {\n  " + body + "\n}\n")) {
      Verdict verdict = rig.request(FakeExchange.get("/"));
      assertThat(verdict)
          .isEqualTo(Verdict.reject(ProxyError.of(ProxyError.Kind.FILTER_FAILED, "script failed")));
      assertThat(rig.stats().errors()).isEqualTo(1);
    }
    try (Rig rig =
        Rig.of(
            folder,
            "export async function onRequest(exchange) {\n  " + body + "\n}\n",
            Rig.open())) {
      assertThat(rig.request(FakeExchange.get("/"))).as("on-error: open").isSameAs(Verdict.NEXT);
    }
  }

  @Test
  void s1_aResponseCanBeReturnedOnce() {
    String script = "const one = new Response('a'); export function onRequest() { return one; }";
    try (Rig rig = Rig.of(folder, script);
        LogLines log = new LogLines()) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("a");
      assertThat(Rig.status(rig.request(FakeExchange.get("/")))).isEqualTo(500);
      assertThat(log.all())
          .anyMatch(line ->
              line.contains(
                  "TypeError: the handler returned a Response whose body was already used"));
    }
  }

  @Test
  void developmentModeShowsTheAuthorEverything() {
    String script =
        """
        function inner() { throw new TypeError("nope"); }
        export function onRequest() {
          inner();
        }
        """;
    try (Rig rig = Rig.of(folder, script, Rig.development())) {
      Verdict verdict = rig.request(FakeExchange.get("/"));
      assertThat(Rig.status(verdict)).isEqualTo(500);
      assertThat(rig.answer(verdict))
          .contains(
              "main.js@",
              "onRequest",
              "TypeError: nope",
              "at inner (main.js:1:",
              "at onRequest (main.js:3:");
    }
  }

  @Test
  void s2_theLogNamesExchangeRouteVersionPhaseAndPlace() {
    try (Rig rig = Rig.of(folder, "export function onRequest() {\n  null.x;\n}\n");
        LogLines log = new LogLines()) {
      FakeExchange exchange = FakeExchange.get("/");
      rig.request(exchange);
      assertThat(log.all())
          .anyMatch(line ->
              line.contains(exchange.id() + " users-route main.js@")
                  && line.contains(" onRequest: TypeError: ")
                  && line.contains("(main.js:2:3)"));
    }
  }

  @Test
  void stacksAreMappedToTheSourcesTheyWereBuiltFrom() {
    try (Rig rig = new Rig(folder);
        LogLines log = new LogLines()) {
      // Line 1, column 30 of the bundle is line 5, column 3 of src/app.ts: segments AAAA at 0, and
      // 29 -> (0, 4, 2).
      rig.file(
          "main.js", "export function onRequest() { null.x; }\n//# sourceMappingURL=main.js.map\n");
      rig.file(
          "main.js.map",
          "{\"version\":3,\"sources\":[\"src/app.ts\"],\"names\":[],\"mappings\":\"AAAA,8BAIE\"}");
      rig.use(ScriptRules.of("main.js"));
      rig.request(FakeExchange.get("/"));
      assertThat(log.all()).anyMatch(line -> line.contains("(src/app.ts:5:3)"));
    }
  }

  @Test
  void rejectionsThatNobodyTakesAreSeen() {
    try (Rig rig =
            Rig.of(folder, "export function onRequest() { Promise.reject(new Error('lost')); }");
        LogLines log = new LogLines()) {
      FakeExchange exchange = FakeExchange.get("/");
      assertThat(rig.request(exchange)).isSameAs(Verdict.NEXT);
      assertThat(log.all())
          .anyMatch(line -> line.contains("lost") && line.contains("nobody caught"));
    }
  }

  @Test
  void s10_consoleAndLogCarryTheIdAndStayWithinTheirBudget() {
    String script =
        """
        export function onRequest(exchange) {
          console.log("hello %s", "world", { a: 1 });
          exchange.log.warn("careful", 42);
          for (let i = 0; i < 200; i++) console.info("x".repeat(1000));
        }
        """;
    try (Rig rig = Rig.of(folder, script, Rig.limits(ScriptRules.unhurried("").limits()));
        LogLines log = new LogLines()) {
      FakeExchange exchange = FakeExchange.get("/");
      rig.request(exchange);
      List<String> lines = log.all();
      assertThat(lines.getFirst())
          .contains(exchange.id() + " users-route main.js@")
          .endsWith(": hello world { a: 1 }");
      assertThat(lines.get(1)).endsWith(": careful 42");
      assertThat(lines).hasSizeLessThan(80);
      assertThat(lines.getLast()).endsWith("… (more than limits.log)");
      assertThat(rig.stats().droppedLogBytes()).isGreaterThan(100_000);
    }
  }

  @Test
  void aFloodOfFailuresDoesNotFloodTheLog() {
    try (Rig rig = Rig.of(folder, "export function onRequest() { throw new Error('again'); }");
        LogLines log = new LogLines()) {
      long startNs = System.nanoTime();
      for (int i = 0; i < 500; i++) rig.request(FakeExchange.get("/"));
      int seconds = (int) Duration.ofNanos(System.nanoTime() - startNs).toSeconds();
      // About twenty lines a second, however many the machine took.
      assertThat(log.all()).hasSizeBetween(20, 40 * (seconds + 2));
      assertThat(rig.stats().errors()).isEqualTo(500);
    }
    assertThat(LogManager.getRootLogger()).isNotNull();
  }
}
