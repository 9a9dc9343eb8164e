package dev.penstock.engine.proxy;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes of a body that wait for an endpoint, or are kept to be sent again. */
final class HeldBody {
  private static final int KEPT_CAPACITY = 16 * 1024;
  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int size;

  int size() {
    return size;
  }

  /** Copies {@code part}; its position moves to its limit. */
  void add(ByteBuffer part) {
    int length = part.remaining();
    reserve(length);
    part.get(bytes, size, length);
    size += length;
  }

  /** Copies {@code part} without moving its position. */
  void addCopy(ByteBuffer part) {
    int length = part.remaining();
    reserve(length);
    part.get(part.position(), bytes, size, length);
    size += length;
  }

  /** The bytes; valid until the next change. */
  ByteBuffer view() {
    return ByteBuffer.wrap(bytes, 0, size);
  }

  void clear() {
    size = 0;
    if (bytes.length > KEPT_CAPACITY) bytes = NONE;
  }

  private void reserve(int length) {
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + length, Math.max(4096, bytes.length * 2)));
    }
  }
}
