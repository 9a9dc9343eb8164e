package dev.penstock.engine.wire;

import java.io.IOException;
import java.net.InetSocketAddress;

/** How a worker makes connections. Implemented by the I/O layer, and by tests without sockets. */
public interface Transport {
  /**
   * Connects to {@code address}; one method of {@code callback} is called later, never during this
   * call.
   *
   * @param timeoutNs until the connection is usable
   * @return cancels the attempt; neither method is called afterwards
   */
  Runnable connect(InetSocketAddress address, long timeoutNs, ConnectCallback callback);

  /** The outcome of {@link #connect}, on the worker's thread. */
  interface ConnectCallback {
    void onConnected(Connection connection);

    /** {@link java.net.SocketTimeoutException} when time ran out. */
    void onConnectFailed(IOException cause);
  }
}
