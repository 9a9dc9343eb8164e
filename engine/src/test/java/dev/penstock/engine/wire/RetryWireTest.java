package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.ScriptedUpstream.Request;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** U1 to U8: what happens to a request when an endpoint fails it. */
final class RetryWireTest {
  private static final String POST =
      "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nbody";
  private static final String UNAVAILABLE =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

  /** Answers one request of its first connection and closes at the second; later ones are well. */
  private static ScriptedUpstream stale() {
    AtomicInteger connections = new AtomicInteger();
    return ScriptedUpstream.running(peer -> {
      boolean isFirst = connections.incrementAndGet() == 1;
      Request request = peer.readRequest();
      while (request != null) {
        peer.send(ScriptedUpstream.OK);
        request = peer.readRequest();
        if (isFirst) return;
      }
    });
  }

  @Test
  void u1AGetThatMeetsAStaleConnectionIsSentAgainOnAFreshOne() {
    try (ScriptedUpstream upstream = stale();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/1").status()).isEqualTo(200);
      assertThat(client.get("/2").status()).isEqualTo(200);
      assertThat(upstream.connections()).isEqualTo(2);
      assertThat(upstream.requests())
          .extracting(Request::line)
          .containsExactly("GET /1 HTTP/1.1", "GET /2 HTTP/1.1", "GET /2 HTTP/1.1");
    }
  }

  @Test
  void u1APostThatMeetsAStaleConnectionIsNotSentTwice() {
    try (ScriptedUpstream upstream = stale();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/1").status()).isEqualTo(200);
      RawResponse second = client.send(POST).readResponse();
      assertThat(second.status()).isEqualTo(502);
      assertThat(second.field("Proxy-Status")).contains("error=connection_terminated");
      assertThat(upstream.requests()).extracting(Request::body).containsOnlyOnce("body");
    }
  }

