package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What two readers could understand differently, sent through the whole gateway: it is refused with
 * the right status, the connection ends, the upstream has received nothing, and a clean request on
 * another connection passes (F1 to F22, L1, L2).
 */
final class RequestAttackTest {
  private static ScriptedUpstream upstream = ScriptedUpstream.ok();
  private static TestGateway gateway = start();

  private static TestGateway start() {
    return TestGateway.start(
        """
        listeners:
          web:
            bind: "127.0.0.1:0"
            limits: { max-start-line: 1KiB, max-head: 4KiB, max-field: 2KiB, max-fields: 20, max-chunk-extensions: 64, max-trailers: 256 }
        upstreams: { up: { endpoints: [ "%s" ], pool: { reuse: never } } }
        routes:
          all: { upstream: up, max-body: 4KiB }
        """
            .formatted(upstream.address()));
  }

  @AfterAll
  static void close() {
    gateway.close();
    upstream.close();
  }

  private static Arguments bad(int status, String id, String request) {
    return arguments(id, status, request);
  }

  private static String post(String fields, String body) {
    return "POST /a HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n" + body;
  }

  private static String get(String fields) {
    return "GET /a HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n";
  }

  private static String chunked(String body) {
    return post("Transfer-Encoding: chunked\r\n", body);
  }

