package dev.penstock.engine.wire;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * One socket on one worker: bytes in, bytes out, pause, resume, close.
 *
 * <p>Worker-confined. Writes are gathered and leave together when the current event of this
 * connection's worker has been handled, or earlier when much has come together; what the socket
 * refuses is copied and sent later.
 */
public interface Connection {
  /**
   * Says who is told what happens here from now on. Bytes not yet taken are shown to the new
   * handler.
   */
  void handler(ConnectionHandler handler);

  /**
   * Takes all of {@code bytes} to be sent; the buffer may be reused at once. Ignored after a close.
   */
  void write(ByteBuffer bytes);

  /** As {@link #write(ByteBuffer)}. */
  void write(byte[] bytes, int offset, int length);

  /** Bytes taken but refused by the socket so far. */
  int pendingBytes();

  /** Whether a sender should go on: pending bytes are below the high watermark. */
  boolean isWritable();

  /** Stops reading; the peer is held back by its own socket buffers. */
  void pauseReading();

  /** Reads again, first what the handler left untaken. */
  void resumeReading();

  /** Sends what is pending, then ends our direction only. The peer may go on sending. */
  void shutdownOutput();

  /** Sends what is pending, then closes. The handler hears {@code onClosed}. */
  void closeAfterWrite();

  /**
   * As {@link #closeAfterWrite}, but goes on reading and discarding for a while, so that the peer
   * reads our last answer before a reset can overtake it (RFC 9112 §9.6).
   */
  void closeLingering();

  /**
   * Closes at once; pending bytes are lost. With {@code reset} the peer is told by RST. Idempotent.
   */
  void close(boolean reset);

  boolean isOpen();

  InetSocketAddress remote();

  InetSocketAddress local();

  /** Whether the bytes are carried in TLS between the peer and us. */
  boolean isSecure();

  /** When bytes last arrived or left, on the worker's clock, in nanoseconds. */
  long lastActivityNs();

  long bytesRead();

  long bytesWritten();
}
