package dev.penstock.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/**
 * Copies of bytes that a socket refused, in chunks lent by its worker, which must be given back by
 * {@link #release} or by sending all of them. Worker-confined.
 */
final class WriteQueue {
  private final ChunkPool lender;
  private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>(4);
  private int bytes;

  WriteQueue(ChunkPool lender) {
    this.lender = lender;
  }

  /** Bytes that wait. */
  int size() {
    return bytes;
  }

  void add(ByteBuffer more) {
    bytes += more.remaining();
    while (more.hasRemaining()) {
      ByteBuffer last = chunks.peekLast();
      if (last == null || last.limit() == last.capacity()) {
        last = lender.take();
        last.limit(0);
        chunks.addLast(last);
      }
      append(last, more);
    }
  }

  /** Chunks are kept ready to be sent: position to limit is content, behind the limit is room. */
  private static void append(ByteBuffer chunk, ByteBuffer more) {
    int start = chunk.position();
    int at = chunk.limit();
    int n = Math.min(more.remaining(), chunk.capacity() - at);
    chunk.limit(at + n);
    chunk.put(at, more, more.position(), n);
    more.position(more.position() + n);
    chunk.position(start);
  }

  /**
   * Sends until the socket refuses more.
   *
   * @return how many bytes it took
   */
  int sendTo(SocketChannel channel) throws IOException {
    int sent = 0;
    ByteBuffer first;
    while ((first = chunks.peekFirst()) != null) {
      int n = channel.write(first);
      bytes -= n;
      sent += n;
      if (first.hasRemaining()) break;
      chunks.removeFirst();
      lender.give(first);
    }
    return sent;
  }

  /** Forgets what waits. */
  void release() {
    for (ByteBuffer chunk : chunks) lender.give(chunk);
    chunks.clear();
    bytes = 0;
  }
}
