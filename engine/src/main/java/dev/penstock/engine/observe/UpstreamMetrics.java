package dev.penstock.engine.observe;

import org.jspecify.annotations.Nullable;

/** Counts of one upstream on one worker. Written by that worker only. */
public final class UpstreamMetrics {
  static final int REQUESTS = 0;
  static final int RETRIES = 1;
  static final int RETRIES_REFUSED = 2;
  static final int REJECTED = 3;
  static final int QUEUE_TIMEOUTS = 4;
  static final int QUEUED = 5;
  static final int CELLS = 6;

  private final long[] cells = new long[CELLS];
  private @Nullable Histogram queueTimes;

  UpstreamMetrics() {}

  /** An exchange goes to this upstream; attempts are counted at the endpoint. */
  public void request() {
    Cells.add(cells, REQUESTS, 1);
  }

  /** Another attempt is made. */
  public void retry() {
    Cells.add(cells, RETRIES, 1);
  }

  /** Another attempt was due, and the budget did not allow it. */
  public void retryRefused() {
    Cells.add(cells, RETRIES_REFUSED, 1);
  }

  /** A limit of the upstream was reached and no place in the queue was free. */
  public void rejected() {
    Cells.add(cells, REJECTED, 1);
  }

  public void enqueued() {
    Cells.add(cells, QUEUED, 1);
  }

  /** An exchange left the queue, for an endpoint or because its time was up. */
  public void dequeued(long waitedNs, boolean timedOut) {
    Cells.add(cells, QUEUED, -1);
    if (timedOut) Cells.add(cells, QUEUE_TIMEOUTS, 1);
    Histogram histogram = queueTimes;
    if (histogram == null) queueTimes = histogram = new Histogram();
    histogram.record(waitedNs);
  }

  void addTo(long[] sums) {
    Metrics.add(cells, sums);
  }

  @Nullable Histogram queueTimes() {
    return queueTimes;
  }
}
