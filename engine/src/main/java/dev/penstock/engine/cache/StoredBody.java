package dev.penstock.engine.cache;

import java.nio.ByteBuffer;

/**
 * The bytes of a stored body, never changed any more. Large ones lie outside of the Java heap, so
 * that a socket can take them from where they are.
 */
public final class StoredBody {
  static final StoredBody EMPTY = new StoredBody(ByteBuffer.allocate(0));

  private final ByteBuffer bytes;

  StoredBody(ByteBuffer bytes) {
    this.bytes = bytes.asReadOnlyBuffer();
  }

  public int length() {
    return bytes.limit();
  }

  /** The bytes from {@code from} up to {@code to}; a view with a position of its own. */
  public ByteBuffer slice(int from, int to) {
    return bytes.slice(from, to - from);
  }
}
