package dev.penstock.engine.upstream;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A few numbers per worker, each worker on cache lines of its own. A worker changes only its own
 * numbers, with plain reads and ordered stores; anybody may read and sum them.
 */
final class WorkerCounters {
  /** Two lines of 64 bytes: the next one is fetched along with the one that is used. */
  private static final int STRIDE = 16;

  private final AtomicLongArray cells;
  private final int workers;

  WorkerCounters(int workers) {
    this.workers = workers;
    this.cells = new AtomicLongArray((workers + 2) * STRIDE);
  }

  int workers() {
    return workers;
  }

  /** On the worker's thread only. */
  void add(int worker, int number, long delta) {
    int at = at(worker, number);
    cells.setOpaque(at, cells.getPlain(at) + delta);
  }

  /**
   * As {@link #add}, and seen by other workers before anything that this one reads afterwards: for
   * handing over a place to somebody who may just begin to wait.
   */
  void addFenced(int worker, int number, long delta) {
    int at = at(worker, number);
    cells.set(at, cells.getPlain(at) + delta);
  }

  /** On the worker's thread only. */
  void set(int worker, int number, long value) {
    cells.setOpaque(at(worker, number), value);
  }

  long get(int worker, int number) {
    return cells.getOpaque(at(worker, number));
  }

  /** Over all workers; not a snapshot. */
  long sum(int number) {
    long sum = 0;
    for (int worker = 0; worker < workers; worker++) sum += cells.get(at(worker, number));
    return sum;
  }

  private static int at(int worker, int number) {
    return (worker + 1) * STRIDE + number;
  }
}
