package dev.penstock.plugins.compression;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that come out of a coder: one scratch for all coders of a worker. */
final class Output {
  private static final int KEPT = 256 * 1024;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private byte[] bytes = new byte[16 * 1024];
  private int size;

  void clear() {
    if (bytes.length > KEPT) bytes = new byte[KEPT];
    size = 0;
  }

  int size() {
    return size;
  }

  byte[] array() {
    return bytes;
  }

  /** How many bytes fit behind what is there, after making place for at least {@code least}. */
  int room(int least) {
    if (bytes.length - size < least) {
      bytes = Arrays.copyOf(bytes, Math.max(size + least, Math.min(bytes.length * 2, 1 << 30)));
    }
    return bytes.length - size;
  }

  /** So many bytes were written behind those that are there. */
  void added(int count) {
    size += count;
  }

  void add(int b) {
    room(1);
    bytes[size++] = (byte) b;
  }

  /** Four bytes, the lowest first. */
  void addInt(int value) {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) add(value >>> shift);
  }

  void add(ByteBuffer from) {
    int count = from.remaining();
    room(count);
    from.get(bytes, size, count);
    size += count;
  }

  /** A copy of what is there. */
  ByteBuffer taken() {
    return size == 0 ? NOTHING : ByteBuffer.wrap(Arrays.copyOf(bytes, size));
  }
}
