package dev.penstock.engine.control;

import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.upstream.ControlLoop;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The control loop as a thread of its own. Commands after {@link #close} are dropped. */
public final class ControlThread implements ControlLoop, AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(ControlThread.class);

  private final NanoClock clock;
  private final ScheduledThreadPoolExecutor executor;

  /** Starts the thread. */
  public ControlThread(NanoClock clock) {
    this.clock = clock;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("penstock-control").daemon().factory());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public NanoClock clock() {
    return clock;
  }

  @Override
  public void execute(Runnable command) {
    schedule(0, command);
  }

  @Override
  public Runnable schedule(long delayNs, Runnable command) {
    try {
      ScheduledFuture<?> future =
          executor.schedule(() -> run(command), Math.max(0, delayNs), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  private static void run(Runnable command) {
    try {
      command.run();
    } catch (RuntimeException e) {
      // One command that fails is a bug, but the others still keep the endpoints' state true.
      LOG.error("a command of the control loop failed", e);
    }
  }

  /** Runs what is due, as far as a second allows: whatever was let go before is closed then. */
  @Override
  public void close() {
    CountDownLatch due = new CountDownLatch(1);
    execute(due::countDown);
    try {
      boolean _ = due.await(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    executor.shutdown();
  }
}
