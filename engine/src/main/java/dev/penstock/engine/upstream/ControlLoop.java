package dev.penstock.engine.upstream;

import dev.penstock.engine.time.NanoClock;

/**
 * The one thread that decides what workers are told about endpoints: health, ejection, addresses.
 * What is said to be confined to the control loop is touched by its commands only. Commands never
 * block.
 */
public interface ControlLoop {
  /** May be read on any thread; its nanoseconds are those of the workers' clocks. */
  NanoClock clock();

  /** Runs {@code command} soon, never during this call, in order. From any thread. */
  void execute(Runnable command);

  /**
   * Runs {@code command} after {@code delayNs}. From any thread.
   *
   * @return takes it back; does nothing when it has run
   */
  Runnable schedule(long delayNs, Runnable command);
}