  @Test
  void u2AConnectionThatTheEndpointClosesLeavesThePoolAtOnce() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/1").status()).isEqualTo(200);
      gateway.awaitMetric("penstock_endpoint_connections_open", 0);
      assertThat(gateway.metric("penstock_endpoint_connections_idle")).isZero();
      assertThat(client.send(POST).readResponse().status()).isEqualTo(200);
      assertThat(gateway.metric("penstock_upstream_retries_total")).isZero();
    }
  }

  @Test
  void u2BytesThatNobodyAskedForEndAnIdleConnection() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) ->
                peer.send(ScriptedUpstream.OK + ScriptedUpstream.OK.replace("ok", "no")));
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/1").body()).isEqualTo("ok");
      assertThat(client.get("/2").body()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  @Test
  void u2AHintIsKeptWithASecondToSpare() {
    String hint = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=%d\r\nContent-Length: 0\r\n\r\n";
    try (ScriptedUpstream brief = ScriptedUpstream.answering(hint.formatted(1));
        ScriptedUpstream ample = ScriptedUpstream.answering(hint.formatted(100));
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams:
                  brief: { endpoints: [ "%s" ] }
                  ample: { endpoints: [ "%s" ] }
                routes:
                  b: { match: { path: /brief }, upstream: brief }
                  a: { match: { path: /ample }, upstream: ample }
                """
                    .formatted(brief.address(), ample.address()));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 3; i++) {
        client.get("/brief");
        client.get("/ample");
      }
      assertThat(brief.connections()).isEqualTo(3);
      assertThat(ample.connections()).isEqualTo(1);
    }
  }

  @Test
  void u2NoMoreConnectionsAreKeptThanMaxIdleSays() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway("pool: { max-idle: 0 }", upstream);
        RawClient client = gateway.connect()) {
      client.get("/1");
      client.get("/2");
      assertThat(upstream.connections()).isEqualTo(2);
      gateway.awaitMetric("penstock_endpoint_connections_open", 0);
    }
  }

  @Test
  void u3AFirstPostDoesNotTakeAConnectionThatWasNeverReused() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream)) {
      try (RawClient first = gateway.connect()) {
        first.get("/1");
      }
      try (RawClient second = gateway.connect()) {
        assertThat(second.send(POST).readResponse().status()).isEqualTo(200);
      }
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  /** F23: weak endpoints may be spared reuse, and trusted ones the caution of U3. */
  @Test
  void f23WhatIsReusedIsUpToTheUpstreamsRule() {
    for (String[] rule : new String[][] {{"always", "1"}, {"safe", "2"}, {"never", "3"}}) {
      try (ScriptedUpstream upstream = ScriptedUpstream.ok();
          TestGateway gateway = gateway("pool: { reuse: " + rule[0] + " }", upstream)) {
        try (RawClient first = gateway.connect()) {
          first.get("/1");
        }
        try (RawClient second = gateway.connect()) {
          assertThat(second.send(POST).readResponse().status()).isEqualTo(200);
          assertThat(second.send(POST).readResponse().status()).isEqualTo(200);
        }
        assertThat(upstream.connections()).as(rule[0]).isEqualTo(Integer.parseInt(rule[1]));
        boolean closes = rule[0].equals("never");
        assertThat(upstream.lastRequest().field("Connection")).isEqualTo(closes ? "close" : null);
      }
    }
  }

  @Test
  void u6ARefusedConnectGoesToTheNextEndpoint() {
    ScriptedUpstream down = ScriptedUpstream.ok();
    down.stopListening();
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway("retry: { backoff: 0s }", down, upstream);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 10; i++)
        assertThat(client.send(POST).readResponse().status()).isEqualTo(200);
      assertThat(gateway.metric("penstock_upstream_retries_total")).isPositive();
    }
  }

  @Test
  void u6AConfiguredStatusGoesToTheNextEndpointEvenWithABody() {
    try (ScriptedUpstream bad = ScriptedUpstream.answering(UNAVAILABLE);
        ScriptedUpstream good = ScriptedUpstream.ok();
        TestGateway gateway =
            gateway("retry: { on: [ 503 ], unsafe-methods: true, backoff: 0s }", bad, good);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 4; i++)
        assertThat(client.send(POST).readResponse().status()).isEqualTo(200);
      assertThat(bad.requests()).isNotEmpty();
      assertThat(good.requests()).hasSize(4).allMatch(request -> request.body().equals("body"));
    }
  }

  @Test
  void u6NoEndpointIsAskedTwiceWhileThereAreOthersAndTheLastAnswerIsPassedOn() {
    try (ScriptedUpstream a = ScriptedUpstream.answering(UNAVAILABLE);
        ScriptedUpstream b = ScriptedUpstream.answering(UNAVAILABLE);
        ScriptedUpstream c = ScriptedUpstream.answering(UNAVAILABLE);
        TestGateway gateway =
            gateway("retry: { attempts: 3, on: [ 503 ], backoff: 1ms }", a, b, c);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(503);
      assertThat(a.requests()).hasSize(1);
      assertThat(b.requests()).hasSize(1);
      assertThat(c.requests()).hasSize(1);
    }
  }

  /** The first request is turned away with this Retry-After, those after it are well. */
  private static ScriptedUpstream busyOnce(String retryAfter) {
    AtomicInteger count = new AtomicInteger();
    return ScriptedUpstream.replying((request, peer) ->
        peer.send(
            count.incrementAndGet() == 1
                ? UNAVAILABLE.replace("Content", "Retry-After: " + retryAfter + "\r\nContent")
                : ScriptedUpstream.OK));
  }

  @Test
  void u6TheOnlyEndpointIsAskedAgainWhenItsRetryAfterIsOver() {
    try (ScriptedUpstream upstream = busyOnce("1");
        TestGateway gateway = gateway("retry: { on: [ 503 ], backoff: 0s }", upstream);
        RawClient client = gateway.connect()) {
      long before = System.nanoTime();
      assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(System.nanoTime() - before).isGreaterThan(950_000_000L);
      assertThat(upstream.requests()).hasSize(2);
    }
  }

  @Test
  void u6AnotherEndpointNeedNotWaitForARetryAfterThatIsNotItsOwn() {
    try (ScriptedUpstream busy = busyOnce("20");
        ScriptedUpstream free = ScriptedUpstream.ok();
        TestGateway gateway = gateway("retry: { on: [ 503 ], backoff: 0s }", busy, free);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(busy.requests()).isNotEmpty();
    }
  }

  @Test
  void u6AnAnswerWhoseRetryAfterGoesBeyondTheDeadlineIsPassedOn() {
    try (ScriptedUpstream upstream = busyOnce("3");
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ], retry: { on: [ 503 ] } } }
                routes: { all: { upstream: up, timeouts: { total: 2s } } }
                """
                    .formatted(upstream.address()));
        RawClient client = gateway.connect()) {
      RawResponse answer = client.get("/");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.field("Retry-After")).isEqualTo("3");
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void u6WithoutADeadlineNobodyIsKeptWaitingLongerThanForAHead() {
    try (ScriptedUpstream upstream = busyOnce("3600");
        TestGateway gateway = gateway("retry: { on: [ 503 ] }", upstream);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(503);
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void u7WithoutBudgetThereIsNoRetry() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(UNAVAILABLE);
        TestGateway gateway =
            gateway("retry: { attempts: 5, on: [ 503 ], budget: 0%, min-budget: 0 }", upstream);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(503);
      assertThat(upstream.requests()).hasSize(1);
      assertThat(gateway.metric("penstock_upstream_retries_refused_total")).isEqualTo(1);
    }
  }

  @Test
  void u7ARefusedConnectNeedsNoBudget() {
    ScriptedUpstream down = ScriptedUpstream.ok();
    down.stopListening();
    try (ScriptedUpstream good = ScriptedUpstream.ok();
        TestGateway gateway =
            gateway("retry: { budget: 0%, min-budget: 0, backoff: 0s }", down, good);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 4; i++) assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(gateway.metric("penstock_upstream_retries_total")).isPositive();
    }
  }

  @Test
  void u7TheBudgetIsGivenBackAfterEachRetry() {
    AtomicInteger count = new AtomicInteger();
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) ->
                peer.send(count.incrementAndGet() % 2 == 1 ? UNAVAILABLE : ScriptedUpstream.OK));
        TestGateway gateway =
            gateway(
                "retry: { attempts: 2, on: [ 503 ], budget: 0%, min-budget: 1, backoff: 0s }\n"
                    + "    outlier: { enabled: false }",
                upstream);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 20; i++) assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(upstream.requests()).hasSize(40);
    }
  }

  @Test
  void u7ARetryLeavesItsPlaceInTheBudgetToTheNextOne() {
    AtomicInteger count = new AtomicInteger();
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) ->
                peer.send(count.incrementAndGet() % 4 == 0 ? ScriptedUpstream.OK : UNAVAILABLE));
        TestGateway gateway =
            gateway(
                "retry: { attempts: 4, on: [ 503 ], budget: 0%, min-budget: 1, backoff: 0s }\n"
                    + "    outlier: { enabled: false }",
                upstream);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 3; i++) assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(upstream.requests()).hasSize(12);
      assertThat(gateway.metric("penstock_upstream_retries_refused_total")).isZero();
    }
  }

  @Test
  void u5ACutOffBodyIsNotRepeatedAndNeverLooksWhole() {
    for (String cut :
        new String[] {
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello",
        }) {
      try (ScriptedUpstream upstream =
              ScriptedUpstream.running(peer -> {
                peer.readRequest();
                peer.send(cut);
              });
          TestGateway gateway = TestGateway.to(upstream);
          RawClient client = gateway.connect()) {
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
        String all = client.readToEnd();
        assertThat(all).doesNotContain("\r\n0\r\n");
        assertThat(upstream.requests()).hasSize(1);
        gateway.awaitMetric("penstock_errors_total", 1, "upstream-incomplete");
      }
    }
  }

  @Test
  void u8EachFailureHasItsStatusAndSaysWhy() {
    ScriptedUpstream down = ScriptedUpstream.ok();
    down.stopListening();
    try (ScriptedUpstream silent = ScriptedUpstream.running(Peer::readToEnd);
        ScriptedUpstream deaf = ScriptedUpstream.running(Peer::readRequest);
        ScriptedUpstream odd = ScriptedUpstream.answering("SMTP ready\r\n\r\n");
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams:
                  down: { endpoints: [ "%s" ], retry: 1 }
                  silent: { endpoints: [ "%s" ], retry: 1, timeouts: { response-head: 100ms } }
                  deaf: { endpoints: [ "%s" ], retry: 1 }
                  odd: { endpoints: [ "%s" ], retry: 1 }
                routes:
                  down: { match: { path: /down }, upstream: down }
                  silent: { match: { path: /silent }, upstream: silent }
                  deaf: { match: { path: /deaf }, upstream: deaf }
                  odd: { match: { path: /odd }, upstream: odd }
                """
                    .replace("retry: 1", "retry: { attempts: 1 }")
                    .formatted(down.address(), silent.address(), deaf.address(), odd.address()));
        RawClient client = gateway.connect()) {
      expect(client.get("/down"), 502, "connection_refused");
      expect(client.get("/silent"), 504, "http_response_timeout");
      expect(client.get("/deaf"), 502, "connection_terminated");
      expect(client.get("/odd"), 502, "http_protocol_error");
      silent.connection(0).awaitEnded();
    }
  }

  private static void expect(RawResponse response, int status, String token) {
    assertThat(response.status()).as(response.toString()).isEqualTo(status);
    assertThat(response.field("Proxy-Status")).contains("error=" + token);
  }

  /** A gateway whose one upstream has these rules and endpoints. */
  static TestGateway gateway(String rules, ScriptedUpstream... endpoints) {
    StringBuilder list = new StringBuilder();
    for (ScriptedUpstream each : endpoints)
      list.append(list.isEmpty() ? "" : ", ").append('"').append(each.address()).append('"');
    return TestGateway.start(
        """
        upstreams:
          up:
            endpoints: [ %s ]
            %s
        routes: { all: { upstream: up } }
        """
            .formatted(list, rules));
  }
}
