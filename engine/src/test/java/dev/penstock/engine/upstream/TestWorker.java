package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.Transport;
import dev.penstock.engine.wire.WorkerThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A worker without a thread: its turns are the test's. Connects are noted and answered by the test.
 */
final class TestWorker implements WorkerThread, FilterScope, Transport {
  final List<Connect> connects = new ArrayList<>();
  private final int index;
  private final TestLoop time;
  private final TimerWheel timers;
  private final Queue<Runnable> mailbox = new ArrayDeque<>();

  TestWorker(int index, TestLoop time) {
    this.index = index;
    this.time = time;
    this.timers = new TimerWheel(1_000_000, time.nanoTime());
  }

  /** One turn: commands, then timers. */
  void turn() {
    for (int i = mailbox.size(); i > 0; i--) mailbox.remove().run();
    timers.advance(time.nanoTime());
  }

  /** Time passes in steps of a millisecond, with a turn each. */
  void advance(Duration by) {
    for (long ms = by.toMillis(); ms > 0; ms--) {
      time.advance(Duration.ofMillis(1));
      turn();
    }
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public NanoClock clock() {
    return time;
  }

  @Override
  public TimerWheel timers() {
    return timers;
  }

  @Override
  public Transport transport() {
    return this;
  }

  @Override
  public void execute(Runnable command) {
    mailbox.add(command);
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public WorkerThread worker() {
    return this;
  }

  @Override
  public Subrequests subrequests() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String route() {
    return "test";
  }

  @Override
  public Runnable connect(InetSocketAddress address, long timeoutNs, ConnectCallback callback) {
    Connect connect = new Connect(address, timeoutNs, callback);
    connects.add(connect);
    return () -> connect.isCancelled = true;
  }

  /** A connect that somebody asked for. */
  static final class Connect {
    final InetSocketAddress address;
    final long timeoutNs;
    private final ConnectCallback callback;
    boolean isCancelled;

    Connect(InetSocketAddress address, long timeoutNs, ConnectCallback callback) {
      this.address = address;
      this.timeoutNs = timeoutNs;
      this.callback = callback;
    }

    void succeed(Connection connection) {
      callback.onConnected(connection);
    }

    void fail(IOException cause) {
      callback.onConnectFailed(cause);
    }
  }
}
