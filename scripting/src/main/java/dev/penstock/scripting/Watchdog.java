package dev.penstock.scripting;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all turns every few milliseconds and stops those that go beyond their budget. Sleeps
 * while no guest code runs.
 *
 * <p>A turn is judged by the CPU time of its thread, not by the wall: a garbage collection or a
 * busy machine is not the script's fault. The clock starts when the turn is first seen, so a budget
 * is met within one look.
 */
final class Watchdog implements AutoCloseable {
  private static final Logger log = LogManager.getLogger(Watchdog.class);
  private static final long LOOK_NS = 2_000_000;
  private static final int QUIET_LOOKS = 50;

  /**
   * How long an interrupt may take before the context is given up. Giving up earlier would not stop
   * anything earlier: a cancelled context ends at the same safepoints as an interrupted one, and
   * costs a new realm.
   */
  private static final long STUCK_MS = 2_000;

  private final Meter meter;
  private final List<Turn> turns = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean closed;

  Watchdog(Meter meter) {
    this.meter = meter;
    this.thread = Thread.ofPlatform().name("script-watchdog").daemon().unstarted(this::run);
  }

  Watchdog start() {
    thread.start();
    return this;
  }

  void watch(Turn turn) {
    turns.add(turn);
  }

  void forget(Turn turn) {
    turns.remove(turn);
  }

  /** A turn begins. Costs a read unless the watchdog sleeps. */
  void wake() {
    if (asleep) LockSupport.unpark(thread);
  }

  private void run() {
    int quiet = 0;
    while (!closed) {
      if (look()) quiet = 0;
      else quiet++;
      if (quiet < QUIET_LOOKS) {
        LockSupport.parkNanos(this, LOOK_NS);
        continue;
      }
      asleep = true;
      // A turn that began before it could see the flag is seen here.
      if (!look()) LockSupport.park(this);
      asleep = false;
      quiet = 0;
    }
  }

  /** Returns whether any guest code runs. */
  private boolean look() {
    boolean any = false;
    for (Turn turn : turns) {
      long running = turn.running();
      if (running == 0) continue;
      any = true;
      Budget exceeded = judge(turn, running);
      if (exceeded != null) stop(turn, running, exceeded);
    }
    return any;
  }

  private @Nullable Budget judge(Turn turn, long running) {
    long seenCpuNs = turn.firstSeen(running);
    long start = turn.startNs();
    long cpuLimit = turn.cpuLimitNs();
    long bytes = meter.allocatedBytes(turn.threadId()) - turn.startBytes();
    if (turn.running() != running) return null;
    if (bytes > turn.byteLimit()) return Budget.ALLOCATION;
    if (meter.nanoTime() - start <= cpuLimit) return null;
    return meter.cpuNs(turn.threadId()) - seenCpuNs > cpuLimit ? Budget.CPU : null;
  }

  private void stop(Turn turn, long running, Budget budget) {
    Guest guest = turn.tryStop(running, budget);
    if (guest == null) return;
    // On a thread of its own: one guest that does not stop must not blind the watchdog for the
    // others.
    Thread.ofPlatform()
        .name("script-stop")
        .daemon()
        .start(() -> {
          Budget outcome = budget;
          try {
            if (!guest.interrupt(STUCK_MS)) outcome = Budget.STUCK;
          } catch (RuntimeException e) {
            log.warn("stopping {} failed", guest.version().label(), e);
            outcome = Budget.STUCK;
          } finally {
            turn.stopped(outcome);
          }
        });
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
