package dev.penstock.engine.tls;

import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose bytes travel in TLS records: to its handler it is like a socket, to the socket
 * it is the handler.
 *
 * <pre>
 * HANDSHAKE ─ agreed ─► OPEN ─ close ─► CLOSED
 *     └──── refused, late, gone ────────►
 * </pre>
 *
 * <p>Worker-confined; signatures and key agreements are computed on other threads while reading
 * pauses. A waiting connection holds no buffer but the beginning of a record.
 */
public final class TlsConnection extends TimerWheel.Timer implements Connection, ConnectionHandler {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private enum State {
    HANDSHAKE,
    OPEN,
    CLOSED
  }

  /** Hears how the handshake went; one of its methods is called, once. */
  public interface Handshake {
    /** The connection can be used; it has no handler yet. */
    void onSecure(TlsConnection connection);

    /** The connection is gone, or about to go: {@link SocketTimeoutException} when time ran out. */
    void onHandshakeFailed(IOException cause);
  }

  private final TlsWorker home;
  private final Connection socket;
  private final SSLEngine engine;
  private @Nullable Handshake handshake;
  private @Nullable ConnectionHandler handler;
  private State state = State.HANDSHAKE;

  private final RecordReader records = new RecordReader();

  /** Plaintext that the handler did not take. */
  private @Nullable ByteBuffer left;

  private @Nullable IOException failure;
  private boolean isComputing;
  private boolean isPaused;
  private boolean isShowingLeft;
  private boolean isEnded;
  private boolean isOver;
  private long sentInBurst;
  private long lastSentNs;

  private TlsConnection(TlsWorker home, Connection socket, SSLEngine engine, Handshake handshake) {
    this.home = home;
    this.socket = socket;
    this.engine = engine;
    this.handshake = handshake;
  }

  /**
   * Begins the handshake on {@code socket}, which gives its bytes to the new connection from now
   * on.
   *
   * @param timeoutNs until the connection is usable
   */
  public static TlsConnection begin(
      TlsWorker home, Connection socket, SSLEngine engine, long timeoutNs, Handshake handshake) {
    TlsConnection connection = new TlsConnection(home, socket, engine, handshake);
    home.thread().timers().schedule(connection, home.thread().clock().nanoTime() + timeoutNs);
    try {
      engine.beginHandshake();
      socket.handler(connection);
      connection.progress();
    } catch (SSLException e) {
      connection.fail(e);
    }
    return connection;
  }

  // ---- from the socket

  @Override
  public void onBytes(ByteBuffer in) {
    try {
      while (in.hasRemaining() && mayRead()) {
        if (isEnded) {
          in.position(in.limit());
          return;
        }
        ByteBuffer record = records.next(in, state == State.OPEN);
        if (record != null) unwrap(record);
        else if (records.isStranger()) refuseStranger();
      }
    } catch (SSLException e) {
      in.position(in.limit());
      fail(e);
    }
  }

  private boolean mayRead() {
    return state != State.CLOSED && !isComputing && !isPaused && left == null;
  }

  /** What came is no record. Somebody who speaks HTTP to this port is told so in HTTP. */
  private void refuseStranger() throws SSLException {
    boolean isHttp = state == State.HANDSHAKE && records.looksLikeHttp();
    if (!isHttp) throw new SSLException("what came is not TLS");
    byte[] answer = Records.PLAIN_ANSWER.getBytes(StandardCharsets.ISO_8859_1);
    socket.write(answer, 0, answer.length);
    failure = new SSLException("a request in plain HTTP");
    end();
    socket.closeLingering();
  }

