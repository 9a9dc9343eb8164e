package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** 100-continue in all directions, other interim responses, trailers (E1 to E6). */
final class InterimWireTest {
  private static final String EXPECTING =
      "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";

  /** E1. */
  @Test
  void the100OfTheUpstreamReachesTheClientAndTheBodyTheUpstream() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              String head = peer.readHead();
              assertThat(head).contains("\r\nExpect: 100-continue\r\n");
              peer.send("HTTP/1.1 100 Continue\r\n\r\n");
              assertThat(peer.read(4)).isEqualTo("body");
              peer.send(ScriptedUpstream.OK);
              peer.readToEnd();
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(EXPECTING);
      assertThat(client.readResponse().statusLine()).isEqualTo("HTTP/1.1 100 Continue");
      client.send("body");
      assertThat(client.readResponse().body()).isEqualTo("ok");
      gateway.awaitIdle("up");
    }
  }

  /** E1: the client hears what the upstream decided, and keeps its body. */
  @Test
  void aFinalAnswerOfTheUpstreamComesWithout100() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
              peer.readToEnd();
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(EXPECTING);
      RawResponse answer = client.readResponse();
      assertThat(answer.status()).isEqualTo(401);
      // Whether the body follows or not is the client's choice: only an end is unambiguous (F17).
      assertThat(answer.field("Connection")).isEqualTo("close");
      client.expectClosed();
      upstream.connection(0).awaitEnded();
      assertThat(upstream.received()).doesNotContain("body");
      gateway.awaitIdle("up");
    }
  }

  /** E1: who is refused here is not asked for the body first. */
  @Test
  void aRefusalOfOursComesWithout100() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes:
                  small: { match: /small, upstream: up, max-body: 3 }
                  denied: { match: /denied, upstream: up, access: { deny: [ 127.0.0.1 ] } }
                """
                    .formatted(upstream.address()))) {
      for (String path : new String[] {"small", "denied", "nowhere"}) {
        try (RawClient client = gateway.connect()) {
          client.send(EXPECTING.replace("/a", "/" + path));
          int expected = path.equals("small") ? 413 : path.equals("denied") ? 403 : 404;
          assertThat(client.readResponse().status()).as(path).isEqualTo(expected);
          client.expectClosed();
        }
      }
      assertThat(upstream.received()).isEmpty();
    }
  }

  /** E2: how long we wait for a silent endpoint is configured. */
  @Test
  void aSilentUpstreamDoesNotKeepTheClientLongerThanConfigured() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              assertThat(peer.read(4)).isEqualTo("body");
              peer.send(ScriptedUpstream.OK);
              peer.readToEnd();
            });
        TestGateway gateway =
            RetryWireTest.gateway("timeouts: { expect-continue: 50ms }", upstream);
        RawClient client = gateway.connect()) {
      long before = System.nanoTime();
      client.send(EXPECTING);
      assertThat(client.readResponse().status()).isEqualTo(100);
      assertThat(System.nanoTime() - before).isBetween(45_000_000L, 900_000_000L);
      client.send("body");
      assertThat(client.readResponse().body()).isEqualTo("ok");
    }
  }

  /** E3. */
  @Test
  void aClientOfHttp10IsNeverSent100() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              assertThat(peer.readHead()).doesNotContain("Expect");
              peer.send(
                  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
              assertThat(peer.read(4)).isEqualTo("body");
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(EXPECTING.replace("1.1", "1.0"));
      client.send("body");
      assertThat(client.readResponse().statusLine()).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void anExpectationWithoutBodyIsTakenOut() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("GET /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(upstream.onlyRequest().field("Expect")).isNull();
    }
  }

  /** A client may tire of waiting (RFC 9110 §10.1.1). */
  @Test
  void aBodyThatComesWithoutWaitingIsPassedOn() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(EXPECTING + "body");
      assertThat(client.readResponse().body()).isEqualTo("ok");
      assertThat(upstream.onlyRequest().body()).isEqualTo("body");
      assertThat(client.get("/b").body()).isEqualTo("ok");
    }
  }

  /** E5. */
  @Test
  void severalInterimResponsesPassAndDoNotConfuseTheFraming() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: X-Y\r\nX-Y: 1\r\nContent-Length: 5\r\n\r\n"
                    + "HTTP/1.1 102 Processing\r\n\r\n"
                    + "HTTP/1.1 100 Continue\r\n\r\n"
                    + "HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\n"
                    + ScriptedUpstream.OK);
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        RawResponse hints = client.readResponse();
        assertThat(hints.status()).isEqualTo(103);
        assertThat(hints.field("Link")).isEqualTo("</a.css>; rel=preload");
        assertThat(hints.all("Content-Length")).isEmpty();
        assertThat(hints.all("X-Y")).isEmpty();
        assertThat(client.readResponse().status()).isEqualTo(102);
        RawResponse more = client.readResponse();
        assertThat(more.status()).isEqualTo(103);
        assertThat(more.fields()).containsExactly("Link: </b.css>");
        RawResponse last = client.readResponse();
        assertThat(last.body()).isEqualTo("ok");
        assertThat(last.all("Link")).isEmpty();
      }
    }
  }

  /** E6. */
  @Test
  void trailersPassBothWaysExceptThoseThatMustNotStandThere() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nTrailer: Grpc-Status\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
                    + "Grpc-Status: 0\r\nSet-Cookie: a=b\r\nCache-Control: no-store\r\n\r\n");
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(
          "POST /a HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 7\r\nAuthorization: x\r\n\r\n");
      RawResponse answer = client.readResponse();
      assertThat(answer.body()).isEqualTo("ok");
      assertThat(answer.field("Trailer")).isEqualTo("Grpc-Status");
      assertThat(answer.trailers()).containsExactly("Grpc-Status: 0");
      assertThat(upstream.onlyRequest().raw()).endsWith("\r\n0\r\nX-Sum: 7\r\n\r\n");
      assertThat(upstream.onlyRequest().field("Trailer")).isEqualTo("X-Sum");
    }
  }

  /** E6: a length leaves no room for trailers, and HTTP/1.0 does not know them. */
  @Test
  void trailersAreDroppedForAClientOfHttp10() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nA: b\r\n\r\n");
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("GET /a HTTP/1.0\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse().body()).isEqualTo("ok");
    }
  }

  /** F17. */
  @Test
  void anEarlyResponseIsPassedOnWhileTheClientStillSends() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.read(4);
              peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
              peer.readToEnd();
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\nhalf");
      RawResponse answer = client.readResponse();
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).isEqualTo("no");
      upstream.connection(0).awaitEnded();
      // The rest is short: it is read past, and the connection lives on.
      assertThat(answer.field("Connection")).isNull();
      client.send("-and-the-rest-16");
      upstream.script(peer -> {
        while (peer.readRequest() != null) peer.send(ScriptedUpstream.OK);
      });
      assertThat(client.get("/b").body()).isEqualTo("ok");
      assertThat(upstream.requests()).hasSize(1);
      gateway.awaitIdle("up");
    }
  }

  /** F17: nobody reads past gigabytes. */
  @Test
  void anEarlyResponseToALargeUploadEndsTheConnection() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
              peer.readToEnd();
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nhalf");
      RawResponse answer = client.readResponse();
      assertThat(answer.body()).isEqualTo("no");
      assertThat(answer.field("Connection")).isEqualTo("close");
      client.expectClosed();
      gateway.awaitIdle("up");
    }
  }

  /** F17: an endpoint that closes behind its early answer has still answered. */
  @Test
  void anEarlyResponseBehindWhichTheEndpointClosesIsPassedOn() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.read(4);
              peer.send(
                  "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\nhalf");
      assertThat(client.readResponse().body()).isEqualTo("no");
      gateway.awaitIdle("up");
    }
  }

  /** E5: what comes before the final head is bounded like the head itself. */
  @ParameterizedTest
  @ValueSource(strings = {"100 Continue", "102 Processing", "103 Early Hints"})
  void anUpstreamThatNeverComesToThePointIs502(String interim) {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              String head = "HTTP/1.1 " + interim + "\r\nLink: </a.css>\r\n\r\n";
              while (true) peer.send(head.repeat(100));
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
      RawResponse answer = client.readResponse();
      int relayed = 0;
      for (; answer.status() < 200; answer = client.readResponse()) relayed++;
      assertThat(answer.status()).as(answer.toString()).isEqualTo(502);
      assertThat(relayed).isLessThan(1000);
      upstream.connection(0).awaitOver();
      gateway.awaitIdle("up");
    }
  }
}
