package dev.penstock.engine.observe;

import java.util.List;

/**
 * What was counted of exchanges that have ended, over all workers; a moment's.
 *
 * @param errors answered with 5xx, or not at all
 * @param clientErrors answered with 4xx
 * @param buckets durations, as {@link Histogram} counts them
 */
public record Traffic(
    long requests, long errors, long clientErrors, long bytesIn, long bytesOut, long[] buckets) {
  public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, new long[Histogram.BUCKETS]);

  static Traffic of(List<RouteMetrics> workers) {
    long[] cells = new long[RouteMetrics.CELLS];
    long[] buckets = new long[Histogram.BUCKETS];
    for (RouteMetrics each : workers) {
      each.addTo(cells);
      Histogram durations = each.durations();
      if (durations != null) durations.addTo(buckets);
    }
    long requests = 0;
    long errors = 0;
    long clientErrors = 0;
    for (int i = 0; i < StatusTable.SLOTS; i++) {
      char first = StatusTable.label(i).charAt(0);
      requests += cells[i];
      if (first == '5' || first == 'n') errors += cells[i];
      if (first == '4') clientErrors += cells[i];
    }
    return new Traffic(
        requests,
        errors,
        clientErrors,
        cells[RouteMetrics.REQUEST_BYTES],
        cells[RouteMetrics.RESPONSE_BYTES],
        buckets);
  }

  public Traffic plus(Traffic other) {
    return with(other, 1);
  }

  /** What came since {@code before}. */
  public Traffic since(Traffic before) {
    return with(before, -1);
  }

  private Traffic with(Traffic other, int sign) {
    long[] sums = buckets.clone();
    for (int i = 0; i < sums.length; i++) sums[i] = Math.max(0, sums[i] + sign * other.buckets[i]);
    return new Traffic(
        Math.max(0, requests + sign * other.requests),
        Math.max(0, errors + sign * other.errors),
        Math.max(0, clientErrors + sign * other.clientErrors),
        Math.max(0, bytesIn + sign * other.bytesIn),
        Math.max(0, bytesOut + sign * other.bytesOut),
        sums);
  }

  /** The duration below which {@code share} of the exchanges ended; 0 when there were none. */
  public long quantileNs(double share) {
    return Histogram.quantileNs(buckets, share);
  }
}
