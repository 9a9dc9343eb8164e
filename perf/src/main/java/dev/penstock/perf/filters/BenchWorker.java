package dev.penstock.perf.filters;

import dev.penstock.scripting.LooplessWorker;

/** The bench's own thread. */
final class BenchWorker extends LooplessWorker {
  BenchWorker() {
    super(0);
  }

  /** The loop reads the clock once per turn: asking it costs a field. */
  @Override
  public long nanoTime() {
    return 1;
  }

  @Override
  public long wallMillis() {
    return 1;
  }
}
