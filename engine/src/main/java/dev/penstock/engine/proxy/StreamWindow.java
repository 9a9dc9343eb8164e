package dev.penstock.engine.proxy;

import dev.penstock.engine.http.h2.ReceiveWindow;
import dev.penstock.engine.proxy.ConnectionWindow.Updates;

/**
 * How much a peer may send on one stream: more only when what came was taken (requirement P1). What
 * comes while nobody takes it counts as held on the connection.
 */
final class StreamWindow {
  /** It grows up to this with a body that is taken as fast as it comes. */
  private static final int MAX_SIZE = 1 << 20;

  private final ConnectionWindow all;
  private final Updates updates;
  private final int stream;
  private final ReceiveWindow window = new ReceiveWindow();
  private long sinceGrowth;
  private int held;
  private boolean isPaused;

  StreamWindow(ConnectionWindow all, Updates updates, int stream, int size) {
    this.all = all;
    this.updates = updates;
    this.stream = stream;
    window.reset(size);
  }

  boolean isPaused() {
    return isPaused;
  }

  /** A DATA frame begins. False when it exceeds the window. */
  boolean take(int length) {
    if (!window.take(length)) return false;
    if (isPaused) {
      held += length;
      all.hold(length);
    }
    return true;
  }

  void pause() {
    if (isPaused) return;
    isPaused = true;
    sinceGrowth = 0;
    held = window.size() - window.left();
    all.hold(held);
  }

  /** False when it was not paused. */
  boolean resume() {
    if (!isPaused) return false;
    isPaused = false;
    release();
    return true;
  }

  /** What is held has been taken, or dropped with its stream. */
  void release() {
    int before = held;
    held = 0;
    if (before > 0) all.hold(-before);
  }

  /** Lets the peer send as much as it has sent. */
  void credit() {
    sinceGrowth += window.size() - window.left();
    if (sinceGrowth > 4L * window.size()) {
      sinceGrowth = 0;
      window.grow(Math.min(MAX_SIZE, 2 * window.size()));
    }
    int more = window.credit(0);
    if (more > 0) updates.windowUpdate(stream, more);
  }
}
