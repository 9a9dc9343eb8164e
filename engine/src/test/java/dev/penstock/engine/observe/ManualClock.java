package dev.penstock.engine.observe;

import dev.penstock.engine.time.NanoClock;

/** Time that stands until a test moves it. */
final class ManualClock implements NanoClock {
  volatile long nanos;
  volatile long millis;

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public long wallMillis() {
    return millis;
  }

  void advanceMillis(long by) {
    nanos += by * 1_000_000;
    millis += by;
  }
}
