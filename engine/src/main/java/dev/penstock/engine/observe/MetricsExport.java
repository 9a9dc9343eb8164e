package dev.penstock.engine.observe;

import dev.penstock.engine.observe.OfferMetrics.Tally;
import dev.penstock.engine.spi.MetricsExporter;
import dev.penstock.engine.time.SystemClock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Gives a {@link MetricsExporter} all numbers, again and again. */
public final class MetricsExport extends Export {
  private final MetricsExporter guest;
  private final Duration interval;
  private final LimitedCalls calls;
  private final AtomicBoolean isStarted = new AtomicBoolean();
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * Not started yet.
   *
   * @param name for messages and threads
   */
  public MetricsExport(String name, MetricsExporter guest, Duration interval, Tally tally) {
    this.guest = guest;
    this.interval = interval;
    this.calls = new LimitedCalls(name, DEADLINE, tally);
  }

  @Override
  void start(Metrics metrics) {
    if (isStarted.compareAndSet(false, true))
      Thread.ofVirtual().name("export-metrics").start(() -> run(metrics));
  }

  private void run(Metrics metrics) {
    try {
      while (!stopped.await(interval.toMillis(), TimeUnit.MILLISECONDS))
        calls.run(() -> guest.export(metrics.families(SystemClock.INSTANCE.nanoTime())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (!isClosed.compareAndSet(false, true)) return;
    stopped.countDown();
    calls.interrupt();
    Thread.ofVirtual().name("close-export").start(() -> close(guest::close));
  }

  /** There is nothing to wait for: the last numbers are not worth it. */
  @Override
  void await(Duration atMost) {}
}
