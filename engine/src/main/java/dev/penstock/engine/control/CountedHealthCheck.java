package dev.penstock.engine.control;

import dev.penstock.engine.observe.OfferMetrics.Tally;
import dev.penstock.engine.spi.HealthCheck;
import dev.penstock.engine.time.SystemClock;

/** Counts the calls of a check, and the times it fails itself; an unhealthy endpoint is none. */
record CountedHealthCheck(HealthCheck guest, Tally tally) implements HealthCheck {
  @Override
  public Result check(Target target) throws Exception {
    long startNs = SystemClock.INSTANCE.nanoTime();
    try {
      return guest.check(target);
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      tally.failed();
      throw e;
    } finally {
      tally.called(SystemClock.INSTANCE.nanoTime() - startNs);
    }
  }

  @Override
  public void close() {
    guest.close();
  }
}
