package dev.penstock.engine.io;

import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket registered with its worker's selector.
 *
 * <pre>
 * OPEN ──closeAfterWrite──► DRAINING ──sent──► CLOSED
 *   │ └──closeLingering──► DRAINING ──sent, FIN──► LINGERING ──EOF or time──► CLOSED
 *   └──close, failure──────────────────────────────────────────────────────► CLOSED
 * </pre>
 *
 * <p>Reads go into the worker's one buffer, once per readiness. An idle connection holds no buffer.
 */
final class SocketConnection implements Connection, Ready {
  private static final Logger LOG = LogManager.getLogger(SocketConnection.class);
  private static final int HIGH_WATERMARK = 256 * 1024;
  private static final int LOW_WATERMARK = 64 * 1024;
  private static final long LINGER_NS = 2_000_000_000L;
  private static final int LINGER_BYTES = 4 << 20;

  private enum State {
    OPEN,
    DRAINING,
    LINGERING,
    CLOSED
  }

  private final Worker worker;
  private final SocketChannel channel;
  private final InetSocketAddress remote;
  private final InetSocketAddress local;
  private SelectionKey key;
  private ConnectionHandler handler;
  private State state = State.OPEN;
  private @Nullable WriteQueue queue;
  private @Nullable ByteBuffer left;
  private TimerWheel.@Nullable Timer deadline;
  private boolean wasFull;
  private boolean paused;
  private boolean atEof;
  private boolean showingLeft;
  private boolean finAfterWrite;
  private boolean lingerAfterWrite;
  private long lastActivityNs;
  private long bytesRead;
  private long bytesWritten;
  private int lingered;
  private boolean isNoDelay;

  SocketConnection(Worker worker, SocketChannel channel, ConnectionHandler handler)
      throws IOException {
    this.worker = worker;
    this.channel = channel;
    this.handler = handler;
    this.remote = (InetSocketAddress) channel.getRemoteAddress();
    this.local = (InetSocketAddress) channel.getLocalAddress();
    this.lastActivityNs = worker.clock().nanoTime();
    SelectionKey known = channel.keyFor(worker.selectorForConnections());
    if (known == null) {
      this.key = worker.register(channel, SelectionKey.OP_READ, this);
    } else {
      this.key = known;
      known.attach(this);
      known.interestOps(SelectionKey.OP_READ);
    }
  }

  // ---- events

