package dev.penstock.plugins.limit;

/**
 * What one key has used of one limit. Thread-safe: all workers share it, so that a limit is one
 * whatever worker a client meets.
 */
interface Counter {
  /**
   * Takes {@code cost}, if there is as much.
   *
   * @return 0 when it was taken; otherwise nanoseconds until there would be as much
   */
  long take(long nowNs, long cost);

  /** Takes {@code cost} whether it is there or not: it has been used already. */
  void charge(long nowNs, long cost);

  /** Puts back what was taken for a request that something else refused. */
  void giveBack(long nowNs, long cost);

  /** How much could be taken now; never negative. */
  long remaining(long nowNs);

  /** Nanoseconds until nothing of what was used counts any more. */
  long untilUnusedNs(long nowNs);
}
