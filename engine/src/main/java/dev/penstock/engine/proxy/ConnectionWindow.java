package dev.penstock.engine.proxy;

import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.http.h2.ReceiveWindow;

/**
 * How much a peer may send on all streams of a connection together (RFC 9113 §5.2): as much as it
 * has sent, unless too much of that has come and is not taken.
 */
final class ConnectionWindow {
  private static final int SIZE = 1 << 20;

  /** Bodies that nobody takes may hold so much; beyond, all streams of the connection wait. */
  private static final int MAX_HELD = 4 << 20;

  private final ReceiveWindow window = new ReceiveWindow();
  private final Updates updates;
  private int held;

  /** Tells the peer by how much it may send more. */
  interface Updates {
    /** WINDOW_UPDATE; stream 0 is the connection. */
    void windowUpdate(int stream, int increment);
  }

  ConnectionWindow(Updates updates) {
    this.updates = updates;
    window.reset(Frames.DEFAULT_WINDOW);
    window.grow(SIZE);
  }

  /** Data of any stream came. False when it exceeds the window. */
  boolean take(int length) {
    return window.take(length);
  }

  /** Lets the peer send as much as it has sent. */
  void credit() {
    if (held > MAX_HELD) return;
    int more = window.credit(0);
    if (more > 0) updates.windowUpdate(0, more);
  }

  /** So much more, or less, has come and was not taken. */
  void hold(int bytes) {
    held += bytes;
    if (bytes < 0) credit();
  }

  /** For a stream of the connection that begins with a window of {@code size} bytes. */
  StreamWindow stream(int stream, int size) {
    return new StreamWindow(this, updates, stream, size);
  }
}
