package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Exchange.Suspension;
import dev.penstock.engine.spi.Identity;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What filters say about who sends a request, and how they refuse. */
final class IdentityWireTest {
  @TempDir Path folder;

  @Test
  void laterFiltersAndTheLogSeeWhoSends() throws Exception {
    Path log = folder.resolve("access.log");
    AtomicReference<Object> seen = new AtomicReference<>("nobody asked");
    Probe names =
        new Probe("names")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  if (exchange.request().path().equals("/alice"))
                    exchange.identity(Identity.of("alice", "test"));
                  return Verdict.NEXT;
                });
    Probe looks =
        new Probe("looks")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  seen.set(String.valueOf(exchange.identity()));
                  return Verdict.NEXT;
                });
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(
                """
                access-log: { to: file, file: "%s" }
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { filters: [ { names: {} }, { looks: {} } ], upstream: up } }
                """
                    .formatted(log, upstream.address()),
                names,
                looks);
        RawClient client = gateway.connect()) {
      client.get("/alice");
      assertThat(seen.get()).asString().contains("alice");
      client.get("/nobody"); // the same connection, and most likely the same object
      assertThat(seen.get()).isEqualTo("null");
      gateway.awaitIdle("up");
    }
    assertThat(Files.readAllLines(log))
        .satisfiesExactly(
            line -> assertThat(line).contains("\"user\":\"alice\""),
            line -> assertThat(line).doesNotContain("\"user\""));
  }

  @Test
  void aRefusalMayHaveWordsAndFieldsOfItsOwnAndIsAnErrorAllTheSame() {
    Probe refusing =
        new Probe("refusing")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) ->
                    Verdict.reject(
                        ProxyError.of(ProxyError.Kind.UNAUTHENTICATED, "no credentials"),
                        Response.text(401, "who?").header("WWW-Authenticate", "Basic")));
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Probe.gateway(upstream, refusing);
        RawClient client = gateway.connect()) {
      RawResponse answer = client.get("/");
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.field("WWW-Authenticate")).isEqualTo("Basic");
      assertThat(answer.body()).isEqualTo("who?");
      gateway.awaitIdle("up");
      assertThat(gateway.metrics()).contains("unauthenticated");
      assertThat(upstream.requests()).isEmpty();
    }
  }

  /** Objects are reused: a late answer must not name the sender of another request. */
  @Test
  void aSuspensionKnowsThatItsExchangeIsGone() {
    AtomicReference<Suspension> held = new AtomicReference<>();
    Probe holding =
        new Probe("holding")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  if (!exchange.request().path().equals("/held")) return Verdict.NEXT;
                  held.set(exchange.suspend());
                  return Verdict.SUSPEND;
                });
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Probe.gateway(upstream, holding)) {
      try (RawClient leaving = gateway.connect()) {
        leaving.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
        TestGateway.await(() -> held.get() != null, () -> "nothing is held");
        assertThat(isWaiting(holding, held.get())).isTrue();
        leaving.reset();
      }
      gateway.awaitIdle("up");
      assertThat(isWaiting(holding, held.get())).isFalse();
      try (RawClient client = gateway.connect()) {
        assertThat(client.get("/other").status()).isEqualTo(200);
      }
      assertThat(isWaiting(holding, held.get())).isFalse();
    }
  }

  private static boolean isWaiting(Probe probe, Suspension suspension) {
    AtomicReference<Boolean> answer = new AtomicReference<>();
    probe.scope().execute(() -> answer.set(suspension.isWaiting()));
    TestGateway.await(() -> answer.get() != null, () -> "the worker does not answer");
    return answer.get();
  }
}
