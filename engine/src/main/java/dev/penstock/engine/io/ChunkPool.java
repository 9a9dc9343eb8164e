package dev.penstock.engine.io;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct buffers of one worker for bytes that a socket refused or a handler left; bounded when
 * idle.
 */
final class ChunkPool {
  static final int CHUNK_BYTES = 32 * 1024;
  private static final int MAX_IDLE = 64;

  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
  private int lent;

  ByteBuffer take() {
    lent++;
    ByteBuffer chunk = idle.pollLast();
    if (chunk == null) return ByteBuffer.allocateDirect(CHUNK_BYTES);
    chunk.clear();
    return chunk;
  }

  void give(ByteBuffer chunk) {
    lent--;
    if (idle.size() < MAX_IDLE) idle.addLast(chunk);
  }

  /** Bytes of the chunks that were taken and not given back. */
  long lentBytes() {
    return (long) lent * CHUNK_BYTES;
  }
}
