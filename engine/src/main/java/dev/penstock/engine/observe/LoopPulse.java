package dev.penstock.engine.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The pulse of one worker's loop: when its current turn began. Beaten by the worker, felt by {@link
 * LoopWatchdog}.
 *
 * <p>A worker that waits for events is idle, not stalled, so the turn is what lies between two
 * waits.
 */
public final class LoopPulse {
  /** A turn that takes longer makes others wait too long (L14). */
  static final long LAG_NS = 100_000_000;

  /** So short a turn shows that the worker has caught up. */
  private static final long CALM_NS = LAG_NS / 2;

  /** So many long turns without a calm one between them are no pause, but more work than time. */
  private static final int SATURATED = 3;

  private static final long IDLE = Long.MIN_VALUE;
  private static final VarHandle TURN_START;

  static {
    try {
      TURN_START = MethodHandles.lookup().findVarHandle(LoopPulse.class, "turnStartNs", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Thread thread;
  private final WorkerMetrics metrics;
  private long turnStartNs = IDLE;
  private long commandNs;
  private int longTurns;

  LoopPulse(Thread thread, WorkerMetrics metrics) {
    this.thread = thread;
    this.metrics = metrics;
  }

  /** Events are there and are about to be handled. On the worker only. */
  public void turnBegan(long nowNs) {
    TURN_START.setOpaque(this, nowNs);
  }

  /** All events of this turn are handled; the worker goes to wait for more. On the worker only. */
  public void turnEnded(long nowNs) {
    long tookNs = nowNs - turnStartNs;
    TURN_START.setOpaque(this, IDLE);
    long trafficNs = tookNs - commandNs;
    commandNs = 0;
    if (trafficNs > LAG_NS) longTurns++;
    else if (trafficNs < CALM_NS) longTurns = 0;
    metrics.turn(tookNs);
  }

  /**
   * So much of the current turn went into commands of other threads, such as the preparation of a
   * new snapshot: it ends by itself, and refusing requests would not shorten it. On the worker
   * only.
   */
  public void ranCommands(long tookNs) {
    commandNs += tookNs;
  }

  /** So many connections were reset to get their buffers back (L6). On the worker only. */
  public void evicted(int connections) {
    metrics.evicted(connections);
  }

  /** What the worker holds at the end of a turn. On the worker only. */
  public void holds(int timers, long bufferedBytes) {
    metrics.timers(timers);
    metrics.buffered(bufferedBytes);
  }

  /**
   * Whether new requests should be turned away before work on them starts (L14): the traffic of
   * three turns took over {@link #LAG_NS} each, with no turn of half that time since. A single long
   * turn says little, since a pause of the machine or the collector is over when we notice it. On
   * the worker only.
   */
  public boolean isLagging() {
    return longTurns >= SATURATED;
  }

  /** How long the current turn has taken, 0 when idle. From any thread. */
  long turnNs(long nowNs) {
    long start = turnStart();
    return start == IDLE ? 0 : Math.max(0, nowNs - start);
  }

  /** Tells one turn from the next. From any thread. */
  long turnStart() {
    return (long) TURN_START.getOpaque(this);
  }

  int worker() {
    return metrics.index();
  }

  Thread thread() {
    return thread;
  }
}