  private void unwrap(ByteBuffer record) throws SSLException {
    ByteBuffer plain = home.plain();
    plain.clear();
    SSLEngineResult result = engine.unwrap(record, plain);
    plain.flip();
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) isEnded = true;
    if (state == State.HANDSHAKE || result.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING)
      progress();
    if (plain.hasRemaining() && state == State.OPEN) show(plain);
    ConnectionHandler told = handler;
    if (isEnded && state == State.OPEN && told != null) told.onEof();
  }

  private void show(ByteBuffer plain) {
    ConnectionHandler shown;
    do {
      shown = handler;
      if (shown == null) break;
      shown.onBytes(plain);
    } while (shown != handler && plain.hasRemaining() && state == State.OPEN);
    if (!plain.hasRemaining() || state != State.OPEN || plain == left) return;
    left = ByteBuffer.allocate(plain.remaining()).put(plain).flip();
    socket.pauseReading();
  }

  @Override
  public void onEof() {
    ConnectionHandler told = handler;
    if (state == State.HANDSHAKE) {
      fail(new EOFException("the peer left during the handshake"));
    } else if (state == State.OPEN && !isEnded && told != null) {
      isEnded = true;
      // Without close_notify the end may have been made by somebody on the way (T11).
      if (engine.getUseClientMode()) {
        failure = new EOFException("the connection ended without close_notify");
        close(true);
      } else {
        told.onEof();
      }
    }
  }

  @Override
  public void onWritable() {
    ConnectionHandler told = handler;
    if (told != null && state == State.OPEN) told.onWritable();
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    end();
    if (isOver) return;
    isOver = true;
    left = null;
    IOException known = failure != null ? failure : cause;
    Handshake waiting = handshake;
    handshake = null;
    ConnectionHandler told = handler;
    if (waiting != null)
      waiting.onHandshakeFailed(
          known == null ? new EOFException("the peer left during the handshake") : known);
    else if (told != null) told.onClosed(known);
  }

  // ---- the handshake

  /** Does what the engine asks for until it waits for the peer or for other threads. */
  private void progress() throws SSLException {
    while (state != State.CLOSED && !isComputing) {
      HandshakeStatus status = engine.getHandshakeStatus();
      // A handshake within TLS 1.2 is a renegotiation, which nobody needs and attacks use.
      if (state == State.OPEN
          && status != HandshakeStatus.NOT_HANDSHAKING
          && !isEnded
          && "TLSv1.2".equals(engine.getSession().getProtocol()))
        throw new SSLException("the peer asks for a renegotiation");
      switch (status) {
        case NEED_WRAP -> {
          if (!wrap(NOTHING)) return;
        }
        case NEED_TASK -> compute();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          return;
        }
        case FINISHED, NOT_HANDSHAKING -> {
          if (state == State.HANDSHAKE) onAgreed();
          return;
        }
      }
    }
  }

  private void compute() {
    List<Runnable> tasks = new ArrayList<>(2);
    Runnable task;
    while ((task = engine.getDelegatedTask()) != null) tasks.add(task);
    isComputing = true;
    try {
      home.compute(
          () -> {
            for (Runnable each : tasks) each.run();
          },
          this::onComputed);
    } catch (RejectedExecutionException e) {
      fail(new IOException("too many handshakes at once", e));
    }
  }

  private void onComputed() {
    isComputing = false;
    if (state == State.CLOSED) return;
    try {
      progress();
      if (state != State.CLOSED && mayRead()) socket.resumeReading();
    } catch (SSLException e) {
      fail(e);
    }
  }

  private void onAgreed() {
    state = State.OPEN;
    home.thread().timers().cancel(this);
    Handshake waiting = handshake;
    handshake = null;
    if (waiting != null) waiting.onSecure(this);
  }

  @Override
  protected void onTimer() {
    fail(new SocketTimeoutException("the handshake was not complete in time"));
  }

  /** Tells the peer by an alert, where there is one, and ends the connection. */
  private void fail(IOException cause) {
    if (state == State.CLOSED) return;
    failure = cause;
    try {
      if (cause instanceof SSLException) {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && wrap(NOTHING)) {
          // An alert is one record as a rule.
        }
      }
    } catch (SSLException e) {
      // It is what we are about to tell.
    }
    end();
    if (cause instanceof SSLException) socket.closeLingering();
    else socket.close(false);
  }

  private void end() {
    if (state == State.CLOSED) return;
    state = State.CLOSED;
    records.clear();
    home.thread().timers().cancel(this);
    home.drop(this);
  }

  // ---- to the socket

  @Override
  public void handler(ConnectionHandler now) {
    handler = now;
    if (left != null) showLeftSoon();
  }

  @Override
  public void write(ByteBuffer bytes) {
    if (state == State.OPEN) home.write(this, bytes);
    else bytes.position(bytes.limit());
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    write(ByteBuffer.wrap(bytes, offset, length));
  }

  /**
   * Sends {@code plain} in records: small ones first, so that the peer can begin to read early,
   * then full ones.
   */
  void seal(ByteBuffer plain) {
    long nowNs = home.thread().clock().nanoTime();
    if (nowNs - lastSentNs > Records.BURST_GAP_NS) sentInBurst = 0;
    lastSentNs = nowNs;
    int end = plain.limit();
    try {
      while (plain.position() < end && state == State.OPEN) {
        int most = sentInBurst < Records.EARLY_BURST ? Records.EARLY_PLAIN : Records.MAX_PLAIN;
        int n = Math.min(most, end - plain.position());
        plain.limit(plain.position() + n);
        if (!wrap(plain)) break;
        sentInBurst += n;
      }
      plain.limit(end).position(end);
    } catch (SSLException e) {
      plain.limit(end).position(end);
      fail(e);
    }
  }

  /**
   * One record.
   *
   * @return false when the engine has ended our direction
   */
  private boolean wrap(ByteBuffer plain) throws SSLException {
    ByteBuffer sealed = home.sealed();
    sealed.clear();
    SSLEngineResult result = engine.wrap(plain, sealed);
    if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW)
      throw new SSLException("a record is larger than the engine said");
    sealed.flip();
    if (sealed.hasRemaining()) socket.write(sealed);
    return result.getStatus() == SSLEngineResult.Status.OK;
  }

  @Override
  public int pendingBytes() {
    return socket.pendingBytes();
  }

  @Override
  public boolean isWritable() {
    return socket.isWritable();
  }

  @Override
  public void pauseReading() {
    isPaused = true;
    socket.pauseReading();
  }

  @Override
  public void resumeReading() {
    isPaused = false;
    if (left != null) showLeftSoon();
    else if (!isComputing) socket.resumeReading();
  }

  private void showLeftSoon() {
    if (isShowingLeft || isPaused) return;
    isShowingLeft = true;
    home.thread().afterwards(this::showLeft);
  }

  private void showLeft() {
    isShowingLeft = false;
    ByteBuffer kept = left;
    if (kept == null || isPaused || state != State.OPEN) return;
    show(kept);
    if (state != State.OPEN || kept.hasRemaining()) return; // it asks again
    left = null;
    if (!isPaused) socket.resumeReading();
  }

  // ---- closing

  @Override
  public void shutdownOutput() {
    if (state != State.OPEN) return;
    sayGoodbye();
    socket.shutdownOutput();
  }

  @Override
  public void closeAfterWrite() {
    if (state != State.OPEN) return;
    sayGoodbye();
    end();
    socket.closeAfterWrite();
  }

  @Override
  public void closeLingering() {
    if (state != State.OPEN) return;
    sayGoodbye();
    end();
    socket.closeLingering();
  }

  @Override
  public void close(boolean reset) {
    if (state == State.OPEN && !reset) sayGoodbye();
    end();
    socket.close(reset);
  }

  /** Sends what is gathered, and close_notify behind it (RFC 8446 §6.1). */
  private void sayGoodbye() {
    home.flush(this);
    engine.closeOutbound();
    try {
      while (!engine.isOutboundDone() && wrap(NOTHING)) {
        // TLS 1.2 may owe more than one record.
      }
    } catch (SSLException e) {
      // The peer will see an end without it.
    }
  }

  @Override
  public boolean isOpen() {
    return state != State.CLOSED && socket.isOpen();
  }

  @Override
  public InetSocketAddress remote() {
    return socket.remote();
  }

  @Override
  public InetSocketAddress local() {
    return socket.local();
  }

  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public long lastActivityNs() {
    return socket.lastActivityNs();
  }

  @Override
  public long bytesRead() {
    return socket.bytesRead();
  }

  @Override
  public long bytesWritten() {
    return socket.bytesWritten();
  }

  /** The protocol that was agreed on inside, such as {@code h2}; empty for none (RFC 7301). */
  public String protocol() {
    return engine.getApplicationProtocol();
  }

  /** What was agreed on. */
  public SSLSession session() {
    return engine.getSession();
  }

  @Override
  public String toString() {
    return socket + " " + state + " " + engine.getSession().getProtocol();
  }
}
