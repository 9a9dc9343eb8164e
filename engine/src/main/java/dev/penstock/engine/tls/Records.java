package dev.penstock.engine.tls;

import java.nio.ByteBuffer;

/** Sizes and headers of TLS records (RFC 8446 §5). */
final class Records {
  static final int HEADER = 5;
  static final int MAX_PLAIN = 1 << 14;

  /** Header, padding, nonce and tag may come to this in any version. */
  static final int MAX_SEALED = MAX_PLAIN + 2048 + HEADER;

  /** A peer can use a record only when it is whole: the first ones of a burst are small. */
  static final int EARLY_PLAIN = 4096;

  static final int EARLY_BURST = 64 * 1024;
  static final long BURST_GAP_NS = 1_000_000_000L;

  private static final String PLAIN_TEXT = "This port speaks TLS: use https:// in the address\n";

  static final String PLAIN_ANSWER =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: "
          + PLAIN_TEXT.length()
          + "\r\nConnection: close\r\n\r\n"
          + PLAIN_TEXT;

  private static final int FIRST_TYPE = 20;
  private static final int LAST_TYPE = 24;

  private Records() {}

  /**
   * How long the record is whose header stands at {@code at}, header included; -1 when that is no
   * header of TLS.
   */
  static int length(ByteBuffer bytes, int at) {
    int type = bytes.get(at) & 0xff;
    int length = (bytes.get(at + 3) & 0xff) << 8 | bytes.get(at + 4) & 0xff;
    boolean isRecord =
        type >= FIRST_TYPE && type <= LAST_TYPE && bytes.get(at + 1) == 3 && length > 0;
    return isRecord && length + HEADER <= MAX_SEALED ? length + HEADER : -1;
  }

  /** Whether it begins as a request line does: capital letters. */
  static boolean looksLikeHttp(ByteBuffer bytes) {
    int letters = Math.min(3, bytes.remaining());
    for (int i = 0; i < letters; i++) {
      byte each = bytes.get(bytes.position() + i);
      if (each < 'A' || each > 'Z') return false;
    }
    return letters == 3;
  }
}
