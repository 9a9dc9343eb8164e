package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a script cannot reach. */
class IsolationTest {
  @TempDir Path folder;

  @Test
  void nothingOfJavaThePlatformOrTheEngineIsNamed() {
    String script =
        """
        export function onRequest() {
          const names = ["Java", "Packages", "java", "javax", "com", "org", "edu", "Polyglot", "Graal", "load", "loadWithNewGlobal",
            "print", "printErr", "quit", "exit", "process", "require", "module", "Deno", "Bun", "read", "readline", "Worker",
            "SharedArrayBuffer", "Interop", "JSAdapter", "Debug", "JavaImporter", "__dirname"];
          return new Response(names.filter((n) => n in globalThis).join());
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEmpty();
    }
  }

  @Test
  void hostObjectsStayOutOfReach() {
    // Everything reachable from what a handler gets is walked; a host object would answer to
    // getClass or show up as one.
    String script =
        """
        const seen = new Set();
        const found = [];
        const suspicious = (v) => { try { return typeof v.getClass === "function" || /dev.penstock|foreign/.test(Object.prototype.toString.call(v)) || "class" in v; } catch { return false; } };
        function walk(v, path, depth) {
          if ((typeof v !== "object" && typeof v !== "function") || v === null || depth > 6 || seen.has(v)) return;
          seen.add(v);
          if (suspicious(v)) found.push(path);
          let keys;
          try { keys = Reflect.ownKeys(v); } catch { return; }
          for (const key of keys) {
            let d;
            try { d = Reflect.getOwnPropertyDescriptor(v, key); } catch { continue; }
            if (!d) continue;
            for (const part of ["value", "get", "set"]) walk(d[part], `${path}.${String(key)}`, depth + 1);
            if (d.get) { try { walk(d.get.call(v), `${path}.${String(key)}()`, depth + 1); } catch {} }
          }
          try { walk(Object.getPrototypeOf(v), path + ".__proto__", depth + 1); } catch {}
        }
        export function onRequest(exchange, env) {
          walk(exchange, "exchange", 0);
          for (const k of ["request", "log", "vars", "params", "signal", "env"]) walk(exchange[k], k, 0);
          walk(exchange.request.headers, "headers", 0);
          walk(env, "env", 0);
          walk(globalThis, "globalThis", 2);
          try { exchange.request.path = "bad"; } catch (e) { walk(e, "error", 0); }
          try { null.x; } catch (e) { walk(e, "error", 0); }
          return new Response(`${seen.size > 500} ${found.join()}`);
        }
        """;
    try (Rig rig =
        Rig.of(
            folder,
            script,
            r ->
                Rig.env(Rig.vars(Map.of("a", 1)))
                    .apply(Rig.limits(ScriptRules.unhurried("").limits()).apply(r)))) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("true ");
    }
  }

  @Test
  void evalAndFunctionSeeTheSameWorldAndNoMore() {
    String script =
        """
        export function onRequest() {
          const f = new Function("return typeof Java + typeof Polyglot + typeof load + (typeof this.exchange)");
          return new Response(f() + (0, eval)("typeof Graal") + (() => {}).constructor("return typeof Packages")());
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/")))).isEqualTo("undefined".repeat(6));
    }
  }

  @Test
  void s7_pollutedPrototypesDoNotReachOtherScripts() {
    String polluter =
        """
        Array.prototype.map = () => "stolen";
        Object.prototype.polluted = true;
        globalThis.shared = "leak";
        Promise.prototype.then = function () { return "stolen"; };
        export function onRequest() { Headers.prototype.get = () => "stolen"; }
        """;
    String other =
        """
        export async function onRequest(x) {
          await null;
          return new Response(`${[1].map((n) => n + 1)} ${{}.polluted} ${globalThis.shared} ${x.request.headers.get("host")}`);
        }
        """;
    try (Rig first = new Rig(folder);
        Rig second = new Rig(folder)) {
      first.file("polluter.js", polluter).file("other.js", other);
      first.use(ScriptRules.of("polluter.js"));
      first.request(FakeExchange.get("/"));
      second.use(ScriptRules.of("other.js"));
      assertThat(second.answer(second.request(FakeExchange.get("/"))))
          .isEqualTo("2 undefined undefined api.example.com");
    }
  }

  @Test
  void pollutedPrototypesDoNotBreakTheRuntimeItself() {
    String script =
        """
        export async function onRequest(exchange) {
          Array.prototype[Symbol.iterator] = null;
          Array.prototype.push = Array.prototype.map = null;
          Promise.prototype.then = () => { throw new Error("stolen"); };
          Object.prototype.then = undefined;
          Object.defineProperty(Object.prototype, "value", { get() { return 666; }, set() {}, configurable: true });
          Function.prototype.call = Function.prototype.apply = null;
          globalThis.Response = globalThis.Headers = null;
          await 1;
          exchange.request.headers.set("x-ok", "yes");
          exchange.vars.a = 1;
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      FakeExchange exchange = FakeExchange.get("/");
      assertThat(rig.request(exchange)).isSameAs(dev.penstock.engine.spi.Verdict.NEXT);
      assertThat(exchange.request.headers().get("x-ok")).isEqualTo("yes");
    }
  }

  @Test
  void secretsAreGivenToTheScriptAndHiddenElsewhere() {
    ScriptRules.EnvRules env =
        new ScriptRules.EnvRules(
            Map.of("plain", Map.of("deep", java.util.List.of(1, 2))),
            Map.of("key", "s3cret"),
            java.util.List.of(),
            Map.of(),
            Map.of(),
            Map.of());
    String script =
        """
        export function onRequest(x, env) {
          let frozen;
          try { env.key = "other"; frozen = false; } catch (e) { frozen = e instanceof TypeError; }
          return new Response([env.key, env.plain.deep[1], frozen, x.env === env, Object.keys(env)].join());
        }
        """;
    try (Rig rig = Rig.of(folder, script, Rig.env(env))) {
      assertThat(rig.answer(rig.request(FakeExchange.get("/"))))
          .isEqualTo("s3cret,2,true,true,plain,key");
      assertThat(new Bindings.Secret("key", "s3cret").toString()).doesNotContain("s3cret");
    }
  }
}
