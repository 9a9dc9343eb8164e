package dev.penstock.plugins.rewrite;

import java.util.Arrays;

/**
 * Bytes that are appended to, up to a limit, after which they are thrown away and counted no more.
 */
final class GrowingBytes {
  private byte[] bytes;
  private int size;
  private final long most;
  private boolean isOver;

  GrowingBytes(int expected, long most) {
    bytes = new byte[Math.max(64, expected)];
    this.most = most;
  }

  void add(byte b) {
    if (!fits(1)) return;
    bytes[size++] = b;
  }

  void add(byte[] from, int offset, int length) {
    if (!fits(length)) return;
    System.arraycopy(from, offset, bytes, size, length);
    size += length;
  }

  private boolean fits(int more) {
    if (size + (long) more > most) {
      isOver = true;
      return false;
    }
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, (int) Math.min(size * 2L, 1 << 30)));
    }
    return true;
  }

  /** Whether more was appended than may be. */
  boolean isOver() {
    return isOver;
  }

  byte[] array() {
    return bytes;
  }

  int size() {
    return size;
  }
}
