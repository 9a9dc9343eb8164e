package dev.penstock.engine.http.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.HttpSink;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.Violation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * States, re-entrance and promises of the decoder; what it reads stands in the tables of
 * WireTableTest.
 */
class Http1RequestDecoderTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String POST = "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc";

  private final Scripted sink = new Scripted();
  private final RequestHead head = new RequestHead();
  private final Http1RequestDecoder decoder =
      new Http1RequestDecoder(sink, HttpLimits.DEFAULT, Set.of());

  /** Remembers words, and does what the test wants at one of them. */
  private static final class Scripted implements HttpSink<RequestHead> {
    final List<String> words = new ArrayList<>();
    Consumer<String> then = word -> {};

    private void say(String word) {
      words.add(word);
      then.accept(word);
    }

    @Override
    public void onHead(RequestHead head, BodyFraming framing, long length) {
      say("head " + head.path());
    }

    @Override
    public void onBody(ByteBuffer part) {
      say("body " + part.remaining());
    }

    @Override
    public void onTrailers(HeaderMap trailers) {
      say("trailers");
    }

    @Override
    public void onEnd() {
      say("end");
    }

    @Override
    public void onViolation(Violation violation) {
      say(violation.name());
    }
  }

  private static ByteBuffer bytes(String text) {
    byte[] latin = Transcript.latin(text);
    return ByteBuffer.allocateDirect(latin.length).put(latin).flip();
  }

  private void feed(String text) {
    ByteBuffer in = bytes(text);
    decoder.decode(in);
    assertThat(in.remaining()).isZero();
  }

  @Test
  void consumesNothingUntilARequestIsExpected() {
    ByteBuffer in = bytes(GET);
    decoder.decode(in);
    assertThat(in.remaining()).isEqualTo(GET.length());
    assertThat(sink.words).isEmpty();
    assertThat(decoder.isArmed()).isFalse();
  }

  @Test
  void leavesPipelinedBytesWhereTheyAre() { // F19
    ByteBuffer in = bytes(POST + GET);
    decoder.next(head);
    decoder.decode(in);
    assertThat(sink.words).containsExactly("head /b", "body 3", "end");
    assertThat(in.remaining()).isEqualTo(GET.length());

    decoder.next(head);
    decoder.decode(in);
    assertThat(sink.words).containsExactly("head /b", "body 3", "end", "head /a", "end");
    assertThat(in.hasRemaining()).isFalse();
  }

  @Test
  void nextInOnEndGoesOnInTheSameBuffer() {
    sink.then =
        word -> {
          if (word.equals("end") && sink.words.size() < 9) decoder.next(head);
        };
    decoder.next(head);
    ByteBuffer in = bytes(GET + POST + GET + POST + GET);
    decoder.decode(in);
    assertThat(sink.words)
        .containsExactly(
            "head /a", "end", "head /b", "body 3", "end", "head /a", "end", "head /b", "body 3",
            "end");
    assertThat(in.remaining()).isEqualTo(GET.length());
    assertThat(decoder.isArmed()).isFalse();
  }

  @Test
  void nextInsideAMessageIsABug() {
    decoder.next(head);
    assertThatThrownBy(() -> decoder.next(head)).isInstanceOf(IllegalStateException.class);
    sink.then = word -> decoder.next(new RequestHead());
    assertThatThrownBy(() -> decoder.decode(bytes(POST))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void decodeInsideDecodeIsABug() {
    sink.then = word -> decoder.decode(bytes(GET));
    decoder.next(head);
    assertThatThrownBy(() -> decoder.decode(bytes(GET))).isInstanceOf(IllegalStateException.class);
    // It can be used again afterwards.
    sink.then = word -> {};
    decoder.reset(sink);
    decoder.next(head);
    feed(GET);
    assertThat(sink.words).endsWith("head /a", "end");
  }

  @Test
  void resetInACallbackLeavesTheRestOfTheOldConnectionAlone() {
    for (String at : List.of("head /b", "body 3", "end")) {
      sink.words.clear();
      Scripted other = new Scripted();
      sink.then =
          word -> {
            if (!word.equals(at)) return;
            decoder.reset(other);
            decoder.next(new RequestHead());
          };
      decoder.reset(sink);
      decoder.next(head);
      decoder.decode(bytes(POST + GET));
      assertThat(sink.words).endsWith(at);
      assertThat(other.words).isEmpty();

      feed(GET);
      assertThat(other.words).containsExactly("head /a", "end");
    }
  }

  @Test
  void nothingIsSaidBehindAViolationUntilReset() {
    decoder.next(head);
    decoder.decode(bytes("GET / HTTP/3.0\r\n" + GET));
    ByteBuffer more = bytes(GET);
    decoder.decode(more);
    decoder.endOfInput();
    assertThat(sink.words).containsExactly("VERSION_UNSUPPORTED");
    assertThat(more.remaining()).isEqualTo(GET.length());
    assertThat(decoder.hasFailed()).isTrue();
    assertThat(decoder.isArmed()).isFalse();
    assertThatThrownBy(() -> decoder.next(head)).isInstanceOf(IllegalStateException.class);

    decoder.reset(sink);
    decoder.next(head);
    feed(GET);
    assertThat(sink.words).containsExactly("VERSION_UNSUPPORTED", "head /a", "end");
  }

  @Test
  void aViolationLeavesMethodAndTargetForTheLog() { // one log entry for each exchange
    decoder.next(head);
    decoder.decode(bytes("BREW /pot?x HTTP/1.1\r\nHost: h\r\nX: y\r\nbad header\r\n"));
    assertThat(sink.words).containsExactly("SPACE_BEFORE_COLON");
    assertThat(head.method()).isEqualTo("BREW");
    assertThat(head.target().toString()).isEqualTo("/pot?x");
    assertThat(head.headers().toString()).isEqualTo("Host: h\r\nX: y\r\n");
  }

  @Test
  void tellsWhereItStands() {
    decoder.next(head);
    assertThat(decoder.isIdle()).isTrue();
    feed("\r\n");
    assertThat(decoder.isIdle()).as("an empty line is not a request").isTrue();
    feed("P");
    assertThat(decoder.isIdle()).isFalse();
    assertThat(decoder.isInHead()).isTrue();
    feed("OST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r");
    assertThat(decoder.isInHead()).isTrue();
    for (String part : List.of("\n", "1", "\r\n", "x", "\r\n0\r\n", "X: y\r\n")) {
      feed(part);
      assertThat(decoder.isInHead()).as(part).isFalse();
      assertThat(decoder.isInBody()).as(part).isTrue();
      assertThat(decoder.isArmed()).as(part).isTrue();
    }
    feed("\r\n");
    assertThat(decoder.isInBody()).isFalse();
    assertThat(decoder.isArmed()).isFalse();
    assertThat(decoder.isIdle()).isFalse();
  }

  @Test
  void answersInCallbacksAsIfTheyHadReturned() {
    List<String> states = new ArrayList<>();
    sink.then = word -> states.add(word + " " + decoder.isInBody() + " " + decoder.isArmed());
    decoder.next(head);
    feed(POST);
    assertThat(states).containsExactly("head /b true true", "body 3 true true", "end false false");
  }

  @Test
  void theEndOfInputBetweenRequestsDisarms() {
    decoder.next(head);
    decoder.endOfInput();
    decoder.endOfInput();
    assertThat(sink.words).isEmpty();
    assertThat(decoder.isArmed()).isFalse();
    decoder.next(head);
    feed(GET);
    assertThat(sink.words).containsExactly("head /a", "end");
  }

  @Test
  void bodyPartsAreTheCallersBufferWithoutACopy() {
    List<ByteBuffer> parts = new ArrayList<>();
    HttpSink<RequestHead> keeper =
        new HttpSink<>() {
          @Override
          public void onHead(RequestHead head, BodyFraming framing, long length) {}

          @Override
          public void onBody(ByteBuffer part) {
            assertThat(part.remaining()).isEqualTo(3);
            parts.add(part);
            // Taking less than all is allowed: the decoder goes on behind the part.
            part.get();
          }

          @Override
          public void onTrailers(HeaderMap trailers) {}

          @Override
          public void onEnd() {}

          @Override
          public void onViolation(Violation violation) {
            throw new AssertionError(violation);
          }
        };
    decoder.reset(keeper);
    decoder.next(head);
    ByteBuffer in = bytes(POST + GET);
    decoder.decode(in);
    assertThat(parts).hasSize(1);
    assertThat(parts.getFirst()).isSameAs(in);
    assertThat(in.remaining()).isEqualTo(GET.length());
  }

  @Test
  void aSinkThatThrowsLeavesTheLimitOfTheBuffer() {
    sink.then =
        word -> {
          if (word.startsWith("body")) throw new IllegalArgumentException("from the sink");
        };
    decoder.next(head);
    ByteBuffer in = bytes(POST + GET);
    assertThatThrownBy(() -> decoder.decode(in)).isInstanceOf(IllegalArgumentException.class);
    assertThat(in.remaining()).isEqualTo(GET.length());
  }

  @Test
  void aHeadIsReusedWithoutTracesOfTheOneBefore() {
    decoder.next(head);
    feed("OPTIONS http://x:1/?q HTTP/1.0\r\nX: y\r\n\r\n");
    decoder.next(head);
    feed(GET);
    assertThat(head.method()).isSameAs(Methods.GET);
    assertThat(head.path()).isEqualTo("/a");
    assertThat(head.query()).isNull();
    assertThat(head.isAbsolute()).isFalse();
    assertThat(head.authority().toString()).isEqualTo("h");
    assertThat(head.headers().toString()).isEqualTo("Host: h\r\n");
    assertThat(head.target().toString()).isEqualTo("/a");
  }

  @Test
  void slicesStayValidWhenTheArrayGrewBehindTheRequestLine() {
    decoder.next(head);
    String wire = "GET http://h.example/p?q HTTP/1.1\r\nHost: other\r\n";
    feed(wire);
    for (int i = 0; i < 9; i++) feed("X-" + i + ": " + "v".repeat(1000) + "\r\n");
    feed("\r\n");
    assertThat(sink.words).containsExactly("head /p", "end");
    assertThat(head.pathSlice().array()).isSameAs(head.headers().text());
    assertThat(head.authority().array()).isSameAs(head.headers().text());
    assertThat(head.query()).isEqualTo("q");
    assertThat(head.headers().get(HeaderName.HOST)).isEqualTo("h.example");
  }

  @Test
  void saysWhatConnectionWants() {
    decoder.next(head);
    feed("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nConnection: X, KEEP-alive\r\n\r\n");
    assertThat(decoder.wantsUpgrade()).isTrue();
    assertThat(decoder.wantsKeepAlive()).isTrue();
    assertThat(decoder.wantsClose()).isFalse();
    decoder.next(head);
    feed("GET / HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n");
    assertThat(decoder.wantsUpgrade()).isFalse();
    assertThat(decoder.wantsClose()).isTrue();
    decoder.next(head);
    feed(GET);
    assertThat(decoder.wantsClose()).isFalse();
  }

  @Test
  void everyToleratedUseIsCounted() {
    List<Violation> uses = new ArrayList<>();
    Http1RequestDecoder lenient =
        new Http1RequestDecoder(
            sink,
            HttpLimits.DEFAULT,
            Set.of(Violation.BARE_LF, Violation.CONTENT_LENGTH_REPEATED),
            uses::add);
    lenient.next(head);
    lenient.decode(
        bytes("POST / HTTP/1.1\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\n\nx"));
    assertThat(sink.words).containsExactly("head /", "body 1", "end");
    assertThat(uses)
        .containsExactly(
            Violation.BARE_LF,
            Violation.BARE_LF,
            Violation.BARE_LF,
            Violation.CONTENT_LENGTH_REPEATED);
  }

  @Test
  void whatIsNeverToleratedCannotBeAskedFor() {
    for (Violation violation : Violation.values()) {
      if (violation.isTolerable()) continue;
      assertThatThrownBy(() -> new Http1RequestDecoder(sink, HttpLimits.DEFAULT, Set.of(violation)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(violation.name());
    }
  }

  @Test
  void aBodyThatFollowsInTheSameReadIsNotLostToTheHead() {
    String body = "b".repeat(10_000);
    decoder.next(head);
    feed("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 10000\r\n\r\n" + body);
    assertThat(sink.words).containsExactly("head /b", "body 10000", "end");
  }
}
