package dev.penstock.engine.observe;

import dev.penstock.engine.observe.OfferMetrics.Tally;
import dev.penstock.engine.time.SystemClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Calls an extension's code on virtual threads, one call at a time, and counts. A call that takes
 * too long is interrupted; the next one waits until it has really ended. For one thread, but for
 * {@link #interrupt}.
 */
final class LimitedCalls {
  private static final Logger LOG = LogManager.getLogger(LimitedCalls.class);

  private final String name;
  private final Duration deadline;
  private final Tally tally;
  private volatile @Nullable Thread running;
  private volatile boolean isFailing;

  LimitedCalls(String name, Duration deadline, Tally tally) {
    this.name = name;
    this.deadline = deadline;
    this.tally = tally;
  }

  /** Something that an extension does. */
  interface Task {
    void run() throws Exception;
  }

  /** Returns when the call has ended. */
  void run(Task task) throws InterruptedException {
    AtomicBoolean isCounted = new AtomicBoolean();
    Thread thread =
        Thread.ofVirtual().name("export-" + name).unstarted(() -> call(task, isCounted));
    running = thread;
    thread.start();
    if (thread.join(deadline)) return;
    thread.interrupt();
    failed(isCounted, "it took longer than " + deadline.toSeconds() + " s", null);
    thread.join();
  }

  private void call(Task task, AtomicBoolean isCounted) {
    long startNs = SystemClock.INSTANCE.nanoTime();
    try {
      task.run();
      if (isFailing) LOG.info("exporter {} works again", name);
      isFailing = false;
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      failed(isCounted, "it failed", e);
    } finally {
      tally.called(SystemClock.INSTANCE.nanoTime() - startNs);
    }
  }

  /** Once in a row of failures is said, all are counted. */
  private void failed(AtomicBoolean isCounted, String why, @Nullable Throwable e) {
    if (!isCounted.compareAndSet(false, true)) return;
    tally.failed();
    if (!isFailing) LOG.warn("exporter {}: {}", name, why, e);
    isFailing = true;
  }

  /** From any thread: the call that runs is not worth waiting for any more. */
  void interrupt() {
    Thread last = running;
    if (last != null) last.interrupt();
  }
}
