package dev.penstock.engine.http.h2;

import static dev.penstock.engine.http.h2.RawFields.frame;
import static dev.penstock.engine.http.h2.RawFields.join;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9113 §4 and §6: each case whole, byte by byte, and in two parts of every length. */
final class FrameReaderTest {
  private static final int ES = Frames.END_STREAM;
  private static final int EH = Frames.END_HEADERS;
  private static final int PAD = Frames.PADDED;

  /** Writes down what is said; parts of data are joined. */
  private static final class Words implements FrameSink {
    final StringBuilder text = new StringBuilder();

    private void say(String word) {
      if (!text.isEmpty()) text.append("; ");
      text.append(word);
    }

    @Override
    public void onData(int stream, int length) {
      say("data " + stream + " " + length + " ");
    }

    @Override
    public void onDataPart(int stream, ByteBuffer part) {
      text.append(StandardCharsets.ISO_8859_1.decode(part));
    }

    @Override
    public void onDataEnd(int stream, boolean endsStream) {
      text.append(endsStream ? ". end" : ".");
    }

    @Override
    public void onFieldBlock(int stream, byte[] block, int at, int length, boolean endsStream) {
      String bytes = new String(block, at, length, StandardCharsets.ISO_8859_1);
      say("block " + stream + " " + bytes + (endsStream ? ". end" : "."));
    }

    @Override
    public void onOldPriority(int stream) {
      say("priority " + stream);
    }

    @Override
    public void onReset(int stream, ErrorCode code) {
      say("reset " + stream + " " + code);
    }

    @Override
    public void onSettings(byte[] settings, int at, int length) {
      say("settings " + length / 6);
    }

    @Override
    public void onSettingsAck() {
      say("settings ack");
    }

    @Override
    public void onPing(long opaque) {
      say("ping " + opaque);
    }

    @Override
    public void onPingAck(long opaque) {
      say("ping ack " + opaque);
    }

    @Override
    public void onGoAway(int lastStream, ErrorCode code) {
      say("goaway " + lastStream + " " + code);
    }

    @Override
    public void onWindowUpdate(int stream, int increment) {
      say("window " + stream + " " + increment);
    }

