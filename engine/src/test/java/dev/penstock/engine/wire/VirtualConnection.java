package dev.penstock.engine.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection in memory. The test is the peer: it {@link #sends} and {@link #ends}, and what the
 * gateway does is noted as it happens, bytes with {@code |} for the end of a line.
 */
final class VirtualConnection implements Connection {
  private static final int HIGH = 64 * 1024;
  private static final int LOW = 16 * 1024;

  private final VirtualWorker worker;
  private final String name;
  private final InetSocketAddress remote;
  private final Consumer<String> happened;
  private final StringBuilder gathered = new StringBuilder();
  private final StringBuilder received = new StringBuilder();
  private @Nullable ConnectionHandler handler;
  private ByteBuffer left = ByteBuffer.allocate(0);
  private boolean isNoting;
  private boolean isPaused;
  private boolean isEnding;
  private boolean isClosed;
  private boolean reads = true;
  private boolean wasFull;
  private int pending;
  private int mostPending;
  private long lastActivityNs;
  private long read;
  private long written;

  VirtualConnection(
      VirtualWorker worker, String name, InetSocketAddress remote, Consumer<String> happened) {
    this.worker = worker;
    this.name = name;
    this.remote = remote;
    this.happened = happened;
    this.lastActivityNs = worker.clock().nanoTime();
  }

  // ---- what the peer does

  VirtualConnection sends(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    read += bytes.length;
    lastActivityNs = worker.clock().nanoTime();
    ByteBuffer all = ByteBuffer.allocate(left.remaining() + bytes.length);
    left = all.put(left).put(bytes).flip();
    showLeft();
    worker.settle();
    return this;
  }

  /** Byte by byte. */
  VirtualConnection trickles(String text) {
    for (int i = 0; i < text.length(); i++) sends(text.substring(i, i + 1));
    return this;
  }

  /** The peer ends its direction in good order. */
  void ends() {
    isEnding = true;
    showEnd();
    worker.settle();
  }

  /** The peer breaks the connection. */
  void resets() {
    closed(VirtualWorker.reset());
    worker.settle();
  }

  /** From now on what is sent to the peer is not taken. */
  void stopsReading() {
    reads = false;
  }

  /** Takes that many bytes more of what waits. */
  void takes(int bytes) {
    pending = Math.max(0, pending - bytes);
    lastActivityNs = worker.clock().nanoTime();
    if (wasFull && pending < LOW && !isClosed) {
      wasFull = false;
      ConnectionHandler told = handler;
      if (told != null) told.onWritable();
    }
    worker.settle();
  }

  boolean isReading() {
    return !isPaused && !isClosed;
  }

  int mostPending() {
    return mostPending;
  }

  /** All that ever came. */
  String received() {
    return received.toString();
  }

  // ---- what the gateway does

  private void showLeft() {
    ConnectionHandler shown = null;
    while (left.hasRemaining() && !isPaused && !isClosed && handler != shown) {
      shown = handler;
      if (shown != null) shown.onBytes(left);
    }
    showEnd();
  }

  private void showEnd() {
    ConnectionHandler told = handler;
    if (!isEnding || isClosed || isPaused || left.hasRemaining() || told == null) return;
    isEnding = false;
    told.onEof();
  }

  @Override
  public void handler(ConnectionHandler now) {
    handler = now;
    if (left.hasRemaining()) worker.execute(this::showLeft);
  }

  @Override
  public void write(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    write(copy, 0, copy.length);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (isClosed) return;
    String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    gathered.append(text);
    received.append(text);
    written += length;
    if (reads) {
      lastActivityNs = worker.clock().nanoTime();
    } else {
      pending += length;
      mostPending = Math.max(mostPending, pending);
      if (pending > HIGH) wasFull = true;
    }
    if (isNoting) return;
    isNoting = true;
    worker.execute(this::note);
  }

  private void note() {
    isNoting = false;
    if (gathered.isEmpty()) return;
    happened.accept(name + " gets " + gathered.toString().replace("\r\n", "|"));
    gathered.setLength(0);
  }

  private void closed(@Nullable IOException cause) {
    if (isClosed) return;
    isClosed = true;
    ConnectionHandler told = handler;
    worker.execute(() -> {
      if (told != null) told.onClosed(cause);
    });
  }

  private void close(String how) {
    if (isClosed) return;
    note();
    happened.accept(name + " is " + how);
    closed(null);
  }

  @Override
  public int pendingBytes() {
    return pending;
  }

  @Override
  public boolean isWritable() {
    return !wasFull;
  }

  @Override
  public void pauseReading() {
    isPaused = true;
  }

  @Override
  public void resumeReading() {
    isPaused = false;
    worker.execute(this::showLeft);
  }

  @Override
  public void shutdownOutput() {
    note();
    happened.accept(name + " is half-closed");
  }

  @Override
  public void closeAfterWrite() {
    close("closed");
  }

  @Override
  public void closeLingering() {
    close("closed");
  }

  @Override
  public void close(boolean reset) {
    close(reset ? "reset" : "closed");
  }

  @Override
  public boolean isOpen() {
    return !isClosed;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public InetSocketAddress local() {
    return new InetSocketAddress("192.0.2.1", 80);
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public long lastActivityNs() {
    return lastActivityNs;
  }

  @Override
  public long bytesRead() {
    return read;
  }

  @Override
  public long bytesWritten() {
    return written;
  }
}
