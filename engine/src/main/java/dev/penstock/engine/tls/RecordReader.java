package dev.penstock.engine.tls;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds whole records in what arrives: where they lie, or put together when they come in pieces.
 * Holds nothing between two records.
 */
final class RecordReader {
  /** What a stranger may make us hold before it has proven to speak TLS (L8). */
  private static final int EARLY_BYTES = 2048;

  private @Nullable ByteBuffer half;
  private boolean isStranger;
  private boolean looksLikeHttp;

  /**
   * The next record, to be used at once; null when its rest has not come yet, or never will.
   *
   * @param in what arrived; taken up to the record's end, unless the record lies in it
   * @param isProven whether the peer has spoken TLS before, so that its lengths are believed
   */
  @Nullable ByteBuffer next(ByteBuffer in, boolean isProven) {
    ByteBuffer begun = half;
    if (begun == null) {
      int length = in.remaining() < Records.HEADER ? 0 : Records.length(in, in.position());
      if (length < 0) {
        turnAway(in);
        return null;
      }
      if (length > 0 && in.remaining() >= length) return in;
      int room = length == 0 ? Records.HEADER : isProven ? length : EARLY_BYTES;
      half = ByteBuffer.allocate(Math.max(room, in.remaining())).put(in);
      return null;
    }
    while (in.hasRemaining()) {
      int length = begun.position() < Records.HEADER ? Records.HEADER : Records.length(begun, 0);
      if (length < 0) {
        turnAway(begun.flip());
        in.position(in.limit());
        return null;
      }
      if (begun.capacity() < length && begun.position() == begun.capacity()) {
        int room = isProven ? length : Math.min(length, begun.capacity() * 2);
        half = begun = ByteBuffer.allocate(Math.max(room, Records.HEADER)).put(begun.flip());
      }
      int n = Math.min(in.remaining(), Math.min(length, begun.capacity()) - begun.position());
      begun.put(begun.position(), in, in.position(), n).position(begun.position() + n);
      in.position(in.position() + n);
      if (begun.position() >= Records.HEADER && begun.position() == Records.length(begun, 0)) {
        half = null;
        return begun.flip();
      }
    }
    return null;
  }

  private void turnAway(ByteBuffer seen) {
    isStranger = true;
    looksLikeHttp = Records.looksLikeHttp(seen);
    seen.position(seen.limit());
  }

  /** Whether what came is no record of TLS. */
  boolean isStranger() {
    return isStranger;
  }

  /** Whether a stranger's bytes begin as a request of HTTP does. */
  boolean looksLikeHttp() {
    return looksLikeHttp;
  }

  /** Forgets what has come of a record. */
  void clear() {
    half = null;
  }
}
