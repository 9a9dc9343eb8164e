package dev.penstock.engine.wire;

import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.upstream.TestLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker without thread and sockets: time stands still until a test moves it, and a connect waits
 * until a test lets it succeed or fail.
 */
final class VirtualWorker implements WorkerThread, Transport {
  private final TestLoop time;
  private final Consumer<String> happened;
  private final TimerWheel timers;
  private final Queue<Runnable> mailbox = new ArrayDeque<>();
  private final Map<Integer, Connect> connects = new LinkedHashMap<>();
  private int connectNumbers;

  private record Connect(InetSocketAddress address, ConnectCallback callback) {}

  VirtualWorker(TestLoop time, Consumer<String> happened) {
    this.time = time;
    this.happened = happened;
    this.timers = new TimerWheel(1_000_000, time.nanoTime());
  }

  /** Runs what was put off, until nothing is left. */
  void settle() {
    time.run();
    for (Runnable next; (next = mailbox.poll()) != null; ) next.run();
  }

  /** Time passes in steps of a millisecond. */
  void advance(Duration by) {
    for (long ms = by.toMillis(); ms > 0; ms--) {
      time.advance(Duration.ofMillis(1));
      timers.advance(time.nanoTime());
      settle();
    }
  }

  /** The oldest connect to {@code address} that waits succeeds. */
  VirtualConnection accept(String address) {
    Connect connect = take(address);
    VirtualConnection made = new VirtualConnection(this, address, connect.address, happened);
    connect.callback.onConnected(made);
    settle();
    return made;
  }

  /** The oldest connect to {@code address} that waits is refused. */
  void refuse(String address) {
    take(address).callback.onConnectFailed(new java.net.ConnectException("Connection refused"));
    settle();
  }

  /** Whom the oldest connect that waits is for; null when none waits. */
  @Nullable String waiting() {
    for (Connect each : connects.values()) return name(each.address);
    return null;
  }

  private Connect take(String address) {
    for (Map.Entry<Integer, Connect> each : connects.entrySet()) {
      if (!name(each.getValue().address).equals(address)) continue;
      connects.remove(each.getKey());
      return each.getValue();
    }
    throw new AssertionError("nobody connects to " + address + "; waiting: " + connects.values());
  }

  static String name(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  @Override
  public Runnable connect(InetSocketAddress address, long timeoutNs, ConnectCallback callback) {
    int number = ++connectNumbers;
    connects.put(number, new Connect(address, callback));
    happened.accept("connect " + name(address));
    TimerWheel.Timer limit =
        new TimerWheel.Timer() {
          @Override
          protected void onTimer() {
            if (connects.remove(number) != null)
              callback.onConnectFailed(new java.net.SocketTimeoutException("connect timed out"));
          }
        };
    timers.schedule(limit, time.nanoTime() + timeoutNs);
    return () -> connects.remove(number);
  }

  @Override
  public int index() {
    return 0;
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

  /** What a broken connection says. */
  static IOException reset() {
    return new IOException("Connection reset by peer");
  }
}
