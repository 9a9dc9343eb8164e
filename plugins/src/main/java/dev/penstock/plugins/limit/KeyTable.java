package dev.penstock.plugins.limit;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Counters by hashed key, never more than so many (Q4): rows of eight places, in one of which a key
 * is. Where a row is full, a counter that counts nothing any more gives way; where there is none,
 * {@link WhenFull} decides. Thread-safe; finding a key that is there takes no lock.
 */
final class KeyTable {
  /** What happens to a new key when there is no place for it. */
  public enum WhenFull {
    /**
     * It gets the place of the key that was used longest ago, which begins anew when it returns.
     */
    FORGET,
    /** It is not limited. */
    ALLOW,
    /** It is refused. */
    REFUSE
  }

  /** A counter in the table. */
  abstract static class Entry implements Counter {
    private final long key;
    private volatile long usedNs;

    Entry(long key) {
      this.key = key;
    }
  }

  private static final int WAYS = 8;
  private static final int LOCKS = 64;

  private final AtomicReferenceArray<@Nullable Entry> places;
  private final int rowMask;
  private final WhenFull whenFull;
  private final LongFunction<Entry> maker;
  private final LongAdder forgotten = new LongAdder();
  private final LongAdder homeless = new LongAdder();
  private final Object[] locks = new Object[LOCKS];

  KeyTable(int maxKeys, WhenFull whenFull, LongFunction<Entry> maker) {
    int rows = Math.max(1, Integer.highestOneBit(Math.max(1, (maxKeys + WAYS - 1) / WAYS)));
    places = new AtomicReferenceArray<>(rows * WAYS);
    rowMask = rows - 1;
    this.whenFull = whenFull;
    this.maker = maker;
    for (int i = 0; i < LOCKS; i++) locks[i] = new Object();
  }

  /** The counter of {@code key}, an evenly spread hash; null when there is no place for it. */
  @Nullable Entry find(long key, long nowNs) {
    int row = (int) (key >>> 32) & rowMask;
    Entry found = look(row, key);
    if (found == null) {
      synchronized (locks[row & LOCKS - 1]) {
        found = look(row, key);
        if (found == null) found = settle(row, key, nowNs);
      }
      if (found == null) return null;
    }
    found.usedNs = nowNs;
    return found;
  }

  private @Nullable Entry look(int row, long key) {
    for (int at = row * WAYS; at < (row + 1) * WAYS; at++) {
      Entry entry = places.get(at);
      if (entry == null) return null; // places fill from the front
      if (entry.key == key) return entry;
    }
    return null;
  }

  private @Nullable Entry settle(int row, long key, long nowNs) {
    int oldest = row * WAYS;
    long longestNs = Long.MIN_VALUE;
    for (int at = row * WAYS; at < (row + 1) * WAYS; at++) {
      Entry entry = places.get(at);
      if (entry == null || entry.untilUnusedNs(nowNs) <= 0) return put(at, key);
      long unusedNs = nowNs - entry.usedNs;
      if (unusedNs > longestNs) {
        longestNs = unusedNs;
        oldest = at;
      }
    }
    if (whenFull == WhenFull.FORGET) {
      forgotten.increment();
      return put(oldest, key);
    }
    homeless.increment();
    return null;
  }

  private Entry put(int at, long key) {
    Entry made = maker.apply(key);
    places.set(at, made);
    return made;
  }

  WhenFull whenFull() {
    return whenFull;
  }

  /** How many keys lost their place while they still counted. */
  long forgotten() {
    return forgotten.sum();
  }

  /** How often a key found no place. */
  long homeless() {
    return homeless.sum();
  }
}