    @Override
    public void onPriorityUpdate(int stream, byte[] value, int at, int length) {
      say("update " + stream + " " + new String(value, at, length, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void onUnknownFrame() {
      say("unknown");
    }

    @Override
    public void onStreamBreach(int stream, Breach breach) {
      say("stream " + stream + " " + breach);
    }

    @Override
    public void onBreach(Breach breach) {
      say("lost " + breach);
    }
  }

  private static byte[] bytes(int... values) {
    byte[] b = new byte[values.length];
    for (int i = 0; i < values.length; i++) b[i] = (byte) values[i];
    return b;
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Arguments given(String said, byte[]... frames) {
    return Arguments.of(said, join(frames));
  }

  static List<Arguments> frames() {
    byte[] none = {};
    return List.of(
        given("data 1 3 abc.", frame(0, 0, 1, latin("abc"))),
        given("data 1 0 . end", frame(0, ES, 1, none)),
        given("data 1 6 abc. end", frame(0, ES | PAD, 1, latin("\2abc\0\0"))),
        given("data 1 3 .", frame(0, PAD, 1, latin("\2\0\0"))),
        given("data 1 1 .", frame(0, PAD, 1, latin("\0"))),
        given("data 1 3 ; lost PADDING_TOO_LONG", frame(0, PAD, 1, latin("\3\0\0"))),
        given("lost PADDING_TOO_LONG", frame(0, PAD, 1, none)),
        given("lost FRAME_ON_WRONG_STREAM", frame(0, 0, 0, latin("abc"))),
        given("lost FRAME_TOO_LARGE", frame(0, 0, 1, new byte[16385])),
        // The bit in front of a stream's number has no meaning (§4.1), nor have unknown flags.
        given("data 1 1 x.", frame(0, 0xf6, 0x80000001, latin("x"))),
        given("block 1 hi. end", frame(1, ES | EH, 1, latin("hi"))),
        given("block 1 hi.", frame(1, EH | PAD, 1, latin("\1hi\0"))),
        given("block 3 hi.", frame(1, EH | 0x20, 3, latin("\0\0\0\1\7hi"))),
        given("block 3 hi.", frame(1, EH | PAD | 0x20, 3, latin("\1\0\0\0\1\7hi\0"))),
        given(
            "block 3 hi.; stream 3 SELF_DEPENDENCY", frame(1, EH | 0x20, 3, latin("\0\0\0\3\7hi"))),
        given("lost PADDING_TOO_LONG", frame(1, EH | PAD, 1, latin("\4hi\0"))),
        given("lost FRAME_LENGTH", frame(1, EH | 0x20, 3, latin("\0\0\0\1"))),
        given("lost FRAME_ON_WRONG_STREAM", frame(1, EH, 0, latin("hi"))),
        given(
            "block 1 hi you. end",
            frame(1, ES, 1, latin("hi")),
            frame(9, 0, 1, latin(" y")),
            frame(9, EH, 1, latin("ou"))),
        given("lost BLOCK_INTERRUPTED", frame(1, 0, 1, latin("hi")), frame(0, 0, 1, none)),
        given("lost BLOCK_INTERRUPTED", frame(1, 0, 1, latin("hi")), frame(9, EH, 3, none)),
        given("lost BLOCK_INTERRUPTED", frame(1, 0, 1, latin("hi")), frame(1, EH, 3, none)),
        given("lost BLOCK_INTERRUPTED", frame(1, 0, 1, latin("hi")), frame(99, 0, 0, none)),
        given("lost BLOCK_INTERRUPTED", frame(9, EH, 1, none)),
        given(
            "block 1 hi.; lost BLOCK_INTERRUPTED",
            frame(1, EH, 1, latin("hi")),
            frame(9, EH, 1, none)),
        given("priority 3", frame(2, 0, 3, latin("\0\0\0\1\7"))),
        given("stream 3 FRAME_LENGTH", frame(2, 0, 3, latin("\0\0\0\1"))),
        given("stream 3 SELF_DEPENDENCY", frame(2, 0, 3, latin("\0\0\0\3\7"))),
        given("lost FRAME_ON_WRONG_STREAM", frame(2, 0, 0, latin("\0\0\0\3\7"))),
        given("reset 1 CANCEL", frame(3, 0, 1, bytes(0, 0, 0, 8))),
        given("reset 1 INTERNAL_ERROR", frame(3, 0, 1, bytes(255, 255, 255, 255))),
        given("lost FRAME_LENGTH", frame(3, 0, 1, bytes(0, 0, 0))),
        given("lost FRAME_ON_WRONG_STREAM", frame(3, 0, 0, bytes(0, 0, 0, 8))),
        given(
            "settings 0; settings 1; settings ack",
            frame(4, 0, 0, none),
            frame(4, 0, 0, bytes(0, 3, 0, 0, 0, 1)),
            frame(4, 1, 0, none)),
        given("lost FRAME_LENGTH", frame(4, 0, 0, bytes(0, 3, 0))),
        given("lost FRAME_LENGTH", frame(4, 1, 0, bytes(0, 3, 0, 0, 0, 1))),
        given("lost FRAME_ON_WRONG_STREAM", frame(4, 0, 1, none)),
        given("lost PUSH", frame(5, EH, 1, bytes(0, 0, 0, 2))),
        given(
            "ping 258; ping ack 1",
            frame(6, 0, 0, bytes(0, 0, 0, 0, 0, 0, 1, 2)),
            frame(6, 1, 0, bytes(0, 0, 0, 0, 0, 0, 0, 1))),
        given("lost FRAME_LENGTH", frame(6, 0, 0, bytes(1))),
        given("lost FRAME_ON_WRONG_STREAM", frame(6, 0, 1, new byte[8])),
        given("goaway 5 NO_ERROR", frame(7, 0, 0, latin("\0\0\0\5\0\0\0\0bye"))),
        given("lost FRAME_LENGTH", frame(7, 0, 0, bytes(0, 0, 0, 5))),
        given("lost FRAME_ON_WRONG_STREAM", frame(7, 0, 1, new byte[8])),
        given(
            "window 0 5; window 1 2147483647",
            frame(8, 0, 0, bytes(0, 0, 0, 5)),
            frame(8, 0, 1, bytes(255, 255, 255, 255))),
        given("stream 1 WINDOW_UNCHANGED", frame(8, 0, 1, new byte[4])),
        given("lost WINDOW_UNCHANGED", frame(8, 0, 0, new byte[4])),
        given("lost FRAME_LENGTH", frame(8, 0, 0, new byte[3])),
        given("update 5 u=1, i", frame(16, 0, 0, latin("\0\0\0\5u=1, i"))),
        given("lost FRAME_ON_WRONG_STREAM", frame(16, 0, 0, new byte[4])),
        given("lost FRAME_ON_WRONG_STREAM", frame(16, 0, 1, new byte[4])),
        given("lost FRAME_LENGTH", frame(16, 0, 0, new byte[3])),
        given(
            "unknown; unknown; ping 0",
            frame(10, 0, 0, new byte[99]),
            frame(255, 255, 9, none),
            frame(6, 0, 0, new byte[8])));
  }

  private static final byte[] SETTINGS = frame(Frames.SETTINGS, 0, 0, new byte[0]);

  private static String read(byte[] all, int... cuts) {
    Words words = new Words();
    FrameReader reader = new FrameReader(words, false, 1000, new byte[Frames.MIN_MAX_FRAME]);
    int from = 0;
    for (int cut : cuts) {
      reader.read(ByteBuffer.wrap(all, from, cut - from));
      from = cut;
    }
    reader.read(ByteBuffer.wrap(all, from, all.length - from));
    return words.text.toString();
  }

  @ParameterizedTest
  @MethodSource("frames")
  void saysWhatFramesMeanWhereverTheyAreCut(String said, byte[] frames) {
    byte[] all = join(SETTINGS, frames);
    String expected = "settings 0; " + said;
    assertThat(read(all)).isEqualTo(expected);
    int[] each = new int[all.length - 1];
    Arrays.setAll(each, i -> i + 1);
    assertThat(read(all, each)).isEqualTo(expected);
    for (int cut = 1; cut < Math.min(all.length, 60); cut++)
      assertThat(read(all, cut)).as("cut at %d", cut).isEqualTo(expected);
  }

  @Test
  void nothingIsSaidAfterTheConnectionIsLost() {
    byte[] all = join(SETTINGS, frame(0, 0, 0, new byte[3]), frame(6, 0, 0, new byte[8]));
    assertThat(read(all)).isEqualTo("settings 0; lost FRAME_ON_WRONG_STREAM");
  }

  @Test
  void settingsComeFirst() {
    assertThat(read(frame(6, 0, 0, new byte[8]))).isEqualTo("lost NO_PREFACE");
    assertThat(read(frame(4, 1, 0, new byte[0]))).isEqualTo("lost NO_PREFACE");
  }

  @Test
  void aClientBeginsWithThePreface() {
    Words words = new Words();
    FrameReader reader = new FrameReader(words, true, 1000, new byte[Frames.MIN_MAX_FRAME]);
    FrameWriter writer = new FrameWriter();
    writer.preface();
    writer.settings(Frames.MAX_CONCURRENT_STREAMS, 7);
    for (int i = 0; i < writer.length(); i++) reader.read(ByteBuffer.wrap(writer.bytes(), i, 1));
    assertThat(words.text.toString()).isEqualTo("settings 1");
    Words other = new Words();
    reader = new FrameReader(other, true, 1000, new byte[Frames.MIN_MAX_FRAME]);
    reader.read(ByteBuffer.wrap(latin("GET / HTTP/1.1\r\n\r\n")));
    assertThat(other.text.toString()).isEqualTo("lost NO_PREFACE");
  }

  /** Requirement P4. */
  @Test
  void aFieldBlockIsBoundedInBytesAndFrames() {
    byte[] part = new byte[600];
    assertThat(read(join(SETTINGS, frame(1, 0, 1, part), frame(9, EH, 1, part))))
        .endsWith("lost BLOCK_TOO_LARGE");
    byte[] empty = frame(9, 0, 1, new byte[0]);
    byte[] flood =
        join(
            SETTINGS,
            frame(1, 0, 1, new byte[1]),
            empty,
            empty,
            empty,
            empty,
            empty,
            empty,
            empty,
            empty);
    assertThat(read(flood)).endsWith("lost BLOCK_TOO_LARGE");
  }

  @Property
  void anyBytesAreFramesOrAreRefused(@ForAll byte[] bytes) {
    assertThat(read(join(SETTINGS, bytes))).startsWith("settings 0");
  }

  @Test
  void whatTheWriterWritesTheReaderReads() {
    FrameWriter writer = new FrameWriter();
    writer.settings();
    writer.settingsAck();
    writer.ping(0x123456789abcdef0L, true);
    writer.goAway(7, ErrorCode.ENHANCE_YOUR_CALM);
    writer.reset(5, ErrorCode.REFUSED_STREAM);
    writer.windowUpdate(0, 77);
    writer.data(5, 0, true);
    assertThat(read(Arrays.copyOf(writer.bytes(), writer.length())))
        .isEqualTo(
            "settings 0; settings ack; ping ack 1311768467463790320; goaway 7 ENHANCE_YOUR_CALM;"
                + " reset 5 REFUSED_STREAM; window 0 77; data 5 0 . end");
  }
}
