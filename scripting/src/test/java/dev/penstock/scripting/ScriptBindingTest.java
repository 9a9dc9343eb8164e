package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.Offer;
import dev.penstock.engine.spi.ScriptBinding;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Objects that plugins give to scripts as {@code env.NAME}. */
@Timeout(120)
final class ScriptBindingTest {
  @TempDir private Path folder;
  private @Nullable Gateway gateway;

  /** Says {@code of}, and what it is asked. */
  public record Settings(@Default("it") @Shorthand String of) {}

  /** Counts its objects. */
  private static final class Things implements Extension {
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);

    @Override
    public String name() {
      return "things";
    }

    @Override
    public void register(Registry registry) {
      registry.offer(
          Offer.scriptBinding(
              "things",
              Settings.class,
              (config, scope) -> {
                if (config.of().equals("bad"))
                  throw new IllegalArgumentException("there is nothing bad");
                open.incrementAndGet();
                return new Thing(config.of());
              }));
    }

    private final class Thing implements ScriptBinding {
      private final String of;

      Thing(String of) {
        this.of = of;
      }

      @Override
      public Map<String, Method> methods() {
        Map<String, Method> all = new LinkedHashMap<>();
        all.put("echo", (Inline) asked -> asked);
        all.put("name", (Inline) asked -> of);
        all.put("count", (Inline) asked -> calls.incrementAndGet());
        all.put(
            "fail",
            (Inline)
                asked -> {
                  throw new IllegalStateException("it is broken");
                });
        all.put("nan", (Inline) asked -> Collections.singletonList(Double.NaN));
        all.put("thread", (Blocking) asked -> Thread.currentThread().isVirtual());
        all.put(
            "refuse",
            (Blocking)
                asked -> {
                  throw new IOException("no route to it");
                });
        all.put(
            "wait",
            (Blocking)
                asked -> {
                  gate.await();
                  return "over";
                });
        return all;
      }

