package dev.penstock.engine.io;

import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.ConnectionHandler;
import dev.penstock.engine.wire.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Makes TCP connections on one worker's own selector. */
final class SocketTransport implements Transport {
  private final Worker worker;

  SocketTransport(Worker worker) {
    this.worker = worker;
  }

  @Override
  public Runnable connect(InetSocketAddress address, long timeoutNs, ConnectCallback callback) {
    Connecting connecting = new Connecting(address, callback);
    connecting.begin(timeoutNs);
    return connecting::cancel;
  }

  private final class Connecting extends TimerWheel.Timer implements Ready {
    private final InetSocketAddress address;
    private final ConnectCallback callback;
    private @Nullable SocketChannel channel;
    private boolean over;

    Connecting(InetSocketAddress address, ConnectCallback callback) {
      this.address = address;
      this.callback = callback;
    }

    void begin(long timeoutNs) {
      try {
        SocketChannel opened = SocketChannel.open();
        channel = opened;
        opened.configureBlocking(false);
        boolean connected = opened.connect(address);
        worker.timers().schedule(this, worker.clock().nanoTime() + timeoutNs);
        worker.register(opened, connected ? 0 : SelectionKey.OP_CONNECT, this);
        if (connected) worker.afterwards(this::finish);
      } catch (IOException e) {
        worker.afterwards(() -> fail(e));
      } catch (RuntimeException e) { // an unresolved or unsupported address
        worker.afterwards(
            () -> fail(new IOException("cannot connect to " + address + ": " + e, e)));
      }
    }

    @Override
    public void onReady(int ops) {
      finish();
    }

    private void finish() {
      SocketChannel opened = channel;
      if (over || opened == null) return;
      try {
        if (!opened.finishConnect()) return;
        worker.timers().cancel(this);
        SocketConnection connection = new SocketConnection(worker, opened, Unclaimed.INSTANCE);
        over = true;
        callback.onConnected(connection);
      } catch (IOException e) {
        fail(e);
      }
    }

    @Override
    protected void onTimer() {
      fail(new SocketTimeoutException("no connection to " + address + " in time"));
    }

    private void fail(IOException cause) {
      if (over) return;
      cancel();
      callback.onConnectFailed(cause);
    }

    void cancel() {
      if (over) return;
      over = true;
      worker.timers().cancel(this);
      try {
        if (channel != null) channel.close();
      } catch (IOException e) {
        // It was never connected: there is nothing to lose.
      }
    }
  }

  /** Hears the events of a connection that has not been given its handler yet. */
  private enum Unclaimed implements ConnectionHandler {
    INSTANCE;

    @Override
    public void onBytes(ByteBuffer in) {}

    @Override
    public void onEof() {}

    @Override
    public void onWritable() {}

    @Override
    public void onClosed(@Nullable IOException cause) {}
  }
}
