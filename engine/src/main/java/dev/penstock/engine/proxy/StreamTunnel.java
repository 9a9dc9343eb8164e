package dev.penstock.engine.proxy;

import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A stream as a connection: what an extended CONNECT becomes once the endpoint has agreed (RFC
 * 8441, requirement E10). Ends of either direction are ends of the stream.
 */
final class StreamTunnel implements Connection {
  private final Http2Stream stream;
  private final Connection carrier;
  private final HeldBody early;
  private ConnectionHandler handler;
  private boolean isOpen = true;
  private boolean hasEnded;
  private long lastActivityNs;
  private long bytesRead;
  private long bytesWritten;

  /**
   * @param early what came before the tunnel stood
   */
  StreamTunnel(Http2Stream stream, Connection carrier, HeldBody early, ConnectionHandler handler) {
    this.stream = stream;
    this.carrier = carrier;
    this.early = early;
    this.handler = handler;
    this.lastActivityNs = carrier.lastActivityNs();
  }

  // ---- from the stream

  void onData(ByteBuffer part) {
    lastActivityNs = carrier.lastActivityNs();
    bytesRead += part.remaining();
    if (isOpen) handler.onBytes(part);
    else part.position(part.limit());
  }

  void onEnd() {
    hasEnded = true;
    if (isOpen && early.size() == 0) handler.onEof();
  }

  void onSendable() {
    lastActivityNs = carrier.lastActivityNs();
    if (isOpen) handler.onWritable();
  }

  /** The stream, or the connection under it, is gone. */
  void onGone(IOException cause) {
    if (!isOpen) return;
    isOpen = false;
    handler.onClosed(cause);
  }

  // ---- what the tunnel asks

  @Override
  public void handler(ConnectionHandler now) {
    handler = now;
  }

  @Override
  public void write(ByteBuffer bytes) {
    bytesWritten += bytes.remaining();
    stream.sendBody(bytes);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    write(ByteBuffer.wrap(bytes, offset, length));
  }

  @Override
  public int pendingBytes() {
    return stream.waitingBytes();
  }

  @Override
  public boolean isWritable() {
    return stream.isWritable();
  }

  @Override
  public void pauseReading() {
    stream.pauseRequest();
  }

  @Override
  public void resumeReading() {
    if (early.size() > 0) {
      ByteBuffer held = ByteBuffer.allocate(early.size()).put(early.view()).flip();
      early.clear();
      onData(held);
      if (hasEnded && isOpen) handler.onEof();
    }
    stream.resumeRequest();
  }

  @Override
  public void shutdownOutput() {
    stream.sendEnd(null);
  }

  @Override
  public void closeAfterWrite() {
    isOpen = false;
    stream.sendEnd(null);
  }

  @Override
  public void closeLingering() {
    closeAfterWrite();
  }

  @Override
  public void close(boolean reset) {
    isOpen = false;
    if (reset) stream.abort();
    else stream.sendEnd(null);
  }

  @Override
  public boolean isOpen() {
    return isOpen;
  }

  @Override
  public InetSocketAddress remote() {
    return carrier.remote();
  }

  @Override
  public InetSocketAddress local() {
    return carrier.local();
  }

  @Override
  public boolean isSecure() {
    return carrier.isSecure();
  }

  @Override
  public long lastActivityNs() {
    return lastActivityNs;
  }

  @Override
  public long bytesRead() {
    return bytesRead;
  }

  @Override
  public long bytesWritten() {
    return bytesWritten;
  }

  @Override
  public String toString() {
    return stream + " of " + carrier;
  }
}
