package dev.penstock.engine.http.h2;

import java.util.Arrays;

/** A growing array that frames are written into, one behind the other until {@link #clear}. */
final class Output {
  private static final int KEPT_BYTES = 65536;

  byte[] bytes = new byte[1024];
  int length;

  void clear() {
    length = 0;
    if (bytes.length > KEPT_BYTES) bytes = new byte[1024];
  }

  void reserve(int more) {
    if (length + more > bytes.length)
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
  }

  void put(int b) {
    reserve(1);
    bytes[length++] = (byte) b;
  }

  void put(byte[] more, int at, int count) {
    reserve(count);
    System.arraycopy(more, at, bytes, length, count);
    length += count;
  }

  /** Without a check: there is room. */
  void putInt(int value) {
    putInt(length, value);
    length += 4;
  }

  void putInt(int at, int value) {
    bytes[at] = (byte) (value >>> 24);
    bytes[at + 1] = (byte) (value >>> 16);
    bytes[at + 2] = (byte) (value >>> 8);
    bytes[at + 3] = (byte) value;
  }
}