  static Stream<Arguments> beforeTheHeadIsComplete() {
    return Stream.of(
        bad(
            400,
            "F1 CL.TE",
            post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        bad(
            400,
            "F1 TE.CL",
            post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n")),
        bad(400, "F2 chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
        bad(
            400,
            "F2 two lines",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        bad(400, "F2 chunked not last", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
        bad(501, "F2 unknown coding", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
        bad(400, "F2 quoted", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")),
        bad(400, "F2 vertical tab", post("Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n")),
        bad(400, "F2 NUL", post("Transfer-Encoding: chunked\u0000\r\n", "0\r\n\r\n")),
        bad(400, "F2 space before colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
        bad(400, "F2 tab before colon", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n")),
        bad(
            400,
            "F3 TE in HTTP/1.0",
            "POST /a HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        bad(400, "F4 plus", post("Content-Length: +4\r\n", "abcd")),
        bad(400, "F4 minus", post("Content-Length: -4\r\n", "abcd")),
        bad(400, "F4 hex", post("Content-Length: 0x4\r\n", "abcd")),
        bad(400, "F4 space inside", post("Content-Length: 1 2\r\n", "abcd")),
        bad(400, "F4 list", post("Content-Length: 4, 4\r\n", "abcd")),
        bad(400, "F4 empty", post("Content-Length: \r\n", "abcd")),
        bad(400, "F4 overflow", post("Content-Length: 9223372036854775808\r\n", "abcd")),
        bad(400, "F4 repeated", post("Content-Length: 4\r\nContent-Length: 4\r\n", "abcd")),
        bad(400, "F4 conflict", post("Content-Length: 4\r\nContent-Length: 5\r\n", "abcd")),
        bad(400, "F7 bare LF in request line", "GET /a HTTP/1.1\nHost: a.test\r\n\r\n"),
        bad(400, "F7 bare LF in field", get("A: b\nC: d\r\n")),
        bad(400, "F7 bare CR in field", get("A: b\rC: d\r\n")),
        bad(400, "F7 bare CR in request line", "GET /a\rb HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "F8 folded with space", get("A: b\r\n c\r\n")),
        bad(400, "F8 folded with tab", get("A: b\r\n\tc\r\n")),
        bad(400, "F9 space before colon", get("A : b\r\n")),
        bad(400, "F9 space before the first field", "GET /a HTTP/1.1\r\n Host: a.test\r\n\r\n"),
        bad(400, "F10 name with parenthesis", get("A(: b\r\n")),
        bad(400, "F10 empty name", get(": b\r\n")),
        bad(400, "F10 no colon", get("Abc\r\n")),
        bad(400, "F10 NUL in value", get("A: b\u0000c\r\n")),
        bad(400, "F11 two spaces", "GET  /a HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "F11 tab", "GET\t/a HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "F11 no version", "GET /a\r\nHost: a.test\r\n\r\n"),
        bad(400, "F11 lower-case version", "GET /a http/1.1\r\nHost: a.test\r\n\r\n"),
        bad(505, "F11 HTTP/2.0", "GET /a HTTP/2.0\r\nHost: a.test\r\n\r\n"),
        bad(505, "F11 preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        bad(400, "F11 method with a colon", "G:T /a HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "F11 control in target", "GET /a\u0001 HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "F11 beyond ASCII in target", "GET /\u00e9 HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "F11 TLS hello", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"),
        bad(400, "F12 no Host", "GET /a HTTP/1.1\r\nA: b\r\n\r\n"),
        bad(400, "F12 two Hosts", "GET /a HTTP/1.1\r\nHost: a.test\r\nHost: a.test\r\n\r\n"),
        bad(400, "F12 Host with path", "GET /a HTTP/1.1\r\nHost: a.test/x\r\n\r\n"),
        bad(400, "F12 Host with user", "GET /a HTTP/1.1\r\nHost: me@a.test\r\n\r\n"),
        bad(400, "F12 Host with bad port", "GET /a HTTP/1.1\r\nHost: a.test:80x\r\n\r\n"),
        bad(
            400,
            "F12 userinfo in target",
            "GET http://u@a.test/a HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(
            400,
            "F21 Expect twice",
            post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 1\r\n", "")),
        bad(
            417,
            "F21 another expectation (E4)",
            post("Expect: 200-ok\r\nContent-Length: 1\r\n", "a")),
        bad(400, "F22 Connection names Host", get("Connection: close, Host\r\n")),
        bad(
            400,
            "F22 Connection names Authorization",
            get("Connection: Authorization\r\nAuthorization: x\r\n")),
        bad(400, "F22 Connection names Cookie", get("Connection: cookie\r\n")),
        bad(400, "F22 Connection names X-Forwarded-For", get("Connection: x-forwarded-for\r\n")),
        bad(
            414,
            "L1 long request line",
            "GET /" + "a".repeat(2000) + " HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(431, "L1 large field", get("A: " + "a".repeat(3000) + "\r\n")),
        bad(431, "L1 large head", get(("A: " + "a".repeat(1500) + "\r\n").repeat(4))),
        bad(431, "L1 many fields", get("A: b\r\n".repeat(30))),
        bad(413, "L2 length over the limit", post("Content-Length: 5000\r\n", "")),
        bad(
            400,
            "E7 body on upgrade",
            post("", "")
                .replace("POST", "GET")
                .replace("\r\n\r\n", "\r\n" + UPGRADE + "Content-Length: 3\r\n\r\nabc")),
        bad(426, "E8 version of WebSocket", get(UPGRADE.replace("13", "8"))),
        bad(400, "C10 dot segments above the root", "GET /../etc HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "C10 encoded slash", "GET /a%2fb HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "C10 encoded NUL", "GET /a%00b HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "C10 encoded CRLF", "GET /a%0d%0aX:y HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "C10 backslash", "GET /a\\b HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "C10 half an escape", "GET /a%2 HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(400, "C10 path parameter", "GET /a;b/c HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(405, "F14 TRACE", "TRACE /a HTTP/1.1\r\nHost: a.test\r\n\r\n"),
        bad(405, "F14 CONNECT", "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test:80\r\n\r\n"),
        bad(405, "F14 unknown method", "BREW /a HTTP/1.1\r\nHost: a.test\r\n\r\n"));
  }

  private static final String UPGRADE =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  /** Refused for what it asks, not for how it is written: the connection may go on. */
  private static boolean isWellFormed(String id, int status) {
    return status == 405 || status == 413 || id.startsWith("C10") || id.startsWith("E8");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("beforeTheHeadIsComplete")
  void isRefusedAndReachesNobody(String id, int status, String request) {
    int before = upstream.received().length();
    try (RawClient client = gateway.connect()) {
      client.send(request);
      RawResponse response = client.readResponse();
      assertThat(response.status()).as(response.toString()).isEqualTo(status);

      if (!isWellFormed(id, status)) {
        assertThat(response.field("Connection")).isEqualTo("close");
        client.expectClosed();
      }
    }
    assertThat(upstream.received().substring(before)).isEmpty();
    aCleanRequestPasses();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("beforeTheHeadIsComplete")
  void isRefusedWhenItComesByteByByte(String id, int status, String request) {
    int before = upstream.received().length();
    try (RawClient client = gateway.connect()) {
      for (int i = 0; i < Math.min(request.length(), 400); i++)
        client.sendIfOpen(request.substring(i, i + 1));
      if (request.length() > 400) client.sendIfOpen(request.substring(400));
      assertThat(client.readHead().status()).isEqualTo(status);
    }
    assertThat(upstream.received().substring(before)).isEmpty();
  }

  static Stream<Arguments> inTheBody() {
    return Stream.of(
        bad(400, "F5 0x", chunked("0x4\r\nabcd\r\n0\r\n\r\n")),
        bad(400, "F5 sign", chunked("+4\r\nabcd\r\n0\r\n\r\n")),
        bad(400, "F5 leading space", chunked(" 4\r\nabcd\r\n0\r\n\r\n")),
        bad(400, "F5 trailing space", chunked("4 \r\nabcd\r\n0\r\n\r\n")),
        bad(400, "F5 empty size", chunked("\r\nabcd\r\n0\r\n\r\n")),
        bad(400, "F5 17 digits", chunked("00000000000000004\r\nabcd\r\n0\r\n\r\n")),
        bad(400, "F5 overflow", chunked("ffffffffffffffff\r\nabcd\r\n0\r\n\r\n")),
        bad(400, "F5 LF after size", chunked("4\nabcd\r\n0\r\n\r\n")),
        bad(400, "F5 no CRLF after data", chunked("4\r\nabcde\r\n0\r\n\r\n")),
        bad(400, "F5 LF after data", chunked("4\r\nabcd\n0\r\n\r\n")),
        bad(400, "F5 LF after trailers", chunked("4\r\nabcd\r\n0\r\n\n")),
        bad(400, "F6 LF in extension", chunked("4;a\nb\r\nabcd\r\n0\r\n\r\n")),
        bad(400, "F6 CR in extension", chunked("4;a\rb\r\nabcd\r\n0\r\n\r\n")),
        bad(400, "F6 long extension", chunked("4;" + "a".repeat(100) + "\r\nabcd\r\n0\r\n\r\n")),
        bad(400, "F6 many extensions", chunked("1;abcdefgh\r\na\r\n".repeat(10) + "0\r\n\r\n")),
        bad(400, "E6 length in trailers", chunked("4\r\nabcd\r\n0\r\nContent-Length: 1\r\n\r\n")),
        bad(
            431,
            "E6 large trailers",
            chunked("4\r\nabcd\r\n0\r\nA: " + "a".repeat(300) + "\r\n\r\n")),
        bad(
            413,
            "L2 chunks over the limit",
            chunked(("400\r\n" + "a".repeat(1024) + "\r\n").repeat(6))));
  }

  /** The head has been sent on when such a body comes: the upstream must not take it for whole. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("inTheBody")
  void endsTheConnectionOnBothSidesWhenTheBodyIsBad(String id, int status, String request) {
    int before = upstream.requests().size();
    int connections = upstream.connections();
    try (RawClient client = gateway.connect()) {
      client.send(request);
      RawResponse response = client.readResponse();
      assertThat(response.status()).as(response.toString()).isEqualTo(status);
      // The rest of a body that is too large, but not by far, is read past (F17).
      if (status != 413) {
        assertThat(response.field("Connection")).isEqualTo("close");
        client.expectClosed();
      }
    }
    for (int i = connections; i < upstream.connections(); i++) upstream.connection(i).awaitOver();
    assertThat(upstream.requests()).as("complete requests").hasSize(before);
    aCleanRequestPasses();
  }

  private static void aCleanRequestPasses() {
    try (RawClient client = gateway.connect()) {
      RawResponse response = client.get("/clean");
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("ok");
    }
  }

  /** What an attacker puts behind a refused message is not read as a request (F1). */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("beforeTheHeadIsComplete")
  void isFollowedByNothing(String id, int status, String request) {

    if (isWellFormed(id, status)) return;
    try (RawClient client = gateway.connect()) {
      client.sendIfOpen(request + "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(status);
      client.expectClosed();
    }
    assertThat(upstream.received()).doesNotContain("/smuggled");
  }
}
