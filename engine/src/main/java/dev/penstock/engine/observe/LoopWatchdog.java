package dev.penstock.engine.observe;

import dev.penstock.engine.time.NanoClock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all workers fifty times a second and reports, with its stack, one that has been in a
 * turn for over 100 ms: a filter that blocks, a script that computes, a look-up that waits. Each
 * stall once; stacks not more often than one in ten seconds for each worker.
 */
public final class LoopWatchdog implements AutoCloseable {
  private static final long PERIOD_NS = 20_000_000;
  private static final long STACK_EVERY_NS = 10_000_000_000L;

  /** Who calls filters; a layer above, so known by its name. */
  private static final String FILTER_CALL = "dev.penstock.engine.proxy.FilterCall";

  private static final long DEAD_NS = 1_000_000_000;

  /** Told of a stall, on the watchdog's thread. */
  @FunctionalInterface
  interface Listener {
    /** {@code stack} is empty when this worker's was shown a short while ago. */
    void onStall(int worker, long turnNs, StackTraceElement[] stack);
  }

  private final NanoClock clock;
  private final Listener listener;
  private final List<Watched> workers = new CopyOnWriteArrayList<>();
  private volatile @Nullable Thread thread;

  /**
   * A watchdog that reports to the gateway's log.
   *
   * @param clock is asked on the watchdog's own thread, so it must not be a worker's clock of this
   *     turn
   */
  public LoopWatchdog(NanoClock clock) {
    this(clock, LoopWatchdog::warn);
  }

  LoopWatchdog(NanoClock clock, Listener listener) {
    this.clock = clock;
    this.listener = listener;
  }

  /** Adds a worker; called when its thread exists. */
  public LoopPulse watch(Thread worker, WorkerMetrics metrics) {
    Watched watched = new Watched(new LoopPulse(worker, metrics));
    workers.add(watched);
    return watched.pulse;
  }

  /** Begins to look, on a daemon thread. */
  public synchronized void start() {
    if (thread != null) throw new IllegalStateException("started already");
    Thread starting = Thread.ofPlatform().name("penstock-watchdog").daemon().unstarted(this::run);
    thread = starting;
    starting.start();
  }

  @Override
  public synchronized void close() {
    Thread running = thread;
    thread = null;
    LockSupport.unpark(running);
  }

  /** How long the current turn of {@code worker} has taken; 0 when it waits. From any thread. */
  public long turnNs(int worker, long nowNs) {
    for (Watched each : workers) {
      if (each.pulse.worker() == worker) return each.pulse.turnNs(nowNs);
    }
    return 0;
  }

  /**
   * Whether {@code worker} is in a turn that takes too long, as of {@code nowNs}. From any thread.
   */
  public boolean isLagging(int worker, long nowNs) {
    for (Watched each : workers) {
      if (each.pulse.worker() == worker && each.pulse.turnNs(nowNs) > LoopPulse.LAG_NS) return true;
    }
    return false;
  }

  /** Whether all loops answer within a second: what {@code /livez} says (O6). From any thread. */
  public boolean isLive(long nowNs) {
    for (Watched each : workers) {
      if (each.pulse.turnNs(nowNs) > DEAD_NS || !each.pulse.thread().isAlive()) return false;
    }
    return true;
  }

  /** Numbers for a scrape. */
  public MetricSource metrics() {
    return out -> {
      out.counter("penstock_worker_stalls", "Turns of a worker's loop of over 100 ms.");
      for (Watched each : workers) {
        out.value(each.stalls.get(), "worker", Integer.toString(each.pulse.worker()));
      }
    };
  }

  /** One look at all workers. */
  void look() {
    long nowNs = clock.nanoTime();
    for (Watched each : workers) each.look(nowNs);
  }

  private void run() {
    while (thread == Thread.currentThread()) {
      LockSupport.parkNanos(PERIOD_NS);
      try {
        look();
      } catch (LinkageError e) {
        // No class can be loaded while no descriptor is left; the next look may find one.
      }
    }
  }

  private static void warn(int worker, long turnNs, StackTraceElement[] stack) {
    StringBuilder text = new StringBuilder();
    for (StackTraceElement frame : stack) text.append("\n\tat ").append(frame);
    Log.LOG.warn(
        "worker {} has been busy with one turn for {} ms: requests on it wait. {}It is doing:{}",
        worker,
        turnNs / 1_000_000,
        culprit(stack),
        stack.length == 0 ? " (shown a short while ago)" : text);
  }

  /** The filter that is being called, as a sentence; empty when it is none. */
  static String culprit(StackTraceElement[] stack) {
    for (int i = 1; i < stack.length; i++) {
      if (!stack[i].getClassName().equals(FILTER_CALL)) continue;
      StackTraceElement called = stack[i - 1];
      String plugin = called.getClassLoaderName();
      return "The filter "
          + called.getClassName()
          + (plugin == null || plugin.equals("app") ? "" : " of the plugin " + plugin)
          + " blocks it in "
          + called.getMethodName()
          + "; filters that wait must be BLOCKING. ";
    }
    return "";
  }

  private final class Watched {
    final LoopPulse pulse;
    final AtomicLong stalls = new AtomicLong();
    private long reportedStart;
    private boolean hasReported;
    private long stackNs;
    private boolean hasStack;

    Watched(LoopPulse pulse) {
      this.pulse = pulse;
    }

    void look(long nowNs) {
      long start = pulse.turnStart();
      long turnNs = pulse.turnNs(nowNs);
      if (turnNs <= LoopPulse.LAG_NS || (hasReported && start == reportedStart)) return;
      hasReported = true;
      reportedStart = start;
      stalls.incrementAndGet();
      boolean showStack = !hasStack || nowNs - stackNs >= STACK_EVERY_NS;
      StackTraceElement[] stack =
          showStack ? pulse.thread().getStackTrace() : new StackTraceElement[0];
      if (showStack) {
        hasStack = true;
        stackNs = nowNs;
      }
      listener.onStall(pulse.worker(), turnNs, stack);
    }
  }

  private static final class Log {
    static final Logger LOG = LogManager.getLogger(LoopWatchdog.class);
  }
}
