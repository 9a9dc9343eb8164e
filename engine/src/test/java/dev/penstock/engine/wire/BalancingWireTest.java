package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** U9, U11 to U18, U21: limits, health and balance as clients see them. */
final class BalancingWireTest {
  private static final String FAILURE =
      "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";

  @Test
  void u9AClientThatGoesAwayTakesItsRequestBack() {
    try (ScriptedUpstream upstream = ScriptedUpstream.running(Peer::readToEnd);
        TestGateway gateway = TestGateway.to(upstream)) {
      RawClient polite = gateway.connect().send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      upstream.connection(0).awaitReceived("\r\n\r\n");
      polite.close();
      upstream.connection(0).awaitEnded();
      RawClient rude = gateway.connect().send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      upstream.connection(1).awaitReceived("\r\n\r\n");
      rude.reset();
      upstream.connection(1).awaitEnded();
      gateway.awaitMetric("penstock_endpoint_requests_in_flight", 0);
      gateway.awaitMetric("penstock_worker_exchanges", 0);
      gateway.awaitMetric("penstock_endpoint_connections_open", 0);
    }
  }

  @Test
  void u9AClientThatGoesAwayInTheMiddleOfAQuietResponseTakesItBack() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
              peer.readToEnd();
            });
        TestGateway gateway = TestGateway.to(upstream)) {
      RawClient client = gateway.connect().send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      client.readHead();
      client.close();
      upstream.connection(0).awaitEnded();
      gateway.awaitMetric("penstock_worker_exchanges", 0);
    }
  }

  @Test
  void u9ARouteMayGoOnWithoutItsClient() throws InterruptedException {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              mayAnswer.await();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { upstream: up, ignore-abort: true } }
                """
                    .formatted(upstream.address()))) {
      RawClient client = gateway.connect().send("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
      upstream.awaitRequests(1);
      client.reset();
      gateway.awaitMetric("penstock_connections_open", 0);
      mayAnswer.countDown();
      gateway.awaitMetric("penstock_endpoint_connections_idle", 1);
      gateway.awaitMetric("penstock_worker_exchanges", 0);
      try (RawClient next = gateway.connect()) {
        assertThat(next.get("/b").status()).isEqualTo(200);
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void whatIsTooMuchWaitsInTheQueueUntilItsTimeIsUp() {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              mayAnswer.await();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway =
            RetryWireTest.gateway(
                "limits: { max-requests: 1, queue: 1, queue-timeout: 300ms }", upstream);
        RawClient first = gateway.connect();
        RawClient second = gateway.connect();
        RawClient third = gateway.connect()) {
      first.send("GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\n");
      upstream.awaitRequests(1);
      second.send("GET /2 HTTP/1.1\r\nHost: a.test\r\n\r\n");
      gateway.awaitMetric("penstock_upstream_queued", 1);
      RawResponse refused = third.get("/3");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.field("Retry-After")).isNotNull();
      assertThat(second.readResponse().status()).isEqualTo(503);
      gateway.awaitMetric("penstock_upstream_queued", 0);
      assertThat(gateway.metric("penstock_upstream_queue_timeouts_total")).isEqualTo(1);
      assertThat(gateway.metric("penstock_upstream_rejected_total")).isEqualTo(1);
      mayAnswer.countDown();
      assertThat(first.readResponse().status()).isEqualTo(200);
      assertThat(third.get("/4").status()).isEqualTo(200);
    }
  }

  @Test
  void aPlaceThatBecomesFreeGoesToWhoeverWaits() {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              mayAnswer.await();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway =
            RetryWireTest.gateway(
                "limits: { max-requests: 1, queue: 10, queue-timeout: 10s }", upstream);
        RawClient first = gateway.connect();
        RawClient gone = gateway.connect();
        RawClient second = gateway.connect()) {
      first.send("GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\n");
      upstream.awaitRequests(1);
      gone.send("GET /gone HTTP/1.1\r\nHost: a.test\r\n\r\n");
      gateway.awaitMetric("penstock_upstream_queued", 1);
      second.send("GET /2 HTTP/1.1\r\nHost: a.test\r\n\r\n");
      gateway.awaitMetric("penstock_upstream_queued", 2);
      gone.reset();
      gateway.awaitMetric("penstock_upstream_queued", 1);
      mayAnswer.countDown();
      assertThat(first.readResponse().status()).isEqualTo(200);
      assertThat(second.readResponse().status()).isEqualTo(200);
      assertThat(upstream.requests()).hasSize(2);
      gateway.awaitMetric("penstock_worker_exchanges", 0);
    }
  }

  @Test
  void u11WeightZeroDrainsAnEndpoint() {
    try (ScriptedUpstream old = ScriptedUpstream.ok();
        ScriptedUpstream heavy = ScriptedUpstream.ok();
        ScriptedUpstream light = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams:
                  up:
                    endpoints:
                      - { address: "%s", weight: 0 }
                      - { address: "%s", weight: 3 }
                      - { address: "%s", weight: 1 }
                routes: { all: { upstream: up } }
                """
                    .formatted(old.address(), heavy.address(), light.address()));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 40; i++) client.get("/");
      assertThat(old.requests()).isEmpty();
      assertThat(heavy.requests()).hasSize(30);
      assertThat(light.requests()).hasSize(10);
    }
  }

  @Test
  void u16AnEndpointThatFailsIsLeftOut() {
    try (ScriptedUpstream bad = ScriptedUpstream.answering(FAILURE);
        ScriptedUpstream good = ScriptedUpstream.ok();
        TestGateway gateway =
            RetryWireTest.gateway(
                "outlier: { consecutive-failures: 2, eject-for: 60s }", bad, good);
        RawClient client = gateway.connect()) {
      TestGateway.await(
          () -> {
            client.get("/");
            return bad.requests().size() >= 2;
          },
          bad::requests);
      int before = bad.requests().size();
      List<Integer> statuses = new ArrayList<>();
      TestGateway.await(
          () -> {
            statuses.clear();
            for (int i = 0; i < 6; i++) statuses.add(client.get("/").status());
            return !statuses.contains(500);
          },
          () -> statuses);
      int after = bad.requests().size();
      for (int i = 0; i < 10; i++) assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(bad.requests()).hasSize(after);
      assertThat(after - before).isLessThan(10);
    }
  }

  @Test
  void u18AnEndpointThatFailsItsProbesIsLeftOutUntilItPassesAgain() {
    AtomicBoolean isWell = new AtomicBoolean(true);
    ScriptedUpstream.Reply reply =
        (request, peer) -> {
          boolean isProbe = request.line().startsWith("GET /health");
          peer.send(isProbe && !isWell.get() ? FAILURE : ScriptedUpstream.OK);
        };
    try (ScriptedUpstream ill = ScriptedUpstream.replying(reply);
        ScriptedUpstream spare = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams:
                  up:
                    endpoints: [ "%s", { address: "%s", backup: true } ]
                    panic-threshold: 0%%
                    health-check:
                      { path: /health, interval: 100ms, healthy-after: 1, unhealthy-after: 1 }
                routes: { all: { upstream: up } }
                """
                    .formatted(ill.address(), spare.address()));
        RawClient client = gateway.connect()) {
      assertThat(client.get("/1").status()).isEqualTo(200);
      assertThat(served(ill)).isEqualTo(1);
      isWell.set(false);
      TestGateway.await(
          () -> {
            client.get("/2");
            return served(spare) > 0;
          },
          spare::requests);
      int before = served(ill);
      assertThat(client.get("/3").status()).isEqualTo(200);
      assertThat(served(ill)).isEqualTo(before);
      isWell.set(true);
      TestGateway.await(
          () -> {
            client.get("/4");
            return served(ill) > before;
          },
          ill::requests);
    }
  }

  private static int served(ScriptedUpstream upstream) {
    return (int) upstream.requests().stream().filter(r -> !r.line().contains("/health")).count();
  }

  @Test
  void u17WhenNearlyAllAreIllAllAreUsed() {
    ScriptedUpstream.Reply reply =
        (request, peer) ->
            peer.send(request.line().contains("/health") ? FAILURE : ScriptedUpstream.OK);
    String yaml =
        """
        upstreams:
          up:
            endpoints: [ "%s" ]
            panic-threshold: %s
            health-check: { path: /health, interval: 100ms, unhealthy-after: 1 }
        routes: { all: { upstream: up } }
        """;
    try (ScriptedUpstream ill = ScriptedUpstream.replying(reply);
        TestGateway gateway = TestGateway.start(yaml.formatted(ill.address(), "0%"));
        RawClient client = gateway.connect()) {
      TestGateway.await(() -> client.get("/").status() == 503, ill::requests);
      gateway.reload(yaml.formatted(ill.address(), "50%"));
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void u21ACookieKeepsAClientOnItsEndpoint() {
    try (ScriptedUpstream a = ScriptedUpstream.ok();
        ScriptedUpstream b = ScriptedUpstream.ok();
        ScriptedUpstream c = ScriptedUpstream.ok();
        TestGateway gateway = RetryWireTest.gateway("sticky: {}", a, b, c);
        RawClient client = gateway.connect()) {
      String given = client.get("/").field("Set-Cookie");
      assertThat(given).contains("HttpOnly", "Secure", "SameSite=Lax", "Path=/");
      assertThat(given).doesNotContain("127.0.0.1");
      String cookie = given.substring(0, given.indexOf(';'));
      for (int i = 0; i < 9; i++) {
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\nCookie: " + cookie + "\r\n\r\n");
        assertThat(client.readResponse().field("Set-Cookie")).isNull();
      }
      Set<Integer> counts = new HashSet<>();
      for (ScriptedUpstream each : List.of(a, b, c)) counts.add(each.requests().size());
      assertThat(counts).containsExactlyInAnyOrder(0, 10);
    }
  }

  @Test
  void noRequestFailsWhenOneOfThreeEndpointsDiesUnderLoad() throws InterruptedException {
    try (ScriptedUpstream a = ScriptedUpstream.ok();
        ScriptedUpstream b = ScriptedUpstream.ok();
        ScriptedUpstream c = ScriptedUpstream.ok();
        TestGateway gateway =
            RetryWireTest.gateway("retry: { attempts: 3, min-budget: 100 }", a, b, c)) {
      AtomicInteger done = new AtomicInteger();
      CopyOnWriteArrayList<Object> failures = new CopyOnWriteArrayList<>();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        clients.add(
            Thread.ofVirtual()
                .start(() -> {
                  try (RawClient client = gateway.connect()) {
                    for (int n = 0; n < 250; n++) {
                      RawResponse response = client.get("/" + n);
                      if (response.status() != 200) failures.add(response);
                      done.incrementAndGet();
                    }
                  } catch (RuntimeException | AssertionError e) {
                    failures.add(e);
                  }
                }));
      }
      TestGateway.await(() -> done.get() > 1000, done::get);
      b.close();
      for (Thread each : clients) each.join();
      assertThat(failures).isEmpty();
      assertThat(done.get()).isEqualTo(4000);
      gateway.awaitMetric("penstock_worker_exchanges", 0);
      gateway.awaitMetric("penstock_endpoint_requests_in_flight", 0);
      assertThat(gateway.metric("penstock_requests_total")).isEqualTo(4000);
    }
  }
}
