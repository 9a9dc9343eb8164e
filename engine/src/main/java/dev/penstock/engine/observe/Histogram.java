package dev.penstock.engine.observe;

/**
 * Durations counted in buckets whose width grows with the value: four to an octave, so a value is
 * known to 25 % of itself, from 50 µs to 105 s. One worker records; anybody may read.
 */
public final class Histogram {
  private static final long UNIT_NS = 12_500; // a quarter of 50 µs
  private static final int SUB_BITS = 2;
  private static final int SUBS = 1 << SUB_BITS;
  private static final int OCTAVES = 21;

  /** The first holds all up to 50 µs, the last all beyond {@link #highestNs()}. */
  static final int BUCKETS = 1 + OCTAVES * SUBS + 1;

  private final long[] cells = new long[BUCKETS + 1];
  private static final int SUM = BUCKETS;

  /** On the owning worker only. Negative values count as 0. */
  public void record(long ns) {
    long value = Math.max(0, ns);
    Cells.add(cells, bucketOf(value), 1);
    Cells.add(cells, SUM, value);
  }

  /**
   * Adds what this holds to {@code buckets}, of {@link #BUCKETS}; returns the sum of the values, in
   * nanoseconds.
   */
  long addTo(long[] buckets) {
    for (int i = 0; i < BUCKETS; i++) buckets[i] += Cells.get(cells, i);
    return Cells.get(cells, SUM);
  }

  /**
   * The bucket of a value: it is at most {@link #upperBoundNs} of it and above that of the bucket
   * before.
   */
  static int bucketOf(long ns) {
    long units = (ns - 1) / UNIT_NS; // bounds belong to the bucket below them, as Prometheus has it
    if (units < SUBS) return 0;
    int octave = 63 - Long.numberOfLeadingZeros(units) - SUB_BITS;
    if (octave >= OCTAVES) return BUCKETS - 1;
    return 1 + octave * SUBS + (int) (units >>> octave) - SUBS;
  }

  /** Highest value of a bucket; {@link Long#MAX_VALUE} for the last. */
  static long upperBoundNs(int bucket) {
    if (bucket == BUCKETS - 1) return Long.MAX_VALUE;
    if (bucket == 0) return SUBS * UNIT_NS;
    int octave = (bucket - 1) / SUBS;
    return ((SUBS + (bucket - 1) % SUBS + 1L) << octave) * UNIT_NS;
  }

  static long highestNs() {
    return upperBoundNs(BUCKETS - 2);
  }

  /**
   * The value below which {@code share} of what {@code buckets} counted lies, as the upper bound of
   * its bucket; 0 when nothing was counted.
   */
  static long quantileNs(long[] buckets, double share) {
    long total = 0;
    for (long n : buckets) total += n;
    if (total == 0) return 0;
    long rank = Math.max(1, (long) Math.ceil(share * total));
    long seen = 0;
    for (int i = 0; i < BUCKETS - 1; i++) {
      seen += buckets[i];
      if (seen >= rank) return upperBoundNs(i);
    }
    return highestNs();
  }

  /** Hears how many were as short as a bound, or shorter. */
  interface Bounds {
    /**
     * The next bound.
     *
     * @param le in seconds; {@code +Inf} at the end
     */
    void upTo(String le, long count);
  }

  /**
   * Shows {@code buckets} by octaves, as Prometheus counts.
   *
   * @return all of them: the count of the last bound
   */
  static long octaves(long[] buckets, Bounds into) {
    long count = 0;
    for (int i = 0; i < BUCKETS - 1; i++) {
      count += buckets[i];
      if (i % 4 == 0) into.upTo(PrometheusText.seconds(upperBoundNs(i)), count);
    }
    count += buckets[BUCKETS - 1];
    into.upTo("+Inf", count);
    return count;
  }
}
