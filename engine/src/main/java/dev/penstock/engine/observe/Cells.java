package dev.penstock.engine.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts in an array that one worker writes and anybody may read: opaque access, so a reader sees
 * each value whole and, soon, the newest; no fence and no lock on the worker's side.
 */
final class Cells {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  private Cells() {}

  /** On the owning worker only. */
  static void add(long[] cells, int i, long n) {
    CELL.setOpaque(cells, i, cells[i] + n);
  }

  /** On the owning worker only. */
  static void set(long[] cells, int i, long value) {
    CELL.setOpaque(cells, i, value);
  }

  static long get(long[] cells, int i) {
    return (long) CELL.getOpaque(cells, i);
  }
}
