package dev.penstock.engine.time;

/** Time as it is handed in: monotonic for time-outs, wall clock for dates. */
public interface NanoClock {
  /** Monotonic nanoseconds from an arbitrary start; compare by difference. */
  long nanoTime();

  /** Wall clock, milliseconds since 1970-01-01T00:00Z. */
  long wallMillis();
}