  @Override
  public void onReady(int ops) {
    try {
      if ((ops & SelectionKey.OP_WRITE) != 0) drainQueue();
      if ((ops & SelectionKey.OP_READ) != 0 && state != State.CLOSED) read();
    } catch (RuntimeException | Error e) {
      LOG.error("serving {} failed; this is a bug, the connection is closed", remote, e);
      closeNow(new IOException(e), true);
      if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) throw fatal;
    }
  }

  private void read() {
    if (paused || left != null) {
      // A spurious event, or one of before the pause took effect.
      updateInterest();
      return;
    }
    ByteBuffer in = worker.readBuffer();
    in.clear();
    int n;
    try {
      n = channel.read(in);
    } catch (IOException e) {
      closeNow(e, false);
      return;
    }
    if (n == 0) return;
    if (n < 0) {
      onEof();
      return;
    }
    lastActivityNs = worker.clock().nanoTime();
    bytesRead += n;
    if (state == State.LINGERING || (state == State.DRAINING && lingerAfterWrite)) {
      lingered += n;
      if (lingered > LINGER_BYTES) closeNow(null, true);
      return;
    }
    in.flip();
    show(in);
    if (in.hasRemaining() && state == State.OPEN) keep(in);
  }

  /**
   * A handler may hand over to another in the middle of what it is shown: that one gets the rest.
   */
  private void show(ByteBuffer in) {
    ConnectionHandler shown;
    do {
      shown = handler;
      shown.onBytes(in);
    } while (shown != handler && in.hasRemaining() && state == State.OPEN);
  }

  private void onEof() {
    atEof = true;
    updateInterest();
    if (state == State.LINGERING) {
      closeNow(null, false);
    } else if (state == State.OPEN) {
      handler.onEof();
    }
  }

  /** Keeps what the handler did not take; reading pauses until it asks again. */
  private void keep(ByteBuffer in) {
    ByteBuffer kept = ByteBuffer.allocate(in.remaining());
    kept.put(in).flip();
    left = kept;
    updateInterest();
  }

  // ---- writing

  @Override
  public void handler(ConnectionHandler handler) {
    this.handler = handler;
    if (left != null) showLeftSoon();
  }

  @Override
  public void write(ByteBuffer bytes) {
    if (state != State.OPEN) {
      bytes.position(bytes.limit());
    } else if (mustQueue()) {
      enqueue(bytes);
    } else {
      worker.outbox().write(this, bytes);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (state != State.OPEN) return;
    if (mustQueue()) {
      enqueue(ByteBuffer.wrap(bytes, offset, length));
    } else {
      worker.outbox().write(this, bytes, offset, length);
    }
  }

  /** Whether bytes must wait behind others that the socket refused. */
  boolean mustQueue() {
    return queue != null || state == State.CLOSED;
  }

  void send(ByteBuffer bytes) {
    if (state == State.CLOSED) return;
    try {
      noDelay();
      wrote(channel.write(bytes));
    } catch (IOException e) {
      failSoon(e);
      return;
    }
    if (bytes.hasRemaining()) enqueue(bytes);
  }

  void send(ByteBuffer[] pair) {
    if (state == State.CLOSED) return;
    try {
      noDelay();
      wrote(channel.write(pair));
    } catch (IOException e) {
      pair[1].position(pair[1].limit());
      failSoon(e);
      return;
    }
    if (pair[0].hasRemaining()) enqueue(pair[0]);
    if (pair[1].hasRemaining()) enqueue(pair[1]);
  }

  /**
   * Nagle's algorithm holds back what follows unacknowledged bytes: a first write is never held
   * back, so a connection that answers once and closes is spared the system call.
   */
  private void noDelay() throws IOException {
    if (isNoDelay || bytesWritten == 0) return;
    isNoDelay = true;
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  private void wrote(long n) {
    if (n <= 0) return;
    bytesWritten += n;
    lastActivityNs = worker.clock().nanoTime();
  }

  /** Copies {@code bytes} behind what waits for the socket. */
  void enqueue(ByteBuffer bytes) {
    if (state == State.CLOSED) {
      bytes.position(bytes.limit());
      return;
    }
    WriteQueue waiting = queue;
    if (waiting == null) queue = waiting = new WriteQueue(worker.chunks());
    waiting.add(bytes);
    if (waiting.size() > HIGH_WATERMARK) wasFull = true;
    updateInterest();
  }

  private void drainQueue() {
    WriteQueue waiting = queue;
    if (waiting == null) {
      updateInterest();
      return;
    }
    try {
      wrote(waiting.sendTo(channel));
    } catch (IOException e) {
      closeNow(e, false);
      return;
    }
    if (waiting.size() == 0) {
      queue = null;
      updateInterest();
      onSent();
    }
    if (wasFull && pendingBytes() < LOW_WATERMARK && state == State.OPEN) {
      wasFull = false;
      handler.onWritable();
    }
  }

  private void onSent() {
    if (state == State.DRAINING) {
      if (lingerAfterWrite) linger();
      else closeNow(null, false);
    } else if (finAfterWrite) {
      sendFin();
    }
  }

  @Override
  public int pendingBytes() {
    WriteQueue waiting = queue;
    return waiting == null ? 0 : waiting.size();
  }

  @Override
  public boolean isWritable() {
    return !wasFull;
  }

  // ---- reading on and off

  @Override
  public void pauseReading() {
    if (paused) return;
    paused = true;
    updateInterest();
  }

  @Override
  public void resumeReading() {
    paused = false;
    if (left != null) showLeftSoon();
    else updateInterest();
  }

  private void showLeftSoon() {
    if (showingLeft || paused) return;
    showingLeft = true;
    worker.afterwards(this::showLeft);
  }

  private void showLeft() {
    showingLeft = false;
    ByteBuffer kept = left;
    if (kept == null || paused || state != State.OPEN) return;
    show(kept);
    if (state != State.OPEN || kept.hasRemaining()) return; // busy with a part of it: it asks again
    left = null;
    updateInterest();
  }

  private void updateInterest() {
    if (!key.isValid()) return;
    int ops = 0;
    if (!paused && left == null && !atEof) ops |= SelectionKey.OP_READ;
    if (queue != null) ops |= SelectionKey.OP_WRITE;
    if (key.interestOps() != ops) key.interestOps(ops);
  }

  // ---- closing

  @Override
  public void shutdownOutput() {
    if (state != State.OPEN || finAfterWrite) return;
    finAfterWrite = true;
    worker.outbox().flush(this);
    if (queue == null) sendFin();
  }

  private void sendFin() {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      failSoon(e);
    }
  }

  @Override
  public void closeAfterWrite() {
    if (state != State.OPEN) return;
    worker.outbox().flush(this);
    if (state != State.OPEN) return;
    if (queue == null) {
      closeNow(null, false);
    } else {
      state = State.DRAINING;
      pauseReading();
      closeIn(LINGER_NS * 15);
    }
  }

  @Override
  public void closeLingering() {
    if (state != State.OPEN) return;
    worker.outbox().flush(this);
    if (state != State.OPEN) return;
    left = null;
    paused = false;
    lingerAfterWrite = true;
    state = State.DRAINING;
    updateInterest();
    if (queue == null) linger();
    else closeIn(LINGER_NS * 15);
  }

  private void linger() {
    if (atEof) {
      closeNow(null, false);
      return;
    }
    state = State.LINGERING;
    try {
      channel.shutdownOutput();
      closeIn(LINGER_NS);
    } catch (IOException e) {
      closeNow(e, false);
    }
  }

  /** Closes when the peer does not let us finish. */
  private void closeIn(long delayNs) {
    TimerWheel.Timer timer = deadline;
    if (timer == null) {
      deadline =
          timer =
              new TimerWheel.Timer() {
                @Override
                protected void onTimer() {
                  closeNow(null, false);
                }
              };
    }
    worker.timers().schedule(timer, worker.clock().nanoTime() + delayNs);
  }

  @Override
  public void close(boolean reset) {
    if (state == State.CLOSED) return;
    if (reset) {
      worker.outbox().drop(this);
    } else {
      worker.outbox().flush(this);
    }
    closeNow(null, reset);
  }

  /** A write failed in the middle of somebody's work: they hear of it when they are done. */
  private void failSoon(IOException cause) {
    closeNow(cause, false);
  }

  /** Whether buffers are lent to it. */
  boolean isHolding() {
    return queue != null;
  }

  /** It holds too much of what all share: its buffers are free when this returns. */
  void evict() {
    closeNow(new IOException("the peer reads too slowly for the memory there is"), true);
  }

  private void closeNow(@Nullable IOException cause, boolean reset) {
    if (state == State.CLOSED) return;
    state = State.CLOSED;
    if (deadline != null) worker.timers().cancel(deadline);
    worker.outbox().drop(this);
    left = null;
    WriteQueue waiting = queue;
    queue = null;
    if (waiting != null) waiting.release();
    try {
      if (reset) channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing {} failed", remote, e);
    }
    worker.afterwards(() -> handler.onClosed(cause));
  }

  @Override
  public boolean isOpen() {
    return state == State.OPEN;
  }

  @Override
  public InetSocketAddress remote() {
    return remote;
  }

  @Override
  public InetSocketAddress local() {
    return local;
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
    return bytesRead;
  }

  @Override
  public long bytesWritten() {
    return bytesWritten;
  }

  @Override
  public String toString() {
    return remote + " " + state;
  }
}
