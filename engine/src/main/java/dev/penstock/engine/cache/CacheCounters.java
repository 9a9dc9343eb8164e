package dev.penstock.engine.cache;

import java.util.concurrent.atomic.LongAdder;

/** What happened in one cache since it was made. Thread-safe. */
public final class CacheCounters {
  final LongAdder hits = new LongAdder();
  final LongAdder stale = new LongAdder();
  final LongAdder misses = new LongAdder();
  final LongAdder bypasses = new LongAdder();
  final LongAdder revalidations = new LongAdder();
  final LongAdder collapsed = new LongAdder();
  final LongAdder stored = new LongAdder();
  final LongAdder evicted = new LongAdder();
  final LongAdder purged = new LongAdder();

  CacheCounters() {}

  /**
   * All counts at about one moment.
   *
   * @param hits answered without the upstream, fresh
   * @param stale answered without the upstream or in place of its error, stale
   * @param misses that nothing stored could answer
   * @param bypasses that were not for the cache
   * @param revalidations where the upstream said that nothing has changed
   * @param collapsed answered with the response to another's request
   * @param evicted addresses that left for want of room
   * @param purged addresses that were purged or made void
   */
  public record Counts(
      long hits,
      long stale,
      long misses,
      long bypasses,
      long revalidations,
      long collapsed,
      long stored,
      long evicted,
      long purged) {}

  public Counts counts() {
    return new Counts(
        hits.sum(),
        stale.sum(),
        misses.sum(),
        bypasses.sum(),
        revalidations.sum(),
        collapsed.sum(),
        stored.sum(),
        evicted.sum(),
        purged.sum());
  }

  /** A request has been answered, or goes to the upstream, as {@code status} says. */
  public void count(CacheStatus status, boolean isStale) {
    if (status.isCollapsed()) collapsed.increment();
    CacheStatus.Forward forward = status.forward();
    if (status.isHit()) (isStale ? stale : hits).increment();
    else if (forward == CacheStatus.Forward.BYPASS || forward == CacheStatus.Forward.METHOD)
      bypasses.increment();
    else misses.increment();
  }
}
