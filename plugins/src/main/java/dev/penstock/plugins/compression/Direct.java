package dev.penstock.plugins.compression;

import java.nio.ByteBuffer;

/** Direct memory that native coders of one worker read from and write to, one call at a time. */
final class Direct {
  static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);
  private static final int SIZE = 64 * 1024;

  private final ByteBuffer in = ByteBuffer.allocateDirect(SIZE);
  private final ByteBuffer out = ByteBuffer.allocateDirect(SIZE);

  /** The next bytes of {@code source}, which are taken from it, in direct memory. */
  ByteBuffer of(ByteBuffer source) {
    int n = Math.min(source.remaining(), SIZE);
    in.clear().put(source.slice(source.position(), n)).flip();
    source.position(source.position() + n);
    return in;
  }

  /** Room to write to. */
  ByteBuffer scratch() {
    return out.clear();
  }
}
