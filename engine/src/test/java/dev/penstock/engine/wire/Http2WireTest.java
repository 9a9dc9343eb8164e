package dev.penstock.engine.wire;

import static dev.penstock.engine.http.h2.RawFields.block;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.Frames;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client of HTTP/2 before an upstream of HTTP/1.1: what passes, and how it ends. */
final class Http2WireTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  static TestGateway gateway(ScriptedUpstream upstream) {
    return gateway(upstream, "on");
  }

  static TestGateway gateway(ScriptedUpstream upstream, String http2) {
    return TestGateway.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", http2: %s } }
        upstreams: { up: { endpoints: [ "%s" ] } }
        routes: { all: { upstream: up } }
        """
            .formatted(http2, upstream.address()));
  }

  private static Http2Client connect(TestGateway gateway, int... settings) {
    return Http2Client.connect(gateway.address(), settings);
  }

  // ---- heads and bodies

  @Test
  void aRequestAndItsResponsePass() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.get(1, "/a?b=c", "accept", "x/y", "x-own", "1");
      Http2Response response = client.response(1);
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("ok");
      assertThat(response.field("content-length")).isEqualTo("2");
      assertThat(response.field("via")).isEqualTo("1.1 penstock");
      assertThat(upstream.onlyRequest().head())
          .startsWith("GET /a?b=c HTTP/1.1\r\n")
          .contains("\r\nHost: a.test\r\n", "\r\nAccept: x/y\r\n", "\r\nx-own: 1\r\n")
          .contains("\r\nVia: 2.0 penstock\r\n");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void bodiesOfBothKindsPassAndTrailersWithThem() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n");
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.request(1, "POST", "/", false, "content-length", "5");
      client.data(1, "hel", false).data(1, "lo", true);
      assertThat(client.response(1).body()).isEqualTo("abc");
      assertThat(client.response(1).trailers()).isEqualTo("x-sum: 9\r\n");
      assertThat(upstream.lastRequest().body()).isEqualTo("hello");
      assertThat(upstream.lastRequest().head()).contains("Content-Length: 5");

      client.request(3, "POST", "/", false).data(3, "hel", false).data(3, "lo", false);
      client.headers(3, true, block("x-check", "7"));
      assertThat(client.response(3).body()).isEqualTo("abc");
      assertThat(upstream.lastRequest().head()).contains("Transfer-Encoding: chunked");
      assertThat(upstream.lastRequest().raw()).endsWith("0\r\nx-check: 7\r\n\r\n");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void anEmptyPostHasALengthAndAGetHasNone() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.request(1, "POST", "/", true).response(1);
      assertThat(upstream.lastRequest().head()).contains("Content-Length: 0");
      client.get(3, "/").response(3);
      assertThat(upstream.lastRequest().head()).doesNotContain("Content-Length");
      client.request(5, "PUT", "/", false).data(5, "", true).response(5);
      assertThat(upstream.lastRequest().head()).contains("chunked");
      gateway.awaitIdle("up");
    }
  }

  @ParameterizedTest
  @CsvSource({"204, HTTP/1.1 204 No Content", "304, HTTP/1.1 304 Not Modified"})
  void responsesWithoutBodyEndAtOnce(int status, String line) {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(line + "\r\nETag: \"x\"\r\n\r\n");
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      assertThat(client.get(1, "/").response(1).status()).isEqualTo(status);
      assertThat(client.soFar(1).field("content-length")).isNull();
      assertThat(client.said()).doesNotContain("data 1 0");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void theResponseToHeadTellsALengthAndHasNoBody() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      Http2Response response = client.request(1, "HEAD", "/", true).response(1);
      assertThat(response.field("content-length")).isEqualTo("99");
      assertThat(response.body()).isEmpty();
      assertThat(response.how()).isEqualTo("end");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void interimResponsesPass() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK);
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      assertThat(client.get(1, "/").response(1).interim()).containsExactly(103);
      client.request(3, "POST", "/", false, "expect", "100-continue", "content-length", "2");
      client.await("head 3 100");
      client.data(3, "hi", true);
      assertThat(client.response(3).body()).isEqualTo("ok");
      assertThat(upstream.lastRequest().body()).isEqualTo("hi");
    }
  }

  /** P11, and fields of the connection never reach an endpoint (F20). */
  @Test
  void cookiesAreJoinedAndTeIsKept() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.get(1, "/", "cookie", "a=b", "te", "trailers", "cookie", "c=d").response(1);
      assertThat(upstream.onlyRequest().head())
          .contains("\r\nCookie: a=b; c=d\r\n", "\r\nTE: trailers\r\n");
    }
  }

  @Test
  void manyStreamsAreServedAtOnceAndInTheirOwnTime() {
    AtomicInteger waiting = new AtomicInteger();
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              waiting.incrementAndGet();
              if (request.head().startsWith("GET /slow")) peer.awaitMore();
              peer.send(OK);
            });
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.get(1, "/slow");
      upstream.awaitRequests(1);
      for (int stream = 3; stream < 120; stream += 2) client.get(stream, "/" + stream);
      for (int stream = 3; stream < 120; stream += 2)
        assertThat(client.response(stream).body()).isEqualTo("ok");
      upstream.connection(0).goOn();
      assertThat(client.response(1).body()).isEqualTo("ok");
      assertThat(waiting.get()).isEqualTo(60);
      gateway.awaitIdle("up");
    }
  }

  /** Each event of a stream of events leaves when it comes. */
  @Test
  void partsOfABodyPassAsTheyCome() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n");
              peer.send("Transfer-Encoding: chunked\r\n\r\n");
              for (int i = 0; i < 3; i++) {
                peer.awaitMore();
                peer.send("9\r\ndata: " + i + "\n\n\r\n");
              }
              peer.send("0\r\n\r\n");
            });
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.get(1, "/events").await("head 1 200");
      for (int i = 0; i < 3; i++) {
        upstream.connection(0).goOn();
        client.await("data 1 9");
        assertThat(client.soFar(1).body()).endsWith("data: " + i + "\n\n");
      }
      assertThat(client.response(1).how()).isEqualTo("end");
    }
  }

  // ---- refusals

  /** F20, P8: such a request is reset, and nothing of it goes on. */
  @Test
  void aMalformedRequestReachesNobodyAndIsCounted() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.get(1, "/", "transfer-encoding", "chunked");
      assertThat(client.response(1).how()).isEqualTo("reset PROTOCOL_ERROR");
      client.get(3, "/", "x", "a\r\nGET /evil HTTP/1.1");
      assertThat(client.response(3).how()).isEqualTo("reset PROTOCOL_ERROR");
      assertThat(client.get(5, "/").response(5).body()).isEqualTo("ok");
      assertThat(upstream.requests()).hasSize(1);
      gateway.awaitMetric("penstock_violations_total", 1, "violation=\"connection-field\"");
    }
  }

  @Test
  void aBodyThatIsLongerThanToldIsCutOffBeforeItGoesOn() {
    try (ScriptedUpstream upstream = ScriptedUpstream.running(Peer::readToEnd);
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.request(1, "POST", "/", false, "content-length", "3").data(1, "ab", false);
      upstream.connection(0).awaitReceived("ab");
      client.data(1, "cSMUGGLED", true);
      assertThat(client.response(1).how()).isEqualTo("reset PROTOCOL_ERROR");
      upstream.connection(0).awaitEnded();
      assertThat(upstream.received()).doesNotContain("SMUGGLED");
    }
  }

  @Test
  void streamsBeyondTheLimitAreRefused() {
    try (ScriptedUpstream upstream = ScriptedUpstream.running(Peer::readToEnd);
        TestGateway gateway = gateway(upstream, "{ mode: on, max-streams: 2 }");
        Http2Client client = connect(gateway)) {
      client.get(1, "/").get(3, "/").get(5, "/");
      assertThat(client.response(5).how()).isEqualTo("reset REFUSED_STREAM");
      client.frames(w -> w.reset(1, ErrorCode.CANCEL)).get(7, "/").sync();
      assertThat(client.soFar(7).isOver()).isFalse();
      upstream.connection(2).awaitReceived("GET");
    }
  }

  @Test
  void clientsHearOfAnotherLimitAtOnce() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestGateway gateway = gateway(upstream, "{ mode: on, max-streams: 2 }");
        Http2Client client = connect(gateway)) {
      client.await("settings").await("settings ack").get(1, "/").response(1);
      String before = gateway.address().toString();
      gateway.reload(
          """
          listeners: { web: { bind: "127.0.0.1:0", http2: { mode: on, max-streams: 9 } } }
          upstreams: { up: { endpoints: [ "%s" ] } }
          routes: { all: { upstream: up } }
          """
              .formatted(upstream.address()));
      client.await("settings");
      assertThat(gateway.address()).hasToString(before);
      assertThat(client.get(3, "/").response(3).body()).isEqualTo("ok");
    }
  }

  @Test
  void plainListenersSpeakHttp1UnlessTheyAreToldOtherwise() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestGateway gateway = gateway(upstream, "auto");
        RawClient client = gateway.connect()) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(505);
    }
  }

  /** P10. */
  @Test
  void aListenerWithPriorKnowledgeSpeaksHttp1AsWell() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestGateway gateway = gateway(upstream);
        RawClient whole = gateway.connect();
        RawClient split = gateway.connect()) {
      assertThat(whole.get("/").body()).isEqualTo("ok");
      split.send("P");
      split.expectSilence(20);
      split.send("OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      assertThat(split.readResponse().body()).isEqualTo("ok");
      assertThat(upstream.lastRequest().head()).startsWith("POST / ");
      split.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n");
      split.send("Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
      assertThat(split.readResponse().status()).isEqualTo(200);
    }
  }

  @Test
  void aPrefaceMayComeByteByByte() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestGateway gateway = gateway(upstream);
        Http2Client client = Http2Client.silent(gateway.address())) {
      for (int i = 0; i < Frames.PREFACE_BYTES; i++) client.send(new byte[] {Frames.preface(i)});
      client.frames(w -> w.settings());
      assertThat(client.get(1, "/").response(1).body()).isEqualTo("ok");
    }
  }

  // ---- ends

  /** U9. */
  @Test
  void aResetOfTheClientEndsTheAttempt() {
    try (ScriptedUpstream upstream = ScriptedUpstream.running(Peer::readToEnd);
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.get(1, "/");
      upstream.connection(0).awaitReceived("\r\n\r\n");
      client.frames(w -> w.reset(1, ErrorCode.CANCEL));
      upstream.connection(0).awaitEnded();
      gateway.awaitIdle("up");
      assertThat(client.sync().soFar(1).hasHead()).isFalse();
    }
  }

  @Test
  void aClientThatGoesEndsAllItsAttempts() {
    try (ScriptedUpstream upstream = ScriptedUpstream.running(Peer::readToEnd);
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.get(1, "/").get(3, "/");
      upstream.connection(1).awaitReceived("\r\n\r\n");
      client.reset();
      upstream.connection(0).awaitEnded();
      upstream.connection(1).awaitEnded();
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aResponseThatBreaksOffIsReset() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
            });
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      Http2Response response = client.get(1, "/").response(1);
      assertThat(response.body()).isEqualTo("half");
      assertThat(response.how()).isEqualTo("reset INTERNAL_ERROR");
      client.sync();
    }
  }

  @Test
  void anAttemptThatFailsIsRepeated() {
    AtomicInteger connections = new AtomicInteger();
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              if (connections.getAndIncrement() > 0) peer.send(OK);
            });
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      assertThat(client.get(1, "/").response(1).body()).isEqualTo("ok");
      assertThat(connections.get()).isEqualTo(2);
    }
  }

  /** RFC 9113 §8.1. */
  @Test
  void aClientWhoseRequestIsAnsweredEarlyIsToldToStop() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
              peer.readToEnd();
            });
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.request(1, "POST", "/", false, "content-length", "1000000").data(1, "x", false);
      assertThat(client.response(1).status()).isEqualTo(403);
      assertThat(client.soFar(1).how()).isEqualTo("end");
      client.await("reset 1 NO_ERROR");
      client.data(1, "still coming", false).sync();
    }
  }

  // ---- flow control (P1)

  @Test
  void aResponseWaitsForTheClientsWindowsAndOthersDoNot() {
    String large = "x".repeat(100_000);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              boolean isLarge = request.head().startsWith("GET /large");
              String body = isLarge ? large : "ok";
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            });
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway, Frames.INITIAL_WINDOW_SIZE, 1000).keepWindows()) {
      client.await("settings ack").get(1, "/large");
      client.await("data 1 1000");
      assertThat(client.get(3, "/small").response(3).body()).isEqualTo("ok");
      assertThat(client.soFar(1).body()).hasSize(1000);
      client.frames(w -> w.windowUpdate(1, 500)).await("data 1 500");
      // A larger initial window is a larger window of all streams.
      client.frames(w -> w.settings(Frames.INITIAL_WINDOW_SIZE, 2000)).await("data 1 1000");
      client.frames(w -> {
        w.windowUpdate(1, 1_000_000);
        w.windowUpdate(0, 1_000_000);
      });
      assertThat(client.response(1).body()).isEqualTo(large);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aRequestBodyThatNobodyTakesIsHeldBackAndOthersAreNot() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              String head = peer.readHead();
              if (head == null) return;
              if (head.startsWith("GET")) {
                peer.send(OK);
                return;
              }
              peer.awaitMore();
              peer.read(30 << 20);
              peer.send(OK);
            });
        TestGateway gateway =
            TestGateway.start(
                """
                listeners: { web: { bind: "127.0.0.1:0", http2: on } }
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { upstream: up, max-body: 64MiB } }
                """
                    .formatted(upstream.address()));
        Http2Client client = connect(gateway)) {
      client.request(1, "POST", "/", false, "content-length", Integer.toString(30 << 20));
      String part = "x".repeat(16384);
      long sent = 0;
      long window = 65536;
      // As long as somebody takes it there are windows; sockets between us take a few MiB.
      while (sent + 16384 <= window) {
        client.data(1, part, false).sync();
        sent += 16384;
        window = 65536 + granted(client);
      }
      assertThat(sent).isLessThan(30 << 20);
      assertThat(client.get(3, "/").response(3).body()).isEqualTo("ok");
      upstream.connection(0).goOn();
      while (sent < 30 << 20) {
        while (sent + 16384 > 65536 + granted(client)) client.next();
        int n = (int) Math.min(16384, (30 << 20) - sent);
        client.data(1, part.substring(0, n), false);
        sent += n;
      }
      client.data(1, "", true);
      assertThat(client.response(1).body()).isEqualTo("ok");
    }
  }

  private static long granted(Http2Client client) {
    return client.said().stream()
        .filter(event -> event.startsWith("window 1 "))
        .mapToLong(event -> Long.parseLong(event.substring(9)))
        .sum();
  }

  /** H13, RFC 9218: what waits for the connection's window leaves by urgency. */
  @Test
  void urgentResponsesLeaveFirst() {
    String body = "x".repeat(40_000);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n" + body);
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway, Frames.INITIAL_WINDOW_SIZE, 1 << 20).keepWindows()) {
      client.get(1, "/first");
      client.await("head 1 200");
      client.get(3, "/lazy", "priority", "u=6").await("head 3 200");
      client.get(5, "/eager", "priority", "u=1").await("head 5 200");
      client.get(7, "/promoted").await("head 7 200");
      client.send(
          dev.penstock.engine.http.h2.RawFields.frame(
              Frames.PRIORITY_UPDATE, 0, 0, "\0\0\0\7u=0".getBytes(StandardCharsets.ISO_8859_1)));
      client.sync();
      // 65535 bytes are through: all of the first and a part of the second.
      assertThat(client.soFar(1).how()).isEqualTo("end");
      client.frames(w -> w.windowUpdate(0, 40_000)).await("end 7");
      client.frames(w -> w.windowUpdate(0, 40_000)).await("end 5");
      assertThat(client.soFar(3).isOver()).isFalse();
      client.frames(w -> w.windowUpdate(0, 40_000)).await("end 3");
    }
  }

  /** RFC 9218 §10: those whose parts are of use alone take turns, the others do not. */
  @Test
  void incrementalResponsesTakeTurns() {
    String body = "x".repeat(48 * 1024);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway, Frames.INITIAL_WINDOW_SIZE, 1 << 20).keepWindows()) {
      client.get(1, "/fills").await("end 1");
      client.get(3, "/the-window").await("head 3 200");
      for (int stream = 5; stream < 13; stream += 2)
        client
            .get(stream, "/", "priority", stream < 9 ? "u=2" : "u=5, i")
            .await("head " + stream + " 200");
      client.sync();
      int before = client.said().size();
      client.frames(w -> w.windowUpdate(0, 1 << 20));
      client.await("end 3").sync();
      List<String> order =
          client.said().subList(before, client.said().size()).stream()
              .filter(event -> event.startsWith("data ") && !event.startsWith("data 3"))
              .map(event -> event.split(" ")[1])
              .toList();
      // Three frames each; stream 3, of the default urgency, comes between.
      assertThat(order)
          .containsExactly("5", "5", "5", "7", "7", "7", "9", "11", "9", "11", "9", "11");
    }
  }

  /** L6: what waits for a client is bounded, however many streams it opens and however wide. */
  @Test
  void aClientThatDoesNotReadHoldsLittleAndNobodyElseUp() {
    // Made once: forty of them would be a good part of the heap.
    byte[] large =
        ("HTTP/1.1 200 OK\r\nContent-Length: " + (4 << 20) + "\r\n\r\n" + "x".repeat(4 << 20))
            .getBytes(StandardCharsets.ISO_8859_1);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (request.head().startsWith("GET /large")) peer.send(large);
              else peer.send(OK);
            });
        TestGateway gateway = gateway(upstream);
        Http2Client neighbour = connect(gateway);
        Http2Client client = connect(gateway, Frames.INITIAL_WINDOW_SIZE, 1 << 30)) {
      client.frames(w -> w.windowUpdate(0, 1 << 30));
      for (int stream = 1; stream < 80; stream += 2) client.get(stream, "/large");
      upstream.awaitRequests(40);
      for (int stream = 1; stream < 40; stream += 2) {
        assertThat(neighbour.get(stream, "/").response(stream).body()).isEqualTo("ok");
        assertThat(gateway.metric("penstock_worker_buffered_bytes")).isLessThan(1 << 20);
      }
      client.reset();
      gateway.awaitIdle("up");
      gateway.awaitMetric("penstock_worker_buffered_bytes", 0);
    }
  }

  // ---- the end of a connection

  /** P9, O1. */
  @Test
  void aListenerThatGoesSaysGoodbyeInTwoSteps() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              peer.awaitMore();
              peer.send(OK);
            });
        TestGateway gateway = gateway(upstream);
        Http2Client client = connect(gateway)) {
      client.get(1, "/");
      upstream.awaitRequests(1);
      gateway.reload(
          """
          listeners: { other: { bind: "127.0.0.1:0" } }
          routes: { all: { respond: { body: x } } }
          """);
      client.await("goaway 2147483647 NO_ERROR").await("goaway 1 NO_ERROR");
      client.get(3, "/");
      upstream.connection(0).goOn();
      assertThat(client.response(1).body()).isEqualTo("ok");
      client.await("closed");
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void aConnectionEndsAfterItsRequests() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestGateway gateway =
            TestGateway.start(
                """
                listeners: { web: { bind: "127.0.0.1:0", http2: on, limits: { max-requests: 2 } } }
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { upstream: up } }
                """
                    .formatted(upstream.address()));
        Http2Client client = connect(gateway)) {
      client.get(1, "/").response(1);
      client.get(3, "/").await("closed");
      assertThat(client.soFar(3).body()).isEqualTo("ok");
      assertThat(client.said()).contains("goaway 2147483647 NO_ERROR", "goaway 3 NO_ERROR");
    }
  }

  @Test
  void anIdleConnectionEndsInTime() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestGateway gateway =
            TestGateway.start(
                """
                listeners:
                  web: { bind: "127.0.0.1:0", http2: on, timeouts: { keep-alive: 100ms } }
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { upstream: up } }
                """
                    .formatted(upstream.address()));
        Http2Client client = connect(gateway)) {
      client.get(1, "/").response(1);
      client.await("goaway 1 NO_ERROR").await("closed");
      gateway.awaitMetric("penstock_connections_open", 0);
    }
  }
}
