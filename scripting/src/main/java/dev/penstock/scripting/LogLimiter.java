package dev.penstock.scripting;

/** Lets so many lines per second through and counts the rest. Thread-safe. */
final class LogLimiter {
  private final Meter meter;
  private final int perSecond;
  private long secondNs;
  private int inSecond;
  private long suppressed;

  LogLimiter(Meter meter, int perSecond) {
    this.meter = meter;
    this.perSecond = perSecond;
    this.secondNs = meter.nanoTime();
  }

  /** How many lines were held back before this one, or -1 when this one is too. */
  synchronized long tryAcquire() {
    long now = meter.nanoTime();
    if (now - secondNs >= 1_000_000_000L) {
      secondNs = now;
      inSecond = 0;
    }
    if (inSecond >= perSecond) {
      suppressed++;
      return -1;
    }
    inSecond++;
    long held = suppressed;
    suppressed = 0;
    return held;
  }
}
