package dev.penstock.engine.http.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Http1EncoderTest {
  private final Http1Encoder encoder = new Http1Encoder();

  private String written() {
    String text =
        new String(encoder.bytes(), 0, encoder.length(), StandardCharsets.ISO_8859_1)
            .replace("\r\n", "|");
    encoder.clear();
    return text;
  }

  private static RequestHead get(String path) {
    RequestHead head = new RequestHead();
    head.method(Methods.GET);
    head.path(path);
    byte[] authority = Transcript.latin("h:81");
    head.authority().point(authority, 0, authority.length);
    return head;
  }

  private static ResponseHead status(int status) {
    ResponseHead head = new ResponseHead();
    head.status(status);
    return head;
  }

  private String response(ResponseHead head, BodyFraming framing, long length) {
    encoder.response(head, framing, length, false, HttpVersion.HTTP_1_1);
    return written();
  }

  @Test
  void aRequestIsWrittenInOriginForm() {
    RequestHead head = get("/a");
    head.query("");
    head.headers().add("Host", "h:81");
    encoder.request(head, BodyFraming.NONE, -1);
    assertThat(written()).isEqualTo("GET /a? HTTP/1.1|Host: h:81||");
  }

  @Test
  void otherFormsAreWrittenWhereTheyBelong() {
    RequestHead head = get("/a");
    encoder.request(head, BodyFraming.NONE, -1, false, true);
    assertThat(written()).isEqualTo("GET http://h:81/a HTTP/1.1||");

    head.method(Methods.OPTIONS);
    byte[] any = Transcript.latin("*");
    head.pathSlice().point(any, 0, 1);
    encoder.request(head, BodyFraming.NONE, -1);
    assertThat(written()).isEqualTo("OPTIONS * HTTP/1.1||");
    encoder.request(head, BodyFraming.NONE, -1, false, true);
    assertThat(written()).isEqualTo("OPTIONS http://h:81 HTTP/1.1||");

    head.method(Methods.CONNECT);
    encoder.request(head, BodyFraming.TUNNEL, -1);
    assertThat(written()).isEqualTo("CONNECT h:81 HTTP/1.1||");
  }

  @Test
  void framingIsWrittenFromTheCallersWordOnly() { // F1: a message cannot frame itself
    RequestHead head = get("/");
    head.headers().add("A", "1");
    head.headers().add("content-length", "999");
    head.headers().add("Transfer-Encoding", "gzip");
    head.headers().add("connection", "x");
    head.headers().add("B", "2");
    encoder.request(head, BodyFraming.NONE, -1);
    assertThat(written()).isEqualTo("GET / HTTP/1.1|A: 1|B: 2||");
    encoder.request(head, BodyFraming.LENGTH, 0);
    assertThat(written()).isEqualTo("GET / HTTP/1.1|A: 1|B: 2|Content-Length: 0||");
    encoder.request(head, BodyFraming.LENGTH, Long.MAX_VALUE);
    assertThat(written()).contains("|Content-Length: 9223372036854775807||");
    encoder.request(head, BodyFraming.MARKED, -1, true, false);
    assertThat(written())
        .isEqualTo("GET / HTTP/1.1|A: 1|B: 2|Transfer-Encoding: chunked|Connection: close||");
    assertThatThrownBy(() -> encoder.request(head, BodyFraming.CLOSE, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void connectionNamesTheConnectionLevelFieldsThatWereKept() { // H1, H2
    RequestHead head = get("/");
    head.headers().add("TE", "trailers");
    head.headers().add("Upgrade", "websocket");
    encoder.request(head, BodyFraming.TUNNEL, -1, false, false);
    assertThat(written())
        .isEqualTo("GET / HTTP/1.1|TE: trailers|Upgrade: websocket|Connection: Upgrade, TE||");
    ResponseHead switched = status(101);
    switched.headers().add("Upgrade", "websocket");
    assertThat(response(switched, BodyFraming.TUNNEL, -1))
        .isEqualTo("HTTP/1.1 101 Switching Protocols|Upgrade: websocket|Connection: Upgrade||");
  }

  @Test
  void aResponseIsFramedAsTheCallerSays() {
    assertThat(response(status(200), BodyFraming.LENGTH, 5))
        .isEqualTo("HTTP/1.1 200 OK|Content-Length: 5||");
    assertThat(response(status(200), BodyFraming.MARKED, -1))
        .isEqualTo("HTTP/1.1 200 OK|Transfer-Encoding: chunked||");
    assertThat(response(status(200), BodyFraming.CLOSE, -1))
        .isEqualTo("HTTP/1.1 200 OK|Connection: close||");
    assertThat(response(status(299), BodyFraming.LENGTH, 0))
        .isEqualTo("HTTP/1.1 299 |Content-Length: 0||");
  }

  @Test
  void kindsWithoutBodyNeverFrameOne() { // F16
    for (int status : new int[] {100, 103, 204, 304}) {
      for (BodyFraming framing :
          new BodyFraming[] {BodyFraming.MARKED, BodyFraming.CLOSE, BodyFraming.NONE}) {
        ResponseHead head = status(status);
        head.headers().add("Content-Length", "5");
        BodyFraming used = encoder.response(head, framing, -1, false, HttpVersion.HTTP_1_1);
        assertThat(used).isEqualTo(BodyFraming.NONE);
        assertThat(written()).matches("HTTP/1\\.1 " + status + " [A-Za-z ]+\\|\\|");
      }
    }
    assertThat(response(status(204), BodyFraming.LENGTH, 0)).isEqualTo("HTTP/1.1 204 No Content||");
    assertThat(response(status(103), BodyFraming.LENGTH, 7))
        .isEqualTo("HTTP/1.1 103 Early Hints||");
  }

  @Test
  void lengthsOfBodiesThatAreNotSentMayBeTold() { // RFC 9110 §8.6: to HEAD, and 304
    assertThat(response(status(304), BodyFraming.NONE, 5))
        .isEqualTo("HTTP/1.1 304 Not Modified|Content-Length: 5||");
    assertThat(response(status(200), BodyFraming.NONE, 5))
        .isEqualTo("HTTP/1.1 200 OK|Content-Length: 5||");
    assertThat(response(status(200), BodyFraming.NONE, -1)).isEqualTo("HTTP/1.1 200 OK||");
  }

  @Test
  void anOldClientGetsNoChunksAndIsToldWhenTheConnectionStays() {
    BodyFraming used =
        encoder.response(status(200), BodyFraming.MARKED, -1, false, HttpVersion.HTTP_1_0);
    assertThat(used).isEqualTo(BodyFraming.CLOSE);
    assertThat(written()).isEqualTo("HTTP/1.1 200 OK|Connection: close||");
    encoder.response(status(200), BodyFraming.LENGTH, 0, false, HttpVersion.HTTP_1_0);
    assertThat(written()).isEqualTo("HTTP/1.1 200 OK|Content-Length: 0|Connection: keep-alive||");
    encoder.response(status(200), BodyFraming.LENGTH, 0, true, HttpVersion.HTTP_1_0);
    assertThat(written()).isEqualTo("HTTP/1.1 200 OK|Content-Length: 0|Connection: close||");
  }

  @Test
  void interimHeadsSayNothingAboutTheConnection() {
    encoder.response(status(100), BodyFraming.NONE, -1, true, HttpVersion.HTTP_1_1);
    assertThat(written()).isEqualTo("HTTP/1.1 100 Continue||");
  }

  @Test
  void everyStatusHasItsLine() {
    for (int code = 100; code < 600; code++) {
      assertThat(response(status(code), BodyFraming.TUNNEL, -1))
          .startsWith("HTTP/1.1 " + code + " ");
    }
    assertThat(response(status(431), BodyFraming.LENGTH, 0))
        .startsWith("HTTP/1.1 431 Request Header Fields Too Large|");
  }

  @Test
  void chunksAreWrittenInHexadecimal() {
    long[] sizes = {1, 9, 15, 16, 255, 256, 65536, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE};
    for (long size : sizes) {
      encoder.chunkHead(size);
      encoder.chunkEnd();
      assertThat(written()).isEqualTo(Long.toHexString(size) + "||");
    }
    assertThatThrownBy(() -> encoder.chunkHead(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void trailersThatMayNotStandBehindABodyAreLeftOut() { // E6
    HeaderMap trailers = new HeaderMap();
    trailers.add("Grpc-Status", "0");
    trailers.add("Content-Length", "5");
    trailers.add("set-cookie", "a=b");
    trailers.add("Authorization", "x");
    trailers.add("X-Forwarded-For", "x");
    trailers.add("Server-Timing", "db;dur=1");
    encoder.lastChunk(trailers);
    assertThat(written()).isEqualTo("0|Grpc-Status: 0|Server-Timing: db;dur=1||");
    encoder.lastChunk(null);
    assertThat(written()).isEqualTo("0||");
  }

  @Test
  void messagesAreWrittenOneBehindTheOtherUntilCleared() {
    encoder.response(status(100), BodyFraming.NONE, -1, false, HttpVersion.HTTP_1_1);
    encoder.response(status(200), BodyFraming.LENGTH, 0, false, HttpVersion.HTTP_1_1);
    assertThat(written()).isEqualTo("HTTP/1.1 100 Continue||HTTP/1.1 200 OK|Content-Length: 0||");
  }

  @Test
  void largeHeadsFitAndTheirMemoryIsGivenUp() {
    ResponseHead head = status(200);
    head.headers().add(HeaderName.SET_COOKIE, "v".repeat(100_000));
    assertThat(response(head, BodyFraming.LENGTH, 0))
        .hasSize("HTTP/1.1 200 OK|Set-Cookie: |Content-Length: 0||".length() + 100_000);
    assertThat(encoder.bytes().length).isLessThan(100_000);
  }
}
