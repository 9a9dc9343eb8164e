package dev.penstock.engine.observe;

import dev.penstock.engine.time.NanoClock;
import java.util.concurrent.atomic.AtomicLong;

/** Time that stands until a test moves it. */
final class ManualClock implements NanoClock {
  private final AtomicLong nanos = new AtomicLong();

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public long wallMillis() {
    return nanos.get() / 1_000_000;
  }

  void advanceMillis(long by) {
    advanceNanos(by * 1_000_000);
  }

  void advanceNanos(long by) {
    nanos.addAndGet(by);
  }
}
