package dev.penstock.engine.http.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.ResponseHead;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reuse, hints and states; what the decoder reads stands in the tables of WireTableTest. */
class Http1ResponseDecoderTest {
  private final Transcript<ResponseHead> transcript = new Transcript<>();
  private final ResponseHead head = new ResponseHead();
  private final Http1ResponseDecoder decoder =
      new Http1ResponseDecoder(transcript, HttpLimits.DEFAULT, Set.of());

  private void feed(String text) {
    decoder.decode(ByteBuffer.wrap(Transcript.latin(text.replace("|", "\r\n"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "true;  GET;  HTTP/1.1 200 OK|Content-Length: 0||",
        "true;  GET;  HTTP/1.1 200 OK|Transfer-Encoding: chunked||0||",
        "true;  HEAD; HTTP/1.1 200 OK||",
        "true;  GET;  HTTP/1.1 204 No Content||",
        "true;  GET;  HTTP/1.1 304 Not Modified||",
        "true;  GET;  HTTP/1.1 200 OK|Connection: keep-alive|Content-Length: 0||",
        "false; GET;  HTTP/1.1 200 OK|Connection: close|Content-Length: 0||",
        "false; GET;  HTTP/1.1 200 OK|Connection: x, Close|Content-Length: 0||",
        "false; GET;  HTTP/1.1 200 OK|Connection: keep-alive, close|Content-Length: 0||",
        "false; GET;  HTTP/1.0 200 OK|Content-Length: 0||",
        "true;  GET;  HTTP/1.0 200 OK|Connection: Keep-Alive|Content-Length: 0||",
        "false; GET;  HTTP/1.0 200 OK|Connection: Keep-Alive||body",
        "false; GET;  HTTP/1.1 200 OK||body",
        "false; GET;  HTTP/1.1 101 Switching Protocols||",
        "false; CONNECT; HTTP/1.1 200 OK|Content-Length: 0||",
        "true;  CONNECT; HTTP/1.1 403 Forbidden|Content-Length: 0||",
        "false; GET;  HTTP/1.1 200 OK|Content-Length: 5||hell",
      })
  void aConnectionIsReusableWhenBothSidesKnowWhereTheResponseEnded(
      boolean reusable, String method, String wire) { // U2, RFC 9112 §9.3
    decoder.next(head, method);
    feed(wire);
    decoder.endOfInput();
    assertThat(decoder.isReusable()).isEqualTo(reusable);
  }

  @Test
  void aConnectionIsNotReusableBeforeTheEnd() {
    decoder.next(head, "GET");
    assertThat(decoder.isReusable()).isFalse();
    feed("HTTP/1.1 200 OK|Content-Length: 2||o");
    assertThat(decoder.isReusable()).isFalse();
    feed("k");
    assertThat(decoder.isReusable()).isTrue();
    decoder.next(head, "GET");
    assertThat(decoder.isReusable()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "5;  timeout=5, max=100",
        "60; max=100, Timeout=60",
        "-1; max=100",
        "-1; timeout=",
        "-1; timeout=x",
        "-1; xtimeout=5",
        "0;  timeout=0",
        "999999999; timeout=99999999999999999999",
      })
  void readsHowLongTheUpstreamKeepsTheConnection(long seconds, String field) { // U2
    decoder.next(head, "GET");
    feed("HTTP/1.1 200 OK|Keep-Alive: " + field + "|Content-Length: 0||");
    assertThat(decoder.keepAliveTimeoutSeconds()).isEqualTo(seconds);
    decoder.next(head, "GET");
    assertThat(decoder.keepAliveTimeoutSeconds()).isEqualTo(-1);
  }

  @Test
  void bytesThatNobodyExpectsStayForTheCallerToSee() { // F18
    decoder.next(head, "HEAD");
    ByteBuffer in =
        ByteBuffer.wrap(Transcript.latin("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"));
    decoder.decode(in);
    assertThat(transcript.text()).endsWith("end\n");
    assertThat(in.remaining()).isEqualTo(4);
    decoder.decode(in);
    assertThat(in.remaining()).isEqualTo(4);
  }

  @Test
  void tellsWhereItStandsBetweenInterimAndFinalHeads() {
    decoder.next(head, "GET");
    assertThat(decoder.isIdle()).isTrue();
    feed("HTTP/1.1 100 Continue||");
    assertThat(decoder.isIdle()).isFalse();
    assertThat(decoder.isInHead()).isTrue();
    feed("HTTP/1.1 200 OK|Content-Length: 1||");
    assertThat(decoder.isInBody()).isTrue();
    feed("x");
    assertThat(decoder.isArmed()).isFalse();
  }

  @Test
  void anInterimHeadIsClearedOnlyWhenTheSinkHasSeenIt() { // E5
    List<String> heads = new ArrayList<>();
    decoder.reset(
        new Transcript<>() {
          @Override
          public void onHead(ResponseHead seen, BodyFraming framing, long length) {
            assertThat(seen).isSameAs(head);
            heads.add(seen.status() + " " + seen.headers());
          }

          @Override
          public void onEnd() {}
        });
    decoder.next(head, "GET");
    feed(
        "HTTP/1.1 103 Early Hints|Link: a||HTTP/1.1 103 Early Hints|Link: b||HTTP/1.1 204 Done|X: y||");
    assertThat(heads).containsExactly("103 Link: a\r\n", "103 Link: b\r\n", "204 X: y\r\n");
  }

  @Test
  void resetAtAnInterimHeadStopsThere() {
    Transcript<ResponseHead> other = new Transcript<>();
    decoder.reset(
        new Transcript<>() {
          @Override
          public void onHead(ResponseHead seen, BodyFraming framing, long length) {
            decoder.reset(other);
          }
        });
    decoder.next(head, "GET");
    feed("HTTP/1.1 100 Continue||HTTP/1.1 200 OK|Content-Length: 0||");
    assertThat(other.text()).isEmpty();
    assertThat(decoder.isArmed()).isFalse();
    assertThat(head.status()).as("the head of the sink is left alone").isEqualTo(100);
  }

  @Test
  void nextInsideAResponseIsABug() {
    decoder.next(head, "GET");
    assertThatThrownBy(() -> decoder.next(head, "GET")).isInstanceOf(IllegalStateException.class);
  }
}
