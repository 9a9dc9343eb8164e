package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.http.h2.RawFields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints of HTTP/2 behind clients of both kinds: what passes, and what becomes of failures. */
final class UpstreamHttp2WireTest {
  private static TestGateway gateway(Http2Upstream upstream, String more) {
    return TestGateway.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", http2: on } }
        upstreams: { up: { protocol: http2, endpoints: [ "%s" ], %s } }
        routes: { all: { upstream: up } }
        """
            .formatted(upstream.address(), more));
  }

  private static TestGateway gateway(Http2Upstream upstream) {
    return gateway(upstream, "retry: { attempts: 1 }");
  }

  private static TestGateway retrying(Http2Upstream upstream) {
    return gateway(upstream, "retry: { attempts: 3, backoff: 1ms }, outlier: { enabled: false }");
  }

  private static Http2Client http2(TestGateway gateway) {
    return Http2Client.connect(gateway.address());
  }

  private static void expectNoBreach(Http2Upstream upstream) {
    assertThat(upstream.events()).noneMatch(e -> e.startsWith("breach"));
  }

  // ---- what passes

  @Test
  void aRequestOfHttp1AndItsResponsePass() {
    try (Http2Upstream upstream = Http2Upstream.ok();
        TestGateway gateway = gateway(upstream);
        RawClient client = gateway.connect()) {
      client.send(
          "GET /a?b=c HTTP/1.1\r\nHost: a.test\r\nX-Own: 1\r\nTE: trailers\r\n"
              + "Connection: TE, x-hop\r\nX-Hop: 1\r\nCookie: a=1; b=2\r\n\r\n");
      RawResponse response = client.readResponse();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("ok");
      Http2Upstream.Request request = upstream.lastRequest();
      assertThat(request.path()).isEqualTo("/a?b=c");
      assertThat(request.field("host")).isEqualTo("a.test");
      assertThat(request.field("x-own")).isEqualTo("1");
      assertThat(request.field("te")).isEqualTo("trailers");
      assertThat(request.field("cookie")).isEqualTo("a=1; b=2");
      assertThat(request.field("x-hop")).isNull();
      assertThat(request.field("connection")).isNull();
      assertThat(request.isComplete).isTrue();
      expectNoBreach(upstream);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void bodiesAndTrailersPassBothWays() {
    try (Http2Upstream upstream =
            Http2Upstream.start((peer, request) -> {
              peer.head(request.stream, 103, false, "link", "</a>");
              peer.head(request.stream, 200, false);
              peer.data(request.stream, "answer", false);
              peer.block(request.stream, true, RawFields.block("x-sum", "9"));
            });
        TestGateway gateway = gateway(upstream);
        RawClient client = gateway.connect();
        Http2Client other = http2(gateway)) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "3\r\nabc\r\n0\r\nX-Check: 7\r\n\r\n");
      assertThat(client.readHead().status()).isEqualTo(103);
      assertThat(client.readResponse().body()).isEqualTo("answer");
      assertThat(upstream.lastRequest().body()).isEqualTo("abc");
      assertThat(upstream.lastRequest().trailers).isEqualToIgnoringCase("x-check: 7\r\n");

      other.request(1, "POST", "/", false, "content-length", "5").data(1, "hello", true);
      Http2Response response = other.response(1);
      assertThat(response.interim()).containsExactly(103);
      assertThat(response.body()).isEqualTo("answer");
      assertThat(response.trailers()).isEqualTo("x-sum: 9\r\n");
      assertThat(upstream.lastRequest().body()).isEqualTo("hello");
      assertThat(upstream.lastRequest().field("content-length")).isEqualTo("5");
      assertThat(upstream.connections()).isEqualTo(1);
      expectNoBreach(upstream);
      gateway.awaitIdle("up");
    }
  }

  @ParameterizedTest
  @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
  void responsesWithoutBodyEndAtTheirHead(String method, int status) {
    try (Http2Upstream upstream =
            Http2Upstream.start((peer, request) -> peer.head(request.stream, status, true));
        TestGateway gateway = gateway(upstream);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.readHead().status()).isEqualTo(status);
      }
      gateway.awaitIdle("up");
    }
  }

  /** gRPC: headers, messages and the status behind them, or the status alone. */
  @Test
  void callsOfGrpcPassWithTheirStatus() {
    try (Http2Upstream upstream =
            Http2Upstream.start((peer, request) -> {
              if (request.path().equals("/s/fails")) {
                peer.head(
                    request.stream,
                    200,
                    true,
                    "content-type",
                    "application/grpc",
                    "grpc-status",
                    "5");
              } else {
                peer.head(request.stream, 200, false, "content-type", "application/grpc");
                peer.data(request.stream, "\0\0\0\0\2ok", false);
                peer.block(request.stream, true, RawFields.block("grpc-status", "0"));
              }
            });
        TestGateway gateway = gateway(upstream);
        Http2Client client = http2(gateway)) {
      String[] fields = {"content-type", "application/grpc", "te", "trailers"};
      client.request(1, "POST", "/s/m", false, fields).data(1, "\0\0\0\0\2hi", true);
      assertThat(client.response(1).body()).isEqualTo("\0\0\0\0\2ok");
      assertThat(client.response(1).trailers()).isEqualTo("grpc-status: 0\r\n");
      assertThat(upstream.lastRequest().field("te")).isEqualTo("trailers");
      client.request(3, "POST", "/s/fails", false, fields).data(3, "", true);
      assertThat(client.response(3).field("grpc-status")).isEqualTo("5");
      assertThat(client.said()).doesNotContain("data 3 0");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void messagesOfAStreamPassAsTheyCome() {
    try (Http2Upstream upstream = Http2Upstream.start((peer, request) -> {});
        TestGateway gateway = gateway(upstream);
        Http2Client client = http2(gateway)) {
      client.request(1, "POST", "/chat", false).sync();
      upstream.awaitRequests(1);
      Http2Upstream.Peer peer = upstream.peer(0);
      peer.head(1, 200, false);
      client.await("head 1 200");
      for (int i = 0; i < 5; i++) {
        String said = "message " + i;
        client.data(1, said, false);
        TestGateway.await(
            () -> upstream.lastRequest().body().endsWith(said),
            () -> upstream.lastRequest().body());
        peer.data(1, said, false);
        client.await("data 1 9");
      }
      client.data(1, "", true);
      TestGateway.await(() -> upstream.lastRequest().isComplete, () -> "not complete");
      peer.data(1, "", true);
      assertThat(client.response(1).how()).isEqualTo("end");
      gateway.awaitIdle("up");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void bodiesArriveWholeHoweverTheyAreCut(long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < 700_000) text.append(Long.toHexString(random.nextLong()));
    String body = text.toString();
    try (Http2Upstream upstream =
            Http2Upstream.start(
                (peer, request) -> peer.head(request.stream, 200, false),
                Frames.INITIAL_WINDOW_SIZE,
                1 + random.nextInt(60_000));
        TestGateway gateway = gateway(upstream);
        RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int at = 0; at < body.length(); ) {
        int n = Math.min(body.length() - at, 1 + random.nextInt(50_000));
        client.send(Integer.toHexString(n) + "\r\n" + body.substring(at, at + n) + "\r\n");
        at += n;
      }
      client.send("0\r\n\r\n");
      TestGateway.await(
          () -> upstream.requests().size() == 1 && upstream.lastRequest().isComplete,
          () -> upstream.lastRequest().body().length());
      assertThat(upstream.lastRequest().body()).isEqualTo(body);
      assertThat(client.readHead().status()).isEqualTo(200);
      expectNoBreach(upstream);
    }
  }

  // ---- flow control (P1)

  @Test
  void anEndpointIsHeldBackByASlowClient() {
    try (Http2Upstream upstream = Http2Upstream.start((peer, request) -> {});
        TestGateway gateway = gateway(upstream);
        Http2Client client = http2(gateway).keepWindows()) {
      client.get(1, "/").sync();
      upstream.awaitRequests(1);
      Http2Upstream.Peer peer = upstream.peer(0);
      peer.head(1, 200, false);
      // What the client takes, and one window of ours beyond: nothing more is asked for.
      String part = "x".repeat(16_384);
      for (int i = 0; i < 4; i++) peer.data(1, part, false);
      for (int i = 0; i < 4; i++) client.awaitLike("data 1");
      peer.frames(w -> w.ping(9, false));
      upstream.await("ping ack 9");
      long before = upstream.events().stream().filter("window 1"::equals).count();
      for (int i = 0; i < 2; i++) peer.data(1, part, false);
      peer.frames(w -> w.ping(10, false));
      upstream.await("ping ack 10");
      assertThat(upstream.events().stream().filter("window 1"::equals).count())
          .isLessThanOrEqualTo(before + 1);
      client.frames(w -> {
        w.windowUpdate(0, 1 << 20);
        w.windowUpdate(1, 1 << 20);
      });
      TestGateway.await(
          () -> upstream.events().stream().filter("window 1"::equals).count() > before,
          upstream::events);
    }
  }

  // ---- sharing (P12)

  @Test
  void requestsThatComeWhileItConnectsShareTheConnection() {
    try (Http2Upstream upstream = Http2Upstream.ok();
        TestGateway gateway = gateway(upstream);
        Http2Client client = http2(gateway)) {
      for (int i = 0; i < 30; i++) client.get(1 + 2 * i, "/" + i);
      for (int i = 0; i < 30; i++) assertThat(client.response(1 + 2 * i).body()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(1);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void anotherConnectionIsOpenedWhenTheEndpointTakesNoMoreStreams() {
    List<Runnable> answers = new ArrayList<>();
    try (Http2Upstream upstream =
            Http2Upstream.start(
                (peer, request) -> {
                  synchronized (answers) {
                    answers.add(() -> peer.ok(request.stream));
                  }
                },
                Frames.MAX_CONCURRENT_STREAMS,
                2);
        TestGateway gateway = gateway(upstream);
        Http2Client client = http2(gateway)) {
      client.get(1, "/");
      upstream.awaitRequests(1);
      upstream.await("settings ack");
      client.get(3, "/").get(5, "/");
      upstream.awaitRequests(3);
      assertThat(upstream.requests().stream().map(r -> r.connection).toList())
          .containsExactly(0, 0, 1);
      TestGateway.await(() -> answers.size() == 3, answers::size);
      answers.forEach(Runnable::run);
      for (int i = 1; i < 6; i += 2) assertThat(client.response(i).status()).isEqualTo(200);
      gateway.awaitIdle("up");
    }
  }

  // ---- ends

  @Test
  void aClientThatGoesCancelsItsStreamOnly() {
    try (Http2Upstream upstream =
            Http2Upstream.start((peer, request) -> {
              if (request.path().equals("/ok")) peer.ok(request.stream);
            });
        TestGateway gateway = gateway(upstream);
        Http2Client client = http2(gateway)) {
      client.get(1, "/wait");
      upstream.awaitRequests(1);
      client.frames(w -> w.reset(1, ErrorCode.CANCEL));
      upstream.await("reset 1 CANCEL");
      assertThat(client.get(3, "/ok").response(3).body()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(1);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aRefusedStreamIsTriedAgainWhateverItsMethod() {
    AtomicInteger count = new AtomicInteger();
    try (Http2Upstream upstream =
            Http2Upstream.start((peer, request) -> {
              if (count.incrementAndGet() == 1)
                peer.reset(request.stream, ErrorCode.REFUSED_STREAM);
              else peer.ok(request.stream);
            });
        TestGateway gateway = retrying(upstream);
        RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(upstream.lastRequest().body()).isEqualTo("hello");
      assertThat(upstream.requests()).hasSize(2);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aResetThatMayHaveHadEffectsIsNotRepeatedForAPost() {
    try (Http2Upstream upstream =
            Http2Upstream.start(
                (peer, request) -> peer.reset(request.stream, ErrorCode.INTERNAL_ERROR));
        TestGateway gateway = retrying(upstream);
        RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
      RawResponse response = client.readResponse();
      assertThat(response.status()).isEqualTo(502);
      assertThat(response.field("Proxy-Status")).contains("connection_terminated");
      assertThat(upstream.requests()).hasSize(1);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void whatAGoawayLeavesUnreadGoesToAnotherConnectionAndTheRestIsFinished() {
    try (Http2Upstream upstream =
            Http2Upstream.start((peer, request) -> {
              if (request.connection > 0) peer.ok(request.stream);
            });
        TestGateway gateway = retrying(upstream);
        Http2Client client = http2(gateway)) {
      client.get(1, "/first").sync();
      upstream.awaitRequests(1);
      client.request(3, "POST", "/second", true).sync();
      upstream.awaitRequests(2);
      Http2Upstream.Peer peer = upstream.peer(0);
      peer.goAway(1, ErrorCode.NO_ERROR);
      assertThat(client.response(3).body()).isEqualTo("ok");
      assertThat(upstream.lastRequest().connection).isEqualTo(1);
      peer.ok(1);
      assertThat(client.response(1).body()).isEqualTo("ok");
      upstream.await("closed 0");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aConnectionThatIsLostFailsWhatWasOnIt() {
    try (Http2Upstream upstream =
            Http2Upstream.start((peer, request) -> {
              if (request.path().equals("/part")) {
                peer.head(request.stream, 200, false);
                peer.data(request.stream, "part", false);
              }
            });
        TestGateway gateway = gateway(upstream);
        Http2Client client = http2(gateway)) {
      client.get(1, "/part").await("data 1 4");
      client.get(3, "/none").sync();
      upstream.awaitRequests(2);
      upstream.peer(0).close();
      assertThat(client.response(1).how()).startsWith("reset");
      assertThat(client.response(3).status()).isEqualTo(502);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aQuietConnectionIsAskedOnceWhetherItLives() {
    try (Http2Upstream upstream = Http2Upstream.ok();
        TestGateway gateway = gateway(upstream, "pool: { ping-after: 50ms }");
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(200);
      upstream.await("ping");
      assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  // ---- endpoints that break rules

  /** Malformed responses are 502 for their own exchange (RFC 9113 §8.1.1). */
  @ParameterizedTest
  @CsvSource({
    ":status, 200, X-Upper, 1",
    ":status, 200, connection, close",
    ":status, 200, transfer-encoding, chunked",
    ":status, 101, x, 1",
    "x, 1, :status, 200",
    ":status, 200, :path, /",
    ":status, 20, x, 1",
    ":status, 200, content-length, 5"
  })
  void aMalformedHeadIsAnsweredWith502(String a, String b, String c, String d) {
    try (Http2Upstream upstream =
            Http2Upstream.start((peer, request) -> {
              if (request.path().equals("/ok")) peer.ok(request.stream);
              else peer.block(request.stream, true, RawFields.block(a, b, c, d));
            });
        TestGateway gateway = gateway(upstream);
        RawClient client = gateway.connect()) {
      RawResponse response = client.get("/");
      assertThat(response.status()).isEqualTo(502);
      assertThat(response.field("Proxy-Status")).contains("http_protocol_error");
      assertThat(client.get("/ok").status()).isEqualTo(200);
      assertThat(upstream.connections()).isEqualTo(1);
      gateway.awaitIdle("up");
    }
  }

  /** What ends the whole connection. */
  @ParameterizedTest
  @ValueSource(
      strings = {"pings", "settings", "empty data", "continuations", "window", "interims", "push"})
  void anEndpointThatFloodsOrOverflowsIsLeft(String attack) {
    try (Http2Upstream upstream =
            Http2Upstream.start((peer, request) -> attack(attack, peer, request.stream));
        TestGateway gateway = gateway(upstream);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      if (!attack.equals("empty data")) {
        RawResponse response = client.readResponse();
        while (response.status() < 200) response = client.readResponse();
        assertThat(response.status()).isEqualTo(502);
      }
      if (!attack.equals("interims")) upstream.await("closed 0");
      gateway.awaitIdle("up");
    }
  }

  private static void attack(String attack, Http2Upstream.Peer peer, int stream) {
    switch (attack) {
      case "pings" -> {
        for (int i = 0; i < 300; i++) peer.frames(w -> w.ping(1, false));
      }
      case "settings" -> {
        for (int i = 0; i < 200; i++) peer.frames(w -> w.settings());
      }
      case "empty data" -> {
        peer.head(stream, 200, false, "content-length", "1");
        for (int i = 0; i < 200; i++) peer.data(stream, "", false);
      }
      case "continuations" -> {
        peer.send(RawFields.frame(Frames.HEADERS, 0, stream, RawFields.block(":status", "200")));
        for (int i = 0; i < 20; i++)
          peer.send(RawFields.frame(Frames.CONTINUATION, 0, stream, RawFields.block("a", "b")));
      }
      case "window" -> peer.frames(w -> w.windowUpdate(0, Integer.MAX_VALUE));
      case "interims" -> {
        for (int i = 0; i < 200; i++) peer.head(stream, 103, false);
      }
      default ->
          peer.send(
              RawFields.frame(Frames.PUSH_PROMISE, Frames.END_HEADERS, stream, new byte[] {0}));
    }
  }

  // ---- TLS (U22)

  @ParameterizedTest
  @CsvSource({
    "http2, h2, 200",
    "auto, h2, 200",
    "http2, http/1.1, 502",
    "auto, http/1.1, 200",
    "http1, http/1.1, 200"
  })
  void whatIsSpokenOverTlsIsAgreedUpon(
      String protocol, String known, int status, @TempDir Path folder) {
    SSLContext context = new TestCertificates(folder).make("one", "EC", "localhost").context("one");
    boolean isHttp2 = known.equals("h2");
    try (Http2Upstream two =
            Http2Upstream.secure(
                context, List.of("h2"), (peer, request) -> peer.ok(request.stream));
        ScriptedUpstream one =
            ScriptedUpstream.secure(
                context,
                peer -> {
                  while (peer.readRequest() != null) peer.send(ScriptedUpstream.OK);
                });
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams:
                  up:
                    protocol: %s
                    endpoints: [ "%s" ]
                    retry: { attempts: 1 }
                    tls: { verify: false }
                routes: { all: { upstream: up } }
                """
                    .formatted(protocol, isHttp2 ? two.address() : one.address()));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) assertThat(client.get("/").status()).isEqualTo(status);
      assertThat(two.requests()).hasSize(isHttp2 ? 2 : 0);
      assertThat(two.connections()).isEqualTo(isHttp2 ? 1 : 0);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void anEndpointThatSpeaksHttp1IsNoEndpointOfHttp2() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(
                peer -> peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { protocol: http2, endpoints: [ "%s" ], retry: { attempts: 1 } } }
                routes: { all: { upstream: up } }
                """
                    .formatted(upstream.address()));
        RawClient client = gateway.connect()) {
      RawResponse response = client.get("/");
      assertThat(response.status()).isEqualTo(502);
      assertThat(response.field("Proxy-Status")).contains("http_protocol_error");
      gateway.awaitIdle("up");
    }
  }
}
