package dev.penstock.engine.observe;

import org.jspecify.annotations.Nullable;

/**
 * Counts of one route on one worker. Written by that worker only; memory is taken with the first
 * exchange.
 */
public final class RouteMetrics {
  static final int REQUEST_BYTES = StatusTable.SLOTS;
  static final int RESPONSE_BYTES = REQUEST_BYTES + 1;
  static final int CELLS = RESPONSE_BYTES + 1;

  private long @Nullable [] cells;
  private @Nullable Histogram durations;

  RouteMetrics() {}

  /** An exchange of this route has ended. Numbers as in {@link ExchangeRecord}. */
  void ended(ExchangeRecord record) {
    long[] counts = cells;
    if (counts == null) cells = counts = new long[CELLS];
    Histogram histogram = durations;
    if (histogram == null) durations = histogram = new Histogram();
    Cells.add(counts, StatusTable.slot(record.status), 1);
    Cells.add(counts, REQUEST_BYTES, record.requestBytes);
    Cells.add(counts, RESPONSE_BYTES, record.responseBytes);
    histogram.record(record.totalNs);
  }

  void addTo(long[] sums) {
    Metrics.add(cells, sums);
  }

  @Nullable Histogram durations() {
    return durations;
  }
}
