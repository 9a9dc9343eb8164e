package dev.penstock.engine.io;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct buffers of one worker for bytes that a socket refused; bounded when idle, and when lent:
 * each connection is bounded by its watermark, but many slow readers could together hold more than
 * there is (L6). Who lends beyond {@link #maxLentBytes} must take some back, see {@link #excess}.
 */
final class ChunkPool {
  static final int CHUNK_BYTES = 32 * 1024;
  private static final int MAX_IDLE = 64;
  private static final long MIN_LENT_BYTES = 4 << 20;

  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
  private long maxLentBytes;
  private int lent;

  /**
   * @param maxLentBytes beyond which connections are to be relieved of theirs; at least 4 MiB
   */
  ChunkPool(long maxLentBytes) {
    limit(maxLentBytes);
  }

  void limit(long bytes) {
    maxLentBytes = Math.max(MIN_LENT_BYTES, bytes);
  }

  long maxLentBytes() {
    return maxLentBytes;
  }

  /** Whether more is lent than may be. */
  boolean isOver() {
    return lentBytes() > maxLentBytes;
  }

  /** Bytes to take back, so that it is not for the next few connections to do it again; or less. */
  long excess() {
    return lentBytes() - maxLentBytes / 8 * 7;
  }

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
