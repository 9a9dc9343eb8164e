package dev.penstock.plugins.limit;

/**
 * Counts in twenty parts of a window, and one more: any stretch of the window's length touches at
 * most these, so there is never more in one than allowed (Q3). At worst a request waits a twentieth
 * longer than it had to.
 *
 * <p>Synchronised for a few nanoseconds: what is counted and what is forgotten must be seen
 * together, and two workers seldom meet at one key.
 */
final class SlidingWindow extends KeyTable.Entry {
  private static final int PARTS = 20;

  private final long limit;
  private final long partNs;
  private final int[] counts = new int[PARTS + 1];
  private long head;
  private long sum;
  private boolean isUsed;

  SlidingWindow(long key, Rate rate) {
    super(key);
    limit = rate.amount();
    partNs = (rate.perNs() + PARTS - 1) / PARTS;
  }

  @Override
  public synchronized long take(long nowNs, long cost) {
    advance(nowNs);
    if (cost > limit - sum) return untilFree(nowNs, sum + cost - limit);
    add(cost);
    return 0;
  }

  @Override
  public synchronized void charge(long nowNs, long cost) {
    advance(nowNs);
    add(cost);
  }

  private void add(long cost) {
    int at = place(head);
    long room = (long) Integer.MAX_VALUE - counts[at];
    long taken = Math.min(cost, room);
    counts[at] += (int) taken;
    sum += taken;
  }

  @Override
  public synchronized void giveBack(long nowNs, long cost) {
    advance(nowNs);
    int at = place(head);
    long given = Math.min(cost, counts[at]);
    counts[at] -= (int) given;
    sum -= given;
  }

  @Override
  public synchronized long remaining(long nowNs) {
    advance(nowNs);
    return Math.max(0, limit - sum);
  }

  @Override
  public synchronized long untilUnusedNs(long nowNs) {
    advance(nowNs);
    return untilFree(nowNs, sum);
  }

  /** Workers read their clocks at different times; one that is behind counts in the newest part. */
  private void advance(long nowNs) {
    long part = Math.floorDiv(nowNs, partNs);
    if (!isUsed) {
      isUsed = true;
      head = part;
      return;
    }
    if (part <= head) return;
    if (part - head > PARTS) {
      java.util.Arrays.fill(counts, 0);
      sum = 0;
    } else {
      for (long gone = head + 1; gone <= part; gone++) {
        sum -= counts[place(gone)];
        counts[place(gone)] = 0;
      }
    }
    head = part;
  }

  /** When as much as {@code needed} will have left the window. */
  private long untilFree(long nowNs, long needed) {
    if (needed <= 0) return 0;
    long left = needed;
    for (long part = head - PARTS; part <= head; part++) {
      left -= counts[place(part)];
      if (left <= 0) return Math.max(1, (part + PARTS + 1) * partNs - nowNs);
    }
    return (head + PARTS + 1) * partNs - nowNs;
  }

  private static int place(long part) {
    return (int) Math.floorMod(part, (long) PARTS + 1);
  }
}
