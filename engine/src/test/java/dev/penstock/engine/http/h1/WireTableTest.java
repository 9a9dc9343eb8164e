package dev.penstock.engine.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables beside this class, each case three ways: whole, byte by byte, with trailing bytes,
 * which must stay where they are.
 */
class WireTableTest {
  private static final String TRAILING = "GET /next HTTP/1.1\r\n";

  static List<WireCase> requests() {
    return WireCase.read("requests.txt");
  }

  static List<WireCase> attacks() {
    return WireCase.read("attacks.txt");
  }

  static List<WireCase> responses() {
    return WireCase.read("responses.txt");
  }

  @ParameterizedTest
  @MethodSource({"requests", "attacks"})
  void requestsAreReadInThreeWays(WireCase c) {
    assertThat(request(c, c.wire(), Integer.MAX_VALUE)).as("whole").isEqualTo(c.expected());
    assertThat(request(c, c.wire(), 1)).as("byte by byte").isEqualTo(c.expected());
    if (c.isComplete()) {
      String left = c.expected() + "left " + Transcript.escape(TRAILING) + "\n";
      assertThat(request(c, c.wire() + TRAILING, Integer.MAX_VALUE)).as("trailing").isEqualTo(left);
      assertThat(request(c, c.wire() + TRAILING, 7)).as("trailing, in sevens").isEqualTo(left);
    }
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void attacksAreRefused(WireCase c) {
    assertThat(request(c, c.wire(), Integer.MAX_VALUE)).contains("violation ");
  }

  @ParameterizedTest
  @MethodSource("responses")
  void responsesAreReadInThreeWays(WireCase c) {
    assertThat(response(c, c.wire(), Integer.MAX_VALUE)).as("whole").isEqualTo(c.expected());
    assertThat(response(c, c.wire(), 1)).as("byte by byte").isEqualTo(c.expected());
    if (c.isComplete()) {
      String left = c.expected() + "left " + Transcript.escape(TRAILING) + "\n";
      assertThat(response(c, c.wire() + TRAILING, Integer.MAX_VALUE))
          .as("trailing")
          .isEqualTo(left);
      assertThat(response(c, c.wire() + TRAILING, 7)).as("trailing, in sevens").isEqualTo(left);
    }
  }

  private static String request(WireCase c, String wire, int step) {
    Transcript<RequestHead> transcript = new Transcript<>();
    Http1RequestDecoder decoder = new Http1RequestDecoder(transcript, c.limits(), c.tolerated());
    decoder.next(new RequestHead());
    return run(decoder, transcript, wire, step, c.endsInput());
  }

  private static String response(WireCase c, String wire, int step) {
    Transcript<ResponseHead> transcript = new Transcript<>();
    Http1ResponseDecoder decoder = new Http1ResponseDecoder(transcript, c.limits(), c.tolerated());
    decoder.next(new ResponseHead(), c.method());
    return run(decoder, transcript, wire, step, c.endsInput());
  }

  /** Feeds {@code wire} in steps, as a connection would: what is left stays before what comes. */
  private static String run(
      Http1Decoder<?> decoder, Transcript<?> transcript, String wire, int step, boolean endsInput) {
    byte[] bytes = Transcript.latin(wire);
    ByteBuffer in = ByteBuffer.allocateDirect(bytes.length);
    int given = 0;
    while (given < bytes.length) {
      int n = Math.min(step, bytes.length - given);
      in.put(bytes, given, n).flip();
      given += n;
      decoder.decode(in);
      in.compact();
    }
    if (endsInput) decoder.endOfInput();
    in.flip();
    String left = "";
    if (!decoder.hasFailed() && in.hasRemaining()) {
      byte[] rest = new byte[in.remaining()];
      in.get(rest);
      left = "left " + Transcript.escape(new String(rest, StandardCharsets.ISO_8859_1)) + "\n";
    }
    return transcript.text() + left;
  }
}
