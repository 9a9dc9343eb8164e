package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Verdict;
import java.nio.file.Path;
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
}