      @Override
      public void close() {
        open.decrementAndGet();
      }
    }
  }

  private final Things things = new Things();

  @AfterEach
  void stop() {
    things.gate.countDown();
    if (gateway != null) gateway.close(0, 1000);
  }

  private String yaml(String bindings, String more) {
    return """
    listeners: { web: { bind: "127.0.0.1:0" } }
    access-log: { to: off }
    workers: 1
    routes: { all: { script: { file: main.js, env: { bindings: %s }%s } } }
    """
        .formatted(bindings, more);
  }

  private void start(String script, String bindings, String more) throws IOException {
    Files.writeString(folder.resolve("main.js"), script);
    gateway = Gateway.start(yaml(bindings, more), folder, List.of(new ScriptExtension(), things));
  }

  private String answer(String body) throws IOException {
    start(
        "export default { async fetch(request, env) { %s } };".formatted(body),
        "{ it: things, other: { things: another } }",
        "");
    return get();
  }

  private String get() {
    try (RawClient client = RawClient.connect(gateway.address("web"))) {
      return client.get("/").body();
    }
  }

  @Test
  void valuesOfAllKindsCrossBothWays() throws IOException {
    assertThat(
            answer(
                "return Response.json(env.it.echo(null, true, 1.5, 'a\"', [1, [2]], { b: { c: null } }, undefined));"))
        .isEqualTo("[null,true,1.5,\"a\\\"\",[1,[2]],{\"b\":{\"c\":null}},null]");
  }

  @Test
  void eachNameHasItsOwnSettings() throws IOException {
    assertThat(answer("return new Response(env.it.name() + ' ' + env.other.name());"))
        .isEqualTo("it another");
  }

  @Test
  void whatAMethodThrowsIsCaughtAsAnError() throws IOException {
    assertThat(
            answer(
                """
                const said = [];
                try { env.it.fail(); } catch (e) { said.push(e instanceof Error, e.message); }
                try { await env.it.refuse(); } catch (e) { said.push(e instanceof Error, e.message); }
                try { env.it.nan(); } catch (e) { said.push(e.message); }
                return Response.json(said);
                """))
        .isEqualTo(
            "[true,\"it is broken\",true,\"no route to it\",\"NaN is no number that JSON has\"]");
  }

  @Test
  void aBlockingMethodRunsOffTheWorker() throws IOException {
    assertThat(answer("return new Response(String(await env.it.thread()));")).isEqualTo("true");
  }

  /** U13: the worker serves others while one script waits. */
  @Test
  void aScriptThatWaitsHoldsUpNobody() throws IOException {
    start(
        "export default { async fetch(r, env) { return new Response(r.url.endsWith('/wait') ? await env.it.wait() : 'ok'); } };",
        "{ it: things }",
        "");
    try (RawClient waiting = RawClient.connect(gateway.address("web"))) {
      waiting.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(get()).isEqualTo("ok");
      things.gate.countDown();
      assertThat(waiting.readResponse().body()).isEqualTo("over");
    }
  }

  @Test
  void theWallLimitEndsTheWaiting() throws IOException {
    start(
        "export default { async fetch(r, env) { return new Response(await env.it.wait()); } };",
        "{ it: things }",
        ", limits: { wall: 200ms }");
    try (RawClient client = RawClient.connect(gateway.address("web"))) {
      assertThat(client.get("/").status()).isGreaterThanOrEqualTo(500);
    }
  }

  @Test
  void scriptsCannotChangeWhatTheyAreGiven() throws IOException {
    assertThat(
            answer(
                "'use strict'; try { env.it.name = () => 'mine'; } catch (e) { return new Response(e.name + ' ' + env.it.name() + ' ' + Object.getPrototypeOf(env.it)); }"))
        .isEqualTo("TypeError it null");
  }

  @Test
  void objectsAreClosedWithTheirScripts() throws IOException {
    start(
        "export default { fetch: (r, env) => new Response(String(env.it.count())) };",
        "{ it: things, two: things }",
        "");
    assertThat(get()).isEqualTo("1");
    assertThat(things.open).hasValue(2);
    assertThat(gateway.reload(yaml("{ it: things }", ""), folder)).isEmpty();
    assertThat(get()).isEqualTo("2");
    TestGateway.await(() -> things.open.get() == 1, () -> things.open + " are open");
  }

  @Test
  void aRehearsalCallsNothing() throws IOException {
    start(
        "export default { fetch: (r, env) => new Response(String(env.it.count())) };",
        "{ it: things }",
        ", warm-up: 300ms");
    assertThat(get()).isEqualTo("1");
  }

  @Test
  void whatCannotBeMadeIsRefusedAndTheOthersAreClosed() throws IOException {
    start("export default { fetch: (r, env) => new Response('ok') };", "{ it: things }", "");
    assertThat(gateway.reload(yaml("{ one: things, it: { things: bad } }", ""), folder))
        .contains("routes.all.script", "there is nothing bad");
    assertThat(gateway.reload(yaml("{ it: unknown }", ""), folder))
        .contains("gateway.yaml:4", "unknown", "things");
    assertThat(gateway.reload(yaml("{ it: { things: { off: 1 } } }", ""), folder))
        .contains("4:", "off");
    assertThat(gateway.reload(yaml("{ it: things }, vars: { it: 1 }", ""), folder))
        .contains("\"it\" is bound twice");
    assertThat(things.open).hasValue(1);
    assertThat(get()).isEqualTo("ok");
  }

  @Test
  void callsAreCounted() throws IOException {
    assertThat(answer("try { env.it.fail(); } catch {} return new Response(env.it.name());"))
        .isEqualTo("it");
    assertThat(gateway.metrics().scrape(false, System.nanoTime()))
        .asString(StandardCharsets.UTF_8)
        .contains(
            "penstock_extension_calls_total{kind=\"script binding\",name=\"things\"} 2",
            "penstock_extension_errors_total{kind=\"script binding\",name=\"things\"} 1");
  }
}
