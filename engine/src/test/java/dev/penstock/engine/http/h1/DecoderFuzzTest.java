package dev.penstock.engine.http.h1;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;

/**
 * Any bytes give a message, a violation or "need more", and the same whole and byte by byte. Each
 * build replays the inputs beside this class in the resources; {@code ./mvnw -Pfuzz -pl engine
 * test} looks for new ones.
 */
class DecoderFuzzTest {
  private static final HttpLimits LIMITS = new HttpLimits(60, 150, 60, 6, 20, 60);
  private static final String[] METHODS = {"GET", "HEAD", "CONNECT"};

  /** The first byte says who is tested, the others are what comes from the wire. */
  @FuzzTest(maxDuration = "60s")
  void anyBytes(byte[] input) {
    if (input.length == 0) return;
    byte[] wire = Arrays.copyOfRange(input, 1, input.length);
    int kind = input[0] & 3;
    String whole = read(kind, wire, Math.max(1, wire.length));
    String split = read(kind, wire, 1);
    if (!whole.equals(split)) throw new AssertionError("whole:\n" + whole + "\nsplit:\n" + split);
  }

  private static String read(int kind, byte[] wire, int step) {
    if (kind == METHODS.length) {
      Transcript<RequestHead> transcript = new Transcript<>();
      Http1RequestDecoder decoder = new Http1RequestDecoder(transcript, LIMITS, Set.of());
      decoder.next(new RequestHead());
      feed(decoder, wire, step);
      return transcript.text();
    }
    Transcript<ResponseHead> transcript = new Transcript<>();
    Http1ResponseDecoder decoder = new Http1ResponseDecoder(transcript, LIMITS, Set.of());
    decoder.next(new ResponseHead(), METHODS[kind]);
    feed(decoder, wire, step);
    return transcript.text() + decoder.isReusable();
  }

  private static void feed(Http1Decoder<?> decoder, byte[] wire, int step) {
    for (int at = 0; at < wire.length; at += step) {
      decoder.decode(ByteBuffer.wrap(wire, at, Math.min(step, wire.length - at)).slice());
    }
    decoder.endOfInput();
  }
}
