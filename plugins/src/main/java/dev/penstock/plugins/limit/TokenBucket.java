package dev.penstock.plugins.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bucket that fills evenly, kept as one number: the time at which it will be full again (GCRA,
 * the generic cell rate algorithm of ATM). Taking is one compare-and-set.
 */
final class TokenBucket extends KeyTable.Entry {
  /** 73 years: whatever is charged, sums stay far from overflow. */
  private static final long MOST_NS = Long.MAX_VALUE / 4;

  private final long intervalNs;
  private final long depthNs;
  private final AtomicLong fullAtNs;

  TokenBucket(long key, Rate rate) {
    super(key);
    intervalNs = rate.intervalNs();
    depthNs = rate.burstNs();
    fullAtNs = new AtomicLong(Long.MIN_VALUE);
  }

  @Override
  public long take(long nowNs, long cost) {
    long priceNs = price(cost);
    while (true) {
      long before = fullAtNs.get();
      long fullAt = later(before, nowNs) + priceNs;
      long wait = fullAt - nowNs - depthNs;
      if (wait > 0) return wait;
      if (fullAtNs.compareAndSet(before, fullAt)) return 0;
    }
  }

  @Override
  public void charge(long nowNs, long cost) {
    long priceNs = price(cost);
    while (true) {
      long before = fullAtNs.get();
      long owedNs = later(before, nowNs) - nowNs + priceNs;
      if (fullAtNs.compareAndSet(before, nowNs + Math.min(owedNs, MOST_NS))) return;
    }
  }

  @Override
  public void giveBack(long nowNs, long cost) {
    fullAtNs.addAndGet(-price(cost));
  }

  @Override
  public long remaining(long nowNs) {
    long owed = untilUnusedNs(nowNs);
    return owed >= depthNs ? 0 : (depthNs - owed) / intervalNs;
  }

  @Override
  public long untilUnusedNs(long nowNs) {
    return later(fullAtNs.get(), nowNs) - nowNs;
  }

  private long price(long cost) {
    // A cost that is absurd is more than any bucket holds; it must not overflow.
    return cost > MOST_NS / intervalNs ? MOST_NS : cost * intervalNs;
  }

  /** Differences, because a nanosecond clock may have any origin; unset is before everything. */
  private static long later(long time, long nowNs) {
    return time == Long.MIN_VALUE || time - nowNs < 0 ? nowNs : time;
  }
}
