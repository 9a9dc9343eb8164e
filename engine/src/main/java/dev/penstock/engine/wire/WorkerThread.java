package dev.penstock.engine.wire;

import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.TimerWheel;

/**
 * What code that lives on a worker may use of it: its thread, its clock, its timers, its way out.
 */
public interface WorkerThread {
  /** 0 to number of workers - 1. */
  int index();

  /** The clock, read once per turn of the loop; on this thread only. */
  NanoClock clock();

  /** On this thread only. */
  TimerWheel timers();

  /** On this thread only. */
  Transport transport();

  /** Runs {@code command} on this worker's thread soon, never during this call. From any thread. */
  void execute(Runnable command);

  /**
   * Runs {@code command} after the event that is being served, before what was written leaves;
   * keeps call chains flat. On this thread only.
   */
  default void afterwards(Runnable command) {
    execute(command);
  }

  /**
   * Runs {@code command} when the events of this turn of the loop have been served, before what it
   * writes leaves. On this thread only.
   */
  default void atTurnEnd(Runnable command) {
    execute(command);
  }

  /** Whether the caller is on this worker's thread. */
  boolean isCurrent();
}
