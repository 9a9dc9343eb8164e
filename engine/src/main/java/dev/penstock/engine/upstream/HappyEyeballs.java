package dev.penstock.engine.upstream;

import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.Transport;
import dev.penstock.engine.wire.WorkerThread;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of several addresses that answers: the next one is tried after 250 ms or at
 * once when the one before fails, and whoever is first wins (RFC 8305 §5, U19). With one address it
 * is just a connect.
 *
 * <p>Worker-confined.
 */
public final class HappyEyeballs {
  private static final long STAGGER_NS = 250_000_000L;

  private final Transport transport;
  private final TimerWheel timers;
  private final NanoClock clock;
  private final List<InetSocketAddress> addresses;
  private final long deadlineNs;
  private final Transport.ConnectCallback callback;
  private final @Nullable Runnable[] attempts;
  private final TimerWheel.Timer stagger =
      new TimerWheel.Timer() {
        @Override
        protected void onTimer() {
          tryNext();
        }
      };
  private int begun;
  private int underWay;
  private boolean isOver;

  private HappyEyeballs(
      WorkerThread worker,
      List<InetSocketAddress> addresses,
      long timeoutNs,
      Transport.ConnectCallback callback) {
    this.transport = worker.transport();
    this.timers = worker.timers();
    this.clock = worker.clock();
    this.addresses = addresses;
    this.deadlineNs = clock.nanoTime() + timeoutNs;
    this.callback = callback;
    this.attempts = new Runnable[addresses.size()];
  }

  /**
   * As {@link Transport#connect}, for all of {@code addresses} together.
   *
   * @param addresses at least one, best first
   */
  public static Runnable connect(
      WorkerThread worker,
      List<InetSocketAddress> addresses,
      long timeoutNs,
      Transport.ConnectCallback callback) {
    if (addresses.isEmpty()) throw new IllegalArgumentException("no address to connect to");
    if (addresses.size() == 1) {
      return worker.transport().connect(addresses.getFirst(), timeoutNs, callback);
    }
    HappyEyeballs race = new HappyEyeballs(worker, addresses, timeoutNs, callback);
    race.tryNext();
    return race::end;
  }

  private void tryNext() {
    if (isOver || begun == addresses.size()) return;
    int index = begun++;
    underWay++;
    long leftNs = Math.max(1, deadlineNs - clock.nanoTime());
    attempts[index] = transport.connect(addresses.get(index), leftNs, new Attempt(index));
    if (begun < addresses.size()) timers.schedule(stagger, clock.nanoTime() + STAGGER_NS);
  }

  private void end() {
    isOver = true;
    timers.cancel(stagger);
    for (int i = 0; i < begun; i++) {
      Runnable cancel = attempts[i];
      attempts[i] = null;
      if (cancel != null) cancel.run();
    }
  }

  private final class Attempt implements Transport.ConnectCallback {
    private final int index;

    Attempt(int index) {
      this.index = index;
    }

    @Override
    public void onConnected(Connection connection) {
      attempts[index] = null;
      if (isOver) {
        connection.close(false);
        return;
      }
      end();
      callback.onConnected(connection);
    }

    @Override
    public void onConnectFailed(IOException cause) {
      attempts[index] = null;
      if (isOver) return;
      underWay--;
      boolean timeLeft = deadlineNs - clock.nanoTime() > 0;
      if (begun < addresses.size() && timeLeft) {
        tryNext();
      } else if (underWay == 0) {
        end();
        callback.onConnectFailed(cause);
      }
    }
  }
}
