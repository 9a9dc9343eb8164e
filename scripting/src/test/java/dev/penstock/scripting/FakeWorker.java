package dev.penstock.scripting;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A worker that is the test's own thread: its commands run when the test says so, its time is the
 * test's.
 */
final class FakeWorker extends LooplessWorker {
  private static final long BEGIN_NS = 1_000_000_000L;

  private final int index;
  private long nowNs = BEGIN_NS;

  FakeWorker() {
    this(0);
  }

  FakeWorker(int index) {
    super(BEGIN_NS);
    this.index = index;
  }

  /** Runs commands until {@code condition} holds; what other threads send is waited for. */
  void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) throw new AssertionError("did not happen within 20 s: " + what);
      try {
        Runnable command = commands.poll(Math.min(left, 10_000_000), TimeUnit.NANOSECONDS);
        if (command != null) command.run();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Lets time pass; timers that are due fire. */
  void advance(Duration by) {
    nowNs += by.toNanos();
    timers().advance(nowNs);
    drain();
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public long wallMillis() {
    return 1_700_000_000_000L + nowNs / 1_000_000;
  }
}
