package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What upstreams must not send: the client gets 502 or a broken end, never the wrong message. */
final class ResponseAttackTest {
  private static Arguments bad(String id, String response) {
    return arguments(id, response);
  }

  private static Arguments head(String id, String fields) {
    return arguments(id, "HTTP/1.1 200 OK\r\n" + fields + "\r\nok");
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        head("F1 both framings", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
        head("F2 unknown coding", "Transfer-Encoding: gzip\r\n"),
        head("F2 chunked twice", "Transfer-Encoding: chunked, chunked\r\n"),
        bad("F3 TE in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        head("F4 sign", "Content-Length: +2\r\n"),
        head("F4 conflict", "Content-Length: 2\r\nContent-Length: 3\r\n"),
        head("F4 list", "Content-Length: 2, 2\r\n"),
        head("F7 bare LF", "A: b\nContent-Length: 2\r\n"),
        head("F7 bare CR", "A: b\rC: d\r\nContent-Length: 2\r\n"),
        head("F8 folded", "A: b\r\n c\r\nContent-Length: 2\r\n"),
        head("F9 space before colon", "Content-Length : 2\r\n"),
        head("F10 NUL", "A: \u0000\r\nContent-Length: 2\r\n"),
        head("F10 bad name", "A[: b\r\nContent-Length: 2\r\n"),
        bad("not HTTP", "SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        bad("HTTP/2", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        bad("status 99", "HTTP/1.1 099 No\r\nContent-Length: 2\r\n\r\nok"),
        bad("status 1000", "HTTP/1.1 2000 No\r\nContent-Length: 2\r\n\r\nok"),
        bad(
            "E7 101 that nobody asked for",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        head("large head", "A: " + "a".repeat(70_000) + "\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void isAnsweredWith502AndTheConnectionToTheUpstreamEnds(String id, String response) {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(response);
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      RawResponse answer = client.get("/a");
      assertThat(answer.status()).as(answer.toString()).isEqualTo(502);
      assertThat(answer.field("Proxy-Status")).startsWith("penstock;");
      upstream.connection(0).awaitEnded();
      upstream.script(peer -> {
        while (peer.readRequest() != null) peer.send(ScriptedUpstream.OK);
      });
      assertThat(client.get("/b").body()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  static Stream<Arguments> cutShort() {
    return Stream.of(
        bad("within a length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
        bad("within a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf"),
        bad(
            "before the last chunk",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
        bad(
            "bad chunk (F5)",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n"));
  }

  /** U5: a truncated body is never given a clean end. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cutShort")
  void breaksOffForTheClientWhatBreaksOffForUs(String id, String response) {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readRequest();
              peer.send(response);
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
      String all = client.readToEnd();
      // A reset may overtake what was sent before it.
      assertThat(all).doesNotContain("\r\n0\r\n\r\n").endsWith("<reset>");
      gateway.awaitIdle("up");
    }
  }

  /** F18: the answer to a request that nobody made must not become the answer to the next one. */
  @Test
  void aConnectionOnWhichBytesComeUnaskedIsNotUsedAgain() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/a").body()).isEqualTo("ok");
      sendTo(upstream.connection(0), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
      upstream.connection(0).awaitEnded();
      assertThat(client.get("/b").body()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  /** F18: more than one response at once. */
  @Test
  void theSecondOfTwoResponsesInOnePacketIsNobodys() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                ScriptedUpstream.OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/a").body()).isEqualTo("ok");
      upstream.connection(0).awaitEnded();
      assertThat(client.get("/b").body()).isEqualTo("ok");
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  /** F18, also when another exchange waits for a place and gets it in that very moment. */
  @Test
  void theSecondOfTwoResponsesIsNotGivenToAnExchangeThatWaits() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (request.line().contains("/first")) {
                peer.awaitMore();
                peer.send(ScriptedUpstream.OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
              } else {
                peer.send(ScriptedUpstream.OK);
              }
            });
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams:
                  up: { endpoints: [ "%s" ], limits: { max-requests: 1, queue: 10, queue-timeout: 5s } }
                routes: { all: { upstream: up } }
                """
                    .formatted(upstream.address()));
        RawClient first = gateway.connect();
        RawClient second = gateway.connect()) {
      first.send("GET /first HTTP/1.1\r\nHost: a.test\r\n\r\n");
      upstream.awaitRequests(1);
      second.send("GET /second HTTP/1.1\r\nHost: a.test\r\n\r\n");
      TestGateway.await(() -> gateway.upstream("up").waiting() == 1, () -> "nobody waits");
      upstream.connection(0).goOn();
      assertThat(first.readResponse().body()).isEqualTo("ok");
      assertThat(second.readResponse().body()).isEqualTo("ok");
    }
  }

  static Stream<Arguments> bodyless() {
    return Stream.of(
        arguments("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil"),
        arguments("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nevil"),
        arguments("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
        arguments(
            "HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n"));
  }

  /** F16: such a response has no body; what follows it poisons the connection. */
  @ParameterizedTest
  @MethodSource("bodyless")
  void bytesBehindAResponseWithoutBodyGoToNobody(String method, String response) {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(response);
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(method + " /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
      RawResponse answer = client.readResponse(method.equals("HEAD"));
      if (answer.status() == 204) assertThat(answer.field("Content-Length")).isNull();
      assertThat(answer.field("Transfer-Encoding")).isNull();
      upstream.connection(0).awaitEnded();
      client.send(method + " /b HTTP/1.1\r\nHost: a.test\r\n\r\n");
      assertThat(client.readResponse(method.equals("HEAD")).status()).isEqualTo(answer.status());
      assertThat(upstream.connections()).isEqualTo(2);
    }
  }

  private static void sendTo(Peer peer, String text) {
    try {
      peer.send(text);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
