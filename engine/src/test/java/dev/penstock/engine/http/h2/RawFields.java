package dev.penstock.engine.http.h2;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Field blocks as nobody should write them: literals without compression, nothing is checked. */
public final class RawFields {
  private RawFields() {}

  /** Name, value, name, value. */
  public static byte[] block(String... namesAndValues) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.write(0);
      string(out, namesAndValues[i]);
      string(out, namesAndValues[i + 1]);
    }
    return out.toByteArray();
  }

  /** A GET for "/" of "example.com" over http, with more fields behind. */
  public static byte[] get(String... more) {
    byte[] pseudo =
        block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "example.com");
    return join(pseudo, block(more));
  }

  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) out.writeBytes(part);
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      out.write(bytes.length);
    } else {
      out.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>>= 7) out.write(rest & 127 | 128);
      out.write(rest);
    }
    out.writeBytes(bytes);
  }

  /** One frame, whatever its head says. */
  public static byte[] frame(int type, int flags, int stream, byte[] payload) {
    byte[] frame = new byte[Frames.HEAD_BYTES + payload.length];
    frame[0] = (byte) (payload.length >>> 16);
    frame[1] = (byte) (payload.length >>> 8);
    frame[2] = (byte) payload.length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    for (int i = 0; i < 4; i++) frame[5 + i] = (byte) (stream >>> (24 - 8 * i));
    System.arraycopy(payload, 0, frame, Frames.HEAD_BYTES, payload.length);
    return frame;
  }
}
