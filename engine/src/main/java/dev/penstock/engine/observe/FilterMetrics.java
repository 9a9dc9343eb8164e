package dev.penstock.engine.observe;

/** Counts of one filter, script or plugin on one worker. Written by that worker only. */
public final class FilterMetrics {
  static final int CALLS = 0;
  static final int ERRORS = 1;
  static final int NANOS = 2;
  static final int CELLS = 3;

  private final long[] cells = new long[CELLS];

  FilterMetrics() {}

  /** A phase method was called and took {@code ns}; 0 where nobody measured. */
  public void called(long ns) {
    Cells.add(cells, CALLS, 1);
    Cells.add(cells, NANOS, ns);
  }

  /** How many phase methods were called. On the worker only. */
  public long calls() {
    return cells[CALLS];
  }

  /** A call failed: it threw, timed out or was interrupted. */
  public void failed() {
    Cells.add(cells, ERRORS, 1);
  }

  void addTo(long[] sums) {
    Metrics.add(cells, sums);
  }
}
