package dev.penstock.scripting;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The worker on which tests of scripts run: the calling thread. Its time is made up and jumps to
 * the next timer when nothing else is to be done, so that a test that waits an hour takes no time.
 */
final class TestLoop extends LooplessWorker {
  private static final long START_MILLIS = 1_767_225_600_000L; // 2026-01-01
  private static final int OFFLOAD_SECONDS = 30;

  private long nowNs;

  TestLoop() {
    super(0);
  }

  /**
   * Runs until {@code done}.
   *
   * @return false when nothing is left that could ever bring it about
   */
  boolean runUntil(BooleanSupplier done, ScriptWorker worker) {
    while (!done.getAsBoolean()) {
      Runnable command = commands.poll();
      if (command != null) {
        command.run();
      } else if (worker.offloaded() > 0) {
        if (!awaitOffloaded()) return false;
      } else if (timers().size() > 0) {
        nowNs += Math.max(TICK_NS, timers().nextDelayNs(nowNs));
        timers().advance(nowNs);
      } else {
        return false;
      }
    }
    return true;
  }

  private boolean awaitOffloaded() {
    try {
      Runnable command = commands.poll(OFFLOAD_SECONDS, TimeUnit.SECONDS);
      if (command == null) return false;
      command.run();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public long wallMillis() {
    return START_MILLIS + nowNs / 1_000_000;
  }
}
