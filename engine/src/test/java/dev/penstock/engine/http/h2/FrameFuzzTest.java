package dev.penstock.engine.http.h2;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Any bytes are frames or a breach, and their blocks heads, a violation or broken compression; the
 * same whole and byte by byte. Run as the fuzz test of {@code http.h1}.
 */
class FrameFuzzTest {
  private static final HttpLimits LIMITS = new HttpLimits(60, 300, 200, 8, 20, 90);

  @FuzzTest(maxDuration = "60s")
  void anyBytes(byte[] wire) {
    String whole = read(wire, Math.max(1, wire.length));
    String split = read(wire, 1);
    if (!whole.equals(split)) throw new AssertionError("whole:\n" + whole + "\nsplit:\n" + split);
  }

  private static String read(byte[] wire, int step) {
    Listener listener = new Listener();
    FrameReader reader = new FrameReader(listener, false, 500, new byte[Frames.MIN_MAX_FRAME]);
    reader.read(ByteBuffer.wrap(RawFields.frame(Frames.SETTINGS, 0, 0, new byte[0])));
    for (int at = 0; at < wire.length; at += step)
      reader.read(ByteBuffer.wrap(wire, at, Math.min(step, wire.length - at)).slice());
    return listener.text.toString();
  }

  /** Decodes each block in one of the three ways, by the number of its stream. */
  private static final class Listener implements FrameSink {
    final StringBuilder text = new StringBuilder();
    private final HeadDecoder decoder = new HeadDecoder(LIMITS);
    private final PeerSettings settings = new PeerSettings();

    private void say(Object... words) {
      for (Object word : words) text.append(word).append(' ');
      text.append('\n');
    }

    @Override
    public void onData(int stream, int length) {
      say("data", stream, length);
    }

    @Override
    public void onDataPart(int stream, ByteBuffer part) {
      text.append(StandardCharsets.ISO_8859_1.decode(part));
    }

    @Override
    public void onDataEnd(int stream, boolean endsStream) {
      say("end of data", stream, endsStream);
    }

    @Override
    public void onFieldBlock(int stream, byte[] block, int at, int length, boolean ends) {
      RequestHead request = new RequestHead();
      ResponseHead response = new ResponseHead();
      HeaderMap trailers = new HeaderMap();
      boolean isReadable =
          switch (stream & 3) {
            case 1 -> decoder.request(block, at, length, ends, request);
            case 2 -> decoder.response(block, at, length, ends, false, response);
            case 3 -> decoder.trailers(block, at, length, trailers);
            default -> decoder.skip(block, at, length);
          };
      say("block", stream, ends, isReadable, decoder.violation());
      if (isReadable) say(request.headers(), response.status(), response.headers(), trailers);
    }

    @Override
    public void onOldPriority(int stream) {
      say("priority", stream);
    }

    @Override
    public void onReset(int stream, ErrorCode code) {
      say("reset", stream, code);
    }

    @Override
    public void onSettings(byte[] values, int at, int length) {
      say("settings", settings.read(values, at, length, true));
    }

    @Override
    public void onSettingsAck() {
      say("ack");
    }

    @Override
    public void onPing(long opaque) {
      say("ping", opaque);
    }

    @Override
    public void onPingAck(long opaque) {
      say("pong", opaque);
    }

    @Override
    public void onGoAway(int lastStream, ErrorCode code) {
      say("goaway", lastStream, code);
    }

    @Override
    public void onWindowUpdate(int stream, int increment) {
      say("window", stream, increment);
    }

    @Override
    public void onPriorityUpdate(int stream, byte[] value, int at, int length) {
      say("priority", stream, Priority.read(value, at, length));
    }

    @Override
    public void onUnknownFrame() {
      say("unknown");
    }

    @Override
    public void onStreamBreach(int stream, Breach breach) {
      say("stream", stream, breach);
    }

    @Override
    public void onBreach(Breach breach) {
      say("lost", breach);
    }
  }
}
