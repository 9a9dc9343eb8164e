package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.Verdict;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Slow, silent, numerous and vanishing clients (L1 to L10, U9). */
final class LimitsWireTest {
  private static TestGateway gateway(ScriptedUpstream upstream, String listener) {
    return TestGateway.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", %s } }
        upstreams: { up: { endpoints: [ "%s" ] } }
        routes: { all: { upstream: up } }
        """
            .formatted(listener, upstream.address()));
  }

  /** L4. */
  @Test
  void aHeadThatIsNotCompleteInTimeIs408() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, "timeouts: { head: 50ms }");
        RawClient client = gateway.connect()) {
      client.send("GET /a HTTP/1.1\r\nHo");
      RawResponse answer = client.readResponse();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.field("Connection")).isEqualTo("close");
      client.expectClosed();
      assertThat(upstream.received()).isEmpty();
      gateway.awaitIdle("up");
    }
  }

  /** L4: each byte in time does not make the head in time. */
  @Test
  void aHeadThatComesByteByByteDoesNotBuyTime() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, "timeouts: { head: 100ms }");
        RawClient client = gateway.connect()) {
      Thread slow =
          Thread.ofVirtual()
              .start(() -> {
                CountDownLatch never = new CountDownLatch(1);
                try {
                  client.send("GET /");
                  while (!never.await(10, TimeUnit.MILLISECONDS)) client.send("a");
                } catch (InterruptedException | java.io.UncheckedIOException e) {
                  // The gateway has closed, as it should.
                }
              });
      assertThat(client.readResponse().status()).isEqualTo(408);
      slow.interrupt();
    }
  }

  /** L4, L7: who says nothing is told nothing. */
  @Test
  void aSilentConnectionIsClosedWithoutAWord() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, "timeouts: { keep-alive: 50ms }");
        RawClient silent = gateway.connect();
        RawClient served = gateway.connect()) {
      assertThat(served.get("/a").status()).isEqualTo(200);
      served.expectClosed();
      silent.expectClosed();
      gateway.awaitMetric("penstock_connections_open", 0);
    }
  }

  /** L5. */
  @Test
  void aBodyThatStandsStillIs408() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, "timeouts: { body-idle: 50ms }");
        RawClient client = gateway.connect()) {
      client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
      RawResponse answer = client.readResponse();
      assertThat(answer.status()).isEqualTo(408);
      client.expectClosed();
      upstream.connection(0).awaitEnded();
      assertThat(upstream.requests()).isEmpty();
      gateway.awaitIdle("up");
    }
  }

  /** L6: a client that reads nothing holds back the upstream and is cut off in the end. */
  @Test
  void aClientThatDoesNotReadIsCutOff() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
              byte[] part = new byte[100_000];
              for (int i = 0; i < 1000; i++) peer.send(part);
            });
        TestGateway gateway = gateway(upstream, "timeouts: { body-idle: 200ms }");
        RawClient client = RawClient.connect(gateway.address(), 4096)) {
      client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(200);
      upstream.connection(0).awaitOver();
      gateway.awaitIdle("up");
      gateway.awaitMetric("penstock_connections_open", 0);
      gateway.awaitMetric("penstock_worker_buffered_bytes", 0);
    }
  }

  /** L6, L8: memory stays bounded, and nothing is lost, when a client reads slowly. */
  @Test
  void aSlowReaderGetsEverything() {
    byte[] part =
        "0123456789abcdef".repeat(6250).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              for (int i = 0; i < 100; i++) {
                peer.send(Integer.toHexString(part.length) + "\r\n");
                peer.send(part);
                peer.send("\r\n");
              }
              peer.send("0\r\n\r\n");
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = RawClient.connect(gateway.address(), 4096)) {
      client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      gateway.awaitMetric("penstock_worker_exchanges", 1);
      assertThat(client.readResponse().bytes()).hasSize(100 * part.length);
      gateway.awaitIdle("up");
      gateway.awaitMetric("penstock_worker_buffered_bytes", 0);
    }
  }

  /** L7. */
  @Test
  void theLastRequestOfAConnectionIsToldSo() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, "limits: { max-requests: 3 }");
        RawClient client = gateway.connect()) {
      assertThat(client.get("/1").field("Connection")).isNull();
      assertThat(client.get("/2").field("Connection")).isNull();
      client.send("GET /3 HTTP/1.1\r\nHost: a\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse().field("Connection")).isEqualTo("close");
      client.expectClosed();
      assertThat(upstream.requests()).hasSize(3);
    }
  }

  /** L7: clients that came together do not all come again together. */
  @Test
  void theLastRequestComesAtRandomUpToATenthEarlier() {
    Set<Integer> ends = new HashSet<>();
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, "limits: { max-requests: 40 }")) {
      for (int i = 0; i < 16; i++) {
        try (RawClient client = gateway.connect()) {
          int served = 1;
          while (client.get("/" + served).field("Connection") == null) served++;
          ends.add(served);
        }
      }
    }
    assertThat(ends).hasSizeGreaterThan(1).allMatch(served -> served > 36 && served <= 40);
  }

  /** L9. */
  @Test
  void aClientThatOpensConnectionsTooFastIsTurnedAwayUntilTheSecondIsOver() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, "limits: { max-new-connections-per-client: 5 }")) {
      int refused = 0;
      long from = System.nanoTime();
      for (int i = 0; i < 30; i++) {
        try (RawClient client = gateway.connect()) {
          client.sendIfOpen("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
          String all = client.readToEnd();
          if (!all.contains(" 200 ")) refused++;
        }
      }
      long seconds = (System.nanoTime() - from) / 1_000_000_000L + 2; // begun ones count whole
      assertThat(refused).isGreaterThanOrEqualTo(30 - 5 * (int) seconds);
      assertThat(refused).as("those within the rate are served").isLessThanOrEqualTo(25);
      assertThat(gateway.metric("penstock_connections_refused_total", "too-fast"))
          .isEqualTo(refused);
      TestGateway.await(
          () -> {
            try (RawClient client = gateway.connect()) {
              client.sendIfOpen("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
              return client.readToEnd().contains(" 200 ");
            }
          },
          () -> "still turned away");
    }
  }

  /** L9. */
  @Test
  void connectionsBeyondTheLimitAreClosedAndPlacesBecomeFreeAgain() {
    for (String limit : new String[] {"max-connections: 2", "max-connections-per-client: 2"}) {
      try (ScriptedUpstream upstream = ScriptedUpstream.ok();
          TestGateway gateway = gateway(upstream, "limits: { " + limit + " }")) {
        for (int i = 0; i < 3; i++) {
          try (RawClient one = gateway.connect();
              RawClient two = gateway.connect()) {
            assertThat(one.get("/1").status()).isEqualTo(200);
            assertThat(two.get("/2").status()).isEqualTo(200);
            try (RawClient three = gateway.connect()) {
              three.expectClosed();
            }
          }
          gateway.awaitMetric("penstock_connections_open", 0);
        }
        assertThat(gateway.metric("penstock_connections_refused_total")).isEqualTo(3);
      }
    }
  }

  /** U9. */
  @Test
  void aClientThatGoesAwayEndsItsRequestUpstream() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              peer.readToEnd();
            });
        TestGateway gateway = TestGateway.to(upstream)) {
      RawClient client = gateway.connect();
      client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      upstream.awaitRequests(1);
      client.reset();
      upstream.connection(0).awaitEnded();
      gateway.awaitIdle("up");
      gateway.awaitMetric("penstock_connections_open", 0);
    }
  }

  @Test
  void aClientThatGoesAwayInTheMiddleOfItsBodyEndsItsRequestUpstream() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream)) {
      for (boolean reset : new boolean[] {true, false}) {
        int before = upstream.connections();
        RawClient client = gateway.connect();
        client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
        upstream.connection(before).awaitReceived("half");
        if (reset) client.reset();
        else client.close();
        upstream.connection(before).awaitEnded();
        gateway.awaitIdle("up");
      }
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void aRouteThatIgnoresAbortsLetsTheUpstreamFinish() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              peer.awaitMore();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { upstream: up, ignore-abort: true } }
                """
                    .formatted(upstream.address()))) {
      RawClient gone = gateway.connect();
      gone.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      upstream.awaitRequests(1);
      gone.reset();
      gateway.awaitMetric("penstock_connections_open", 0);
      assertThat(gateway.upstream("up").inFlight()).isEqualTo(1);
      upstream.connection(0).goOn();
      gateway.awaitIdle("up");
      try (RawClient client = gateway.connect()) {
        client.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
        upstream.awaitRequests(2);
        upstream.connection(0).goOn();
        assertThat(client.readResponse().body()).isEqualTo("ok");
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void filtersHearThatTheClientHasGone() throws InterruptedException {
    CountDownLatch heard = new CountDownLatch(1);
    Probe listening =
        new Probe("l")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  exchange.onClientGone(heard::countDown);
                  return Verdict.NEXT;
                });
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              peer.readToEnd();
            });
        TestGateway gateway = Probe.gateway(upstream, listening)) {
      RawClient client = gateway.connect();
      client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      upstream.awaitRequests(1);
      client.reset();
      assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
      gateway.awaitIdle("up");
    }
  }

  /** U8: what runs out before the head is 504. */
  @Test
  void anUpstreamThatDoesNotAnswerInTimeIs504() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              peer.readToEnd();
            });
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ], retry: { attempts: 1 }, timeouts: { response-head: 50ms } } }
                routes:
                  all: { match: /head, upstream: up }
                """
                    .formatted(upstream.address()));
        RawClient client = gateway.connect()) {
      RawResponse late = client.get("/head");
      assertThat(late.status()).isEqualTo(504);
      assertThat(late.field("Proxy-Status")).contains("http_response_timeout");
      upstream.connection(0).awaitEnded();
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aRoutesTotalTimeIs504() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              peer.readToEnd();
            });
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { upstream: up, timeouts: { total: 50ms } } }
                """
                    .formatted(upstream.address()));
        RawClient client = gateway.connect()) {
      assertThat(client.get("/a").status()).isEqualTo(504);
      upstream.connection(0).awaitEnded();
      gateway.awaitIdle("up");
    }
  }

  /** A response that stands still is broken off: it cannot be ended in good order any more. */
  @Test
  void aResponseBodyThatStandsStillIsBrokenOff() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
              peer.readToEnd();
            });
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ], timeouts: { idle: 50ms } } }
                routes: { all: { upstream: up } }
                """
                    .formatted(upstream.address()));
        RawClient client = gateway.connect()) {
      client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(200);
      assertThat(client.readToEnd()).isIn("half<reset>", "<reset>");
      upstream.connection(0).awaitEnded();
      gateway.awaitIdle("up");
    }
  }
}
