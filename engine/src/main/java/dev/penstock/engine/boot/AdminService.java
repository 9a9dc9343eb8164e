package dev.penstock.engine.boot;

import dev.penstock.engine.spi.Extension;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;

/** An extension that serves the admin address, in place of metrics and probes alone. */
public interface AdminService extends Extension {
  /**
   * Serves {@code gateway} until {@link #close}. Called once, after the listeners are open, on a
   * thread of its own: what it takes to start is no part of the gateway's start.
   *
   * @param bound blocking, bound, nobody accepts yet; is closed by this service
   * @throws IOException when it cannot serve; the gateway goes on without
   */
  void serve(Gateway gateway, ServerSocketChannel bound) throws IOException;
}
