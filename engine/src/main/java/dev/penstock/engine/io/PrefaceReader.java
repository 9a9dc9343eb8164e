package dev.penstock.engine.io;

import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import dev.penstock.engine.wire.WorkerThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Tells by the first bytes of a plain connection whether its client speaks HTTP/2 with prior
 * knowledge (RFC 9113 §3.3, requirement P10). No request of HTTP/1 begins like its preface: {@code
 * PRI} is reserved.
 */
final class PrefaceReader extends TimerWheel.Timer implements ConnectionHandler {
  /** So many bytes decide: {@code PRI} and a space. */
  private static final int DECISIVE = 4;

  /** Told once, in the middle of an event of the connection, which gets a new handler. */
  interface Choice {
    ConnectionHandler onChosen(boolean isHttp2);
  }

  private final WorkerThread worker;
  private final Connection connection;
  private final Choice choice;
  private final Runnable onGone;
  private int seen;

  PrefaceReader(
      WorkerThread worker, Connection connection, long timeoutNs, Choice choice, Runnable onGone) {
    this.worker = worker;
    this.connection = connection;
    this.choice = choice;
    this.onGone = onGone;
    worker.timers().schedule(this, worker.clock().nanoTime() + timeoutNs);
    connection.handler(this);
  }

  @Override
  public void onBytes(ByteBuffer in) {
    int before = seen;
    for (int i = in.position(); i < in.limit() && seen < DECISIVE; i++) {
      if (in.get(i) != Frames.preface(seen)) {
        choose(false, before);
        return;
      }
      seen++;
    }
    if (seen == DECISIVE) choose(true, before);
    else in.position(in.limit());
  }

  /** Whoever is chosen is shown the bytes that were taken before, and then the rest. */
  private void choose(boolean isHttp2, int taken) {
    worker.timers().cancel(this);
    ConnectionHandler chosen = choice.onChosen(isHttp2);
    ByteBuffer before = ByteBuffer.allocate(taken);
    while (before.hasRemaining()) before.put(Frames.preface(before.position()));
    if (taken > 0) chosen.onBytes(before.flip());
  }

  @Override
  public void onEof() {
    connection.closeAfterWrite();
  }

  @Override
  public void onWritable() {}

  @Override
  public void onClosed(@Nullable IOException cause) {
    worker.timers().cancel(this);
    onGone.run();
  }

  @Override
  protected void onTimer() {
    connection.closeAfterWrite();
  }
}
