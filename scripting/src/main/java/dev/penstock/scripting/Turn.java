package dev.penstock.scripting;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread's slot that says which guest code runs there and what it may use: written by the
 * thread that runs it, read by the {@link Watchdog}.
 *
 * <pre>
 *   idle --begin--> running --end--> idle
 *                      |                ^
 *                      +--tryStop--> stopping --stopped
 * </pre>
 *
 * While the watchdog stops a turn, {@code end} waits: the interrupt of one turn must never hit the
 * next.
 */
final class Turn {
  private static final int RUNNING = 1;
  private static final int STOPPING = 2;
  private static final VarHandle STATE;

  /** The watchdog has seen turns that take so long. */
  private static final long SLOW_NS = 4_000_000;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Turn.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Thread thread;
  private final long threadId;
  private final Meter meter;
  private final Watchdog watchdog;

  /** Number of the turn, times four, plus its state. */
  @SuppressWarnings("unused") // through STATE
  private volatile long state;

  private long number;
  private int depth;

  // What the running turn is and may use; published by STATE.
  private @Nullable Guest guest;
  private long startNs;
  private long cpuLimitNs;
  private long startBytes;
  private long byteLimit;

  // The answer of the watchdog; published by STATE.
  private @Nullable Budget exceeded;

  // Of the turn that ended last.
  private long usedNs;
  private long usedBytes;

  // What the watchdog saw when it first looked at the turn; published by seenState.
  private long seenAtNs;
  private long seenCpuNs;
  private volatile long seenState;

  /** A slot for the calling thread. */
  Turn(Meter meter, Watchdog watchdog) {
    this.thread = Thread.currentThread();
    this.threadId = thread.threadId();
    this.meter = meter;
    this.watchdog = watchdog;
  }

  /** Whether guest code runs here now, so that a further call would be part of the same turn. */
  boolean isRunning() {
    return depth > 0;
  }

  /**
   * Begins a turn or, inside of one, joins it: then the limits stay those of the outer call.
   *
   * @param cpuLimitNs CPU time for this turn
   * @param byteLimit bytes to be allocated by this turn
   */
  void begin(Guest runs, long cpuLimitNs, long byteLimit) {
    assert Thread.currentThread() == thread;
    if (depth++ > 0) return;
    guest = runs;
    this.cpuLimitNs = cpuLimitNs;
    this.byteLimit = byteLimit;
    exceeded = null;
    startNs = meter.nanoTime();
    startBytes = meter.allocatedBytes();
    STATE.setRelease(this, ++number << 2 | RUNNING);
    watchdog.wake();
  }

  /**
   * Ends what {@link #begin} began.
   *
   * @return the budget for which the watchdog stopped the turn, or null; always null inside of a
   *     turn
   */
  @Nullable Budget end() {
    assert depth > 0;
    if (--depth > 0) return null;
    long running = number << 2 | RUNNING;
    if (!STATE.compareAndSet(this, running, number << 2)) awaitStopped();
    usedNs = usedNs(running);
    usedBytes = meter.allocatedBytes() - startBytes;
    guest = null;
    if (exceeded == null && usedBytes > byteLimit) exceeded = Budget.ALLOCATION;
    return exceeded;
  }

  private long usedNs(long running) {
    long wallNs = meter.nanoTime() - startNs;
    if (wallNs < SLOW_NS || seenState != running) return wallNs;
    return Math.min(wallNs, seenAtNs - startNs + meter.cpuNs(threadId) - seenCpuNs);
  }

  private void awaitStopped() {
    boolean interrupted = false;
    while ((long) STATE.getAcquire(this) != number << 2) {
      LockSupport.parkNanos(this, 50_000);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) thread.interrupt();
  }

  /**
   * What the turn that ended last used: CPU time where the watchdog saw it, else wall time, which
   * is the same unless others want the core, and needs no call of the system.
   */
  long usedNs() {
    return usedNs;
  }

  /** Bytes allocated by the turn that ended last. */
  long usedBytes() {
    return usedBytes;
  }

  long threadId() {
    return threadId;
  }

  // For the watchdog.

  /** Identifies the running turn; 0 when none runs. */
  long running() {
    long now = (long) STATE.getAcquire(this);
    return (now & 3) == RUNNING ? now : 0;
  }

  long startNs() {
    return startNs;
  }

  /** CPU time of the thread when {@code running} was first seen. */
  long firstSeen(long running) {
    if (seenState != running) {
      seenCpuNs = meter.cpuNs(threadId);
      seenAtNs = meter.nanoTime();
      seenState = running;
    }
    return seenCpuNs;
  }

  long cpuLimitNs() {
    return cpuLimitNs;
  }

  long byteLimit() {
    return byteLimit;
  }

  long startBytes() {
    return startBytes;
  }

  /**
   * Claims the turn that {@link #running} identified; then {@link #stopped} must follow.
   *
   * @return the guest to stop, or null when that turn is over
   */
  @Nullable Guest tryStop(long running, Budget budget) {
    Guest stops = guest;
    if (!STATE.compareAndSet(this, running, running - RUNNING + STOPPING)) return null;
    exceeded = budget;
    return stops;
  }

  /** The guest will not be interrupted any more; {@code budget} is why it was. */
  void stopped(Budget budget) {
    exceeded = budget;
    long now = (long) STATE.getAcquire(this);
    assert (now & 3) == STOPPING;
    STATE.setRelease(this, now - STOPPING);
    LockSupport.unpark(thread);
  }
}
