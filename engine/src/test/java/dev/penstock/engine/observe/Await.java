package dev.penstock.engine.observe;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads do, and says what it saw when that did not come. */
final class Await {
  private Await() {}

  static void until(BooleanSupplier condition, Supplier<?> seen) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0)
        throw new AssertionError("not within 20 s; saw: " + seen.get());
      LockSupport.parkNanos(200_000);
    }
  }
}
