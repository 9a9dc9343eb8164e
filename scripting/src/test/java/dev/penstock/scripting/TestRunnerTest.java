package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code penstock test}: tests of scripts, run in the real runtime. */
class TestRunnerTest {
  @TempDir Path folder;

  private final StringWriter printed = new StringWriter();

  private List<TestRunner.Result> run(String script, String tests) throws IOException {
    Files.writeString(folder.resolve("main.js"), script);
    Files.writeString(
        folder.resolve("main.test.js"),
        "import { test, assert, route } from 'penstock:test';\n" + tests);
    return new TestRunner(Rig.RUNTIME, new PrintWriter(printed)).run(folder);
  }

  @Test
  void scriptsAreTestedInTheRealRuntime() throws IOException {
    List<TestRunner.Result> results =
        run(
            """
            export async function onRequest(exchange, env) {
              if (exchange.request.path === "/wait") await new Promise((done) => setTimeout(done, 20_000));
              if (exchange.request.path === "/asked") return env.users.fetch("http://users/profile");
              if (exchange.request.path === "/digest") {
                const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("a"));
                return new Response(String(new Uint8Array(hash)[0]));
              }
              exchange.request.headers.set("x-tenant", `${env.tenant} ${exchange.clientIp} ${exchange.params.id}`);
              await env.store.increment("n");
            }
            export function onResponse(exchange) { exchange.response.headers.set("x-status", String(exchange.response.status)); }
            export function onResponseBody(exchange, part) { return part.text() + "!"; }
            """,
            """
            const main = () => route("main.js", {
              env: { tenant: "acme", store: "kv", users: async (request) => new Response("profile of " + new URL(request.url).pathname) },
              params: { id: "7" }, clientIp: "192.0.2.9",
              upstreams: { default: async (request) => new Response(`${request.method} ${new URL(request.url).pathname} ${request.headers.get("x-tenant")} ${await request.text()}`, { status: 202 }) },
            });
            test("passes through to the upstream", async () => {
              const response = await main().fetch("/a?b=c", { method: "POST", body: "hello" });
              assert.equal(response.status, 202);
              assert.equal(await response.text(), "POST /a acme 192.0.2.9 7 hello!");
              assert.equal(response.headers.get("x-status"), "202");
              assert.equal(response.upstream, "default");
              assert.equal(response.upstreamRequest.headers.get("x-tenant"), "acme 192.0.2.9 7");
            });
            test("time is made up", async () => { assert.equal((await main().fetch("/wait")).status, 202); });
            test("bound upstreams are functions", async () => { assert.equal(await (await main().fetch("/asked")).text(), "profile of /profile!"); });
            test("work off the worker is waited for", async () => { assert.equal(await (await main().fetch("/digest")).text(), "202!"); });
            test("assertions", async () => {
              assert.deepEqual({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] });
              assert.throws(() => assert.deepEqual({ a: 1 }, { a: 2 }), /AssertionError/);
              await assert.rejects(Promise.reject(new TypeError("x")), /TypeError/);
            });
            """);
    assertThat(results)
        .as(printed.toString())
        .hasSize(5)
        .allMatch(result -> result.problem() == null);
    assertThat(printed.toString())
        .contains("main.test.js", "  ok    passes through to the upstream", "5 passed, 0 failed");
  }

  @Test
  void whatFailsIsSaid() throws IOException {
    List<TestRunner.Result> results =
        run(
            "export function onRequest() { throw new Error('broken'); }",
            """
            test("wrong", async () => { assert.equal((await route("main.js").fetch("/")).status, 200); });
            test("never", () => new Promise(() => {}));
            test("missing script", () => { route("none.js"); });
            """);
    assertThat(results).extracting(TestRunner.Result::problem).allMatch(problem -> problem != null);
    assertThat(results.get(0).problem()).contains("expected 200, got 500", "main.test.js:2:");
    assertThat(results.get(1).problem()).isEqualTo("it waits for something that never comes");
    assertThat(results.get(2).problem()).contains("there is no file");
    assertThat(TestRunner.junit(results))
        .contains(
            "tests=\"3\" failures=\"3\"",
            "<testcase classname=\"main.test.js\" name=\"wrong\"",
            "<failure>AssertionError");
  }

  @Test
  void aFileThatDoesNotLoadIsAFailure() throws IOException {
    assertThat(run("", "test('x', () => {);"))
        .singleElement()
        .extracting(TestRunner.Result::problem)
        .asString()
        .startsWith("main.test.js:2:");
  }

  @Test
  void aDifferenceIsSaidWithItsPlace() throws IOException {
    List<TestRunner.Result> results =
        run(
            "",
            """
            test("deep", () => assert.deepEqual({ a: [1, { "x-b": 2 }] }, { a: [1, { "x-b": 3 }] }, "users"));
            test("more", () => assert.deepEqual({ a: 1, b: 2 }, { a: 1 }));
            test("longer", () => assert.deepEqual([1, 2], [1]));
            test("same", () => assert.deepEqual(new Map([["a", [1]]]), new Map([["a", [1]]])));
            """);
    assertThat(results.get(0).problem())
        .startsWith("AssertionError: users: expected")
        .contains("at .a[1][\"x-b\"]: expected 3, got 2");
    assertThat(results.get(1).problem()).contains("at .b: expected undefined, got 2");
    assertThat(results.get(2).problem()).contains("at .length: expected 1, got 2");
    assertThat(results.get(3).problem()).isNull();
  }

  @Test
  @Timeout(60)
  void testsRunAgainWhenAFileChanges() throws Exception {
    Files.writeString(
        folder.resolve("main.js"), "export const onRequest = () => new Response('a');");
    Files.writeString(
        folder.resolve("main.test.js"),
        """
        import { test, assert, route } from "penstock:test";
        test("says a", async () => assert.equal(await (await route("main.js").fetch("/")).text(), "a"));
        """);
    PipedReader printed = new PipedReader();
    PrintWriter out = new PrintWriter(new PipedWriter(printed), true);
    BufferedReader lines = new BufferedReader(printed);
    CommandLine line = new CommandLine(new TestCommand()).setOut(out);
    Thread command = Thread.ofPlatform().start(() -> line.execute(folder.toString(), "--watch"));
    try {
      awaitLine(lines, "1 passed, 0 failed");
      Files.writeString(
          folder.resolve("main.js"), "export const onRequest = () => new Response('other');");
      awaitLine(lines, "0 passed, 1 failed");
    } finally {
      command.interrupt();
    }
    command.join();
  }

  private static void awaitLine(BufferedReader lines, String expected) throws IOException {
    for (String line; (line = lines.readLine()) != null; ) if (line.equals(expected)) return;
    throw new AssertionError("the command ended without: " + expected);
  }
}
