package dev.penstock.scripting.web;

/** Reads the head of a gzip member (RFC 1952 §2.3), however it is cut. */
final class GzipHead {
  /** Of a member without name, time or comment. */
  static final byte[] PLAIN = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private static final int CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private int at;
  private int flags;
  private int extraLength = -1;
  private int extraSeen;
  private int crcSeen;
  private boolean isComplete;

  boolean isComplete() {
    return isComplete;
  }

  /**
   * @return how many of these bytes belong to the head, or -1 when this is no gzip
   */
  int read(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (isComplete) return i;
      int b = bytes[i] & 0xff;
      if (at < 10) {
        if (at == 0 && b != 0x1f || at == 1 && b != 0x8b || at == 2 && b != 8) return -1;
        if (at == 3) {
          if (b > 31) return -1;
          flags = b;
        }
        at++;
      } else if ((flags & EXTRA) != 0) {
        readExtra(b);
      } else if ((flags & NAME) != 0) {
        if (b == 0) flags &= ~NAME;
      } else if ((flags & COMMENT) != 0) {
        if (b == 0) flags &= ~COMMENT;
      } else if ((flags & CRC) != 0 && ++crcSeen == 2) {
        flags &= ~CRC;
      }
      isComplete = at == 10 && (flags & (EXTRA | NAME | COMMENT | CRC)) == 0;
    }
    return bytes.length;
  }

  private void readExtra(int b) {
    if (extraSeen == 0) {
      extraLength = b;
    } else if (extraSeen == 1) {
      extraLength |= b << 8;
    }
    extraSeen++;
    if (extraSeen >= 2 && extraSeen == 2 + extraLength) flags &= ~EXTRA;
  }
}
