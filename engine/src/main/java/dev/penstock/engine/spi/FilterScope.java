package dev.penstock.engine.spi;

import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.WorkerThread;

/** What a filter may use of the worker it lives on. */
public interface FilterScope {
  WorkerThread worker();

  /** The worker's clock, in nanoseconds; read once per turn of its loop. On its thread only. */
  default long nowNs() {
    return worker().clock().nanoTime();
  }

  /** Wall clock, milliseconds since 1970-01-01T00:00Z. On the worker's thread only. */
  default long wallMillis() {
    return worker().clock().wallMillis();
  }

  /**
   * Runs {@code command} on the worker's thread soon, never during this call. From any thread: how
   * what was done elsewhere comes back.
   */
  default void execute(Runnable command) {
    worker().execute(command);
  }

  /**
   * Calls {@code command} on the worker, once, {@code delayNs} from now or a few milliseconds
   * later: how a filter that is suspended waits without blocking. On the worker's thread only.
   *
   * @return takes it back; on the worker's thread only
   */
  default Runnable after(long delayNs, Runnable command) {
    TimerWheel timers = worker().timers();
    TimerWheel.Timer timer =
        new TimerWheel.Timer() {
          @Override
          protected void onTimer() {
            command.run();
          }
        };
    timers.schedule(timer, nowNs() + delayNs);
    return () -> timers.cancel(timer);
  }

  /** Requests of the filter's own, through the gateway's upstreams. */
  Subrequests subrequests();

  /** Id of the route the filter stands on. */
  String route();
}
