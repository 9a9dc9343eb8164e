package dev.penstock.plugins.traffic;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * A limit that follows the time of answers, shared by all workers of a route.
 *
 * <p>After each window the limit is multiplied by the ratio of the idle upstream's time, with some
 * tolerance, to that of the window, between a half and one; the square root of the limit is added
 * as room to find out whether more goes (the gradient of Netflix's concurrency-limits and of
 * Envoy's adaptive concurrency). It grows only when it was used. Now and then the limit is set to
 * the lowest for a number of answers, whose mean becomes the idle upstream's time.
 *
 * <p>Thread-safe; the path of a request takes no lock: it counts, and whoever first sees a window
 * end adjusts the limit for all.
 */
final class AdaptiveLimit {
  private static final double LEAST_RATIO = 0.5;
  private static final double BACK_OFF = 0.9;

  private final AdaptiveConcurrencyConfig config;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final LongAdder samples = new LongAdder();
  private final LongAdder sumNs = new LongAdder();
  private final LongAdder drops = new LongAdder();
  private final AtomicBoolean isAdjusting = new AtomicBoolean();
  private volatile int limit;
  private volatile int highest;
  private volatile long windowEndNs;

  // Written while isAdjusting is held.
  private boolean isProbing = true;
  private boolean isFirstProbe = true;
  private int limitBefore;
  private double idleNs;
  private long probeAtNs;

  AdaptiveLimit(AdaptiveConcurrencyConfig config, long nowNs) {
    this.config = config;
    limit = config.initialLimit();
    limitBefore = limit;
    windowEndNs = nowNs + config.window().toNanos();
  }

  int limit() {
    return limit;
  }

  int inFlight() {
    return inFlight.get();
  }

  /** Whether one more may go on; who enters leaves, once. */
  boolean enter() {
    int now = inFlight.incrementAndGet();
    if (now > limit) {
      inFlight.decrementAndGet();
      return false;
    }
    // Races lose a count at most: it says only whether the limit was used.
    if (now > highest) highest = now;
    return true;
  }

  void leave() {
    int left = inFlight.decrementAndGet();
    assert left >= 0;
  }

  /** An answer took so long. */
  void answered(long tookNs, long nowNs) {
    samples.increment();
    sumNs.add(tookNs);
    if (nowNs - windowEndNs >= 0) adjust(nowNs);
  }

  /** None came in time. */
  void dropped(long nowNs) {
    drops.increment();
    if (nowNs - windowEndNs >= 0) adjust(nowNs);
  }

  private void adjust(long nowNs) {
    if (!isAdjusting.compareAndSet(false, true)) return;
    try {
      if (nowNs - windowEndNs < 0) return; // another was first
      long count = samples.sum();
      long lost = drops.sum();
      int needed = isProbing ? config.probeSamples() : config.minSamples();
      if (count + lost < needed) return;
      windowEndNs = nowNs + config.window().toNanos();
      samples.reset();
      drops.reset();
      double meanNs = count == 0 ? 0 : (double) sumNs.sumThenReset() / count;
      int used = highest;
      highest = inFlight.get();
      if (isProbing) endProbe(meanNs, nowNs);
      else if (lost > 0) set(limit * BACK_OFF);
      else follow(meanNs, used);
      if (!isProbing && nowNs - probeAtNs >= 0) beginProbe();
    } finally {
      isAdjusting.set(false);
    }
  }

  private void follow(double meanNs, int used) {
    double ratio = Math.clamp(idleNs * (1 + config.tolerance()) / meanNs, LEAST_RATIO, 1);
    double now = limit;
    double next = now * ratio + Math.sqrt(now);
    if (next > now && used < now / 2) return;
    set(next);
  }

  private void beginProbe() {
    isProbing = true;
    isFirstProbe = false;
    limitBefore = limit;
    limit = config.minLimit();
  }

  private void endProbe(double meanNs, long nowNs) {
    isProbing = false;
    if (meanNs > 0) idleNs = meanNs;
    long interval = config.probeInterval().toNanos();
    // Not all gateways at once: by up to 15 % earlier or later.
    double shift = (Chance.toUnit(Chance.mix(nowNs)) - 0.5) * 0.3;
    probeAtNs = nowNs + (long) (interval * (1 + shift));
    if (!isFirstProbe) limit = limitBefore;
  }

  private void set(double next) {
    limit = Math.clamp(Math.round(next), config.minLimit(), config.maxLimit());
  }
}
