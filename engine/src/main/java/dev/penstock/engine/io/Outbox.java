package dev.penstock.engine.io;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where a worker's writes come together: one direct buffer, lent to one connection at a time, so
 * that a head and its body leave in one system call. Flushed when another connection writes, when
 * it is full, and after each event.
 */
final class Outbox {
  private static final int BYTES = 64 * 1024;

  /** Direct parts of this size and more are sent from where they are, behind what is gathered. */
  private static final int COPY_LIMIT = 16 * 1024;

  private final ByteBuffer gathered = ByteBuffer.allocateDirect(BYTES);
  private final ByteBuffer[] pair = new ByteBuffer[2];
  private @Nullable SocketConnection owner;

  void write(SocketConnection connection, ByteBuffer bytes) {
    lendTo(connection);
    int length = bytes.remaining();
    if (length >= COPY_LIMIT && bytes.isDirect()) {
      sendWith(connection, bytes);
      return;
    }
    while (length > gathered.remaining()) {
      int end = bytes.limit();
      bytes.limit(bytes.position() + gathered.remaining());
      gathered.put(bytes);
      bytes.limit(end);
      length = bytes.remaining();
      flush();
      if (connection.mustQueue()) {
        connection.enqueue(bytes);
        return;
      }
      lendTo(connection);
    }
    gathered.put(bytes);
  }

  void write(SocketConnection connection, byte[] bytes, int offset, int length) {
    lendTo(connection);
    if (length > gathered.remaining()) {
      write(connection, ByteBuffer.wrap(bytes, offset, length));
    } else {
      gathered.put(bytes, offset, length);
    }
  }

  /** Sends what is gathered; what the socket refuses goes into the connection's queue. */
  void flush() {
    SocketConnection connection = owner;
    if (connection == null) return;
    owner = null;
    gathered.flip();
    connection.send(gathered);
    gathered.clear();
  }

  /** Sends what {@code connection} has gathered here, if anything. */
  void flush(SocketConnection connection) {
    if (owner == connection) flush();
  }

  /** Drops what {@code connection} has gathered here. */
  void drop(SocketConnection connection) {
    if (owner != connection) return;
    owner = null;
    gathered.clear();
  }

  private void lendTo(SocketConnection connection) {
    if (owner == connection) return;
    flush();
    owner = connection;
  }

  private void sendWith(SocketConnection connection, ByteBuffer bytes) {
    owner = null;
    gathered.flip();
    if (gathered.hasRemaining()) {
      pair[0] = gathered;
      pair[1] = bytes;
      connection.send(pair);
    } else {
      connection.send(bytes);
    }
    gathered.clear();
  }
}
