package dev.penstock.engine.observe;

/**
 * What was counted of one version of a script while it shares its traffic with another. Each worker
 * writes its own part; anybody may read.
 */
public final class VersionMetrics {
  private static final int REQUESTS = 0;
  private static final int ERRORS = 1;

  private final long[][] cells;
  private final Histogram[] durations;

  public VersionMetrics(int workers) {
    cells = new long[workers][2];
    durations = new Histogram[workers];
    for (int i = 0; i < workers; i++) durations[i] = new Histogram();
  }

  /** An exchange has ended that this version took part in. On that worker only. */
  public void ended(int worker, long tookNs, boolean isError) {
    Cells.add(cells[worker], REQUESTS, 1);
    if (isError) Cells.add(cells[worker], ERRORS, 1);
    durations[worker].record(tookNs);
  }

  /** All workers' counts; what no version counts is 0. */
  public Traffic traffic() {
    long[] buckets = new long[Histogram.BUCKETS];
    long requests = 0;
    long errors = 0;
    for (int i = 0; i < cells.length; i++) {
      requests += Cells.get(cells[i], REQUESTS);
      errors += Cells.get(cells[i], ERRORS);
      durations[i].addTo(buckets);
    }
    return new Traffic(requests, errors, 0, 0, 0, buckets);
  }
}
