package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.EndpointDiscovery;
import dev.penstock.engine.spi.EndpointDiscovery.Found;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs an {@link EndpointDiscovery} on a thread of its own, again and again, and hands on what it
 * finds. Whatever it does, nobody waits for it.
 *
 * <pre>
 * start ─► watch ─┬─ returns ─► interval ─┬─► watch … ─► stop: interrupted
 *                 └─ throws ──► pause ────┘
 * </pre>
 *
 * Thread-safe.
 */
final class EndpointWatch {
  private static final Logger LOG = LogManager.getLogger(EndpointWatch.class);
  private static final long MIN_INTERVAL_MS = 100;
  private static final long FIRST_PAUSE_MS = 1000;
  private static final long LONGEST_PAUSE_MS = 30_000;
  private static final int MOST = 10_000;

  private final Upstream upstream;
  private final EndpointDiscovery discovery;
  private final Taker taker;
  private final AtomicBoolean isStarted = new AtomicBoolean();
  private final CompletableFuture<Void> first = new CompletableFuture<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Thread thread;
  private volatile boolean isFailing;
  private long pauseMs;

  /** Hears of each list, on the thread of the discovery. */
  interface Taker {
    /**
     * @return completes when the endpoints can be used
     */
    CompletableFuture<Void> take(List<EndpointRules> all);
  }

  EndpointWatch(Upstream upstream, EndpointDiscovery discovery, Taker taker) {
    this.upstream = upstream;
    this.discovery = discovery;
    this.taker = taker;
  }

  /**
   * Begins, unless it has begun.
   *
   * @return completes when there was a list, or a failure
   */
  CompletableFuture<Void> start() {
    if (isStarted.compareAndSet(false, true)) {
      thread = Thread.ofVirtual().name("discovery-" + upstream.name()).start(this::run);
      if (stopped.getCount() == 0) stop();
    }
    return first;
  }

  void stop() {
    stopped.countDown();
    Thread running = thread;
    if (running != null) running.interrupt();
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private void run() {
    while (!isStopped()) {
      long nextMs;
      try {
        discovery.watch(this::onEndpoints);
        pauseMs = 0;
        nextMs = Math.max(MIN_INTERVAL_MS, discovery.interval().toMillis());
      } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
        if (isStopped()) return;
        nextMs = onFailure(e);
      }
      try {
        if (stopped.await(nextMs, TimeUnit.MILLISECONDS)) return;
      } catch (InterruptedException e) {
        // It has kept an interrupt that was not ours; ours comes with the latch.
      }
    }
  }

  private long onFailure(Throwable failure) {
    // Once per row of failures: it is tried for ever.
    if (!isFailing)
      LOG.warn(
          "upstream {}: its endpoints cannot be found; the last ones stay",
          upstream.name(),
          failure);
    isFailing = true;
    pauseMs = pauseMs == 0 ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    first.complete(null);
    return pauseMs;
  }

  private void onEndpoints(List<Found> all) {
    List<EndpointRules> rules = checked(all);
    if (isFailing) LOG.info("upstream {}: its endpoints are found again", upstream.name());
    isFailing = false;
    CompletableFuture<Void> _ =
        taker.take(rules).whenComplete((done, failure) -> first.complete(null));
  }

  private List<EndpointRules> checked(List<Found> all) {
    if (all.size() > MOST)
      throw new IllegalArgumentException(
          "%d endpoints; an upstream has %d at most".formatted(all.size(), MOST));
    Set<String> names = new HashSet<>();
    for (EndpointRules each : upstream.rules().endpoints()) names.add(each.label());
    List<EndpointRules> rules = new ArrayList<>(all.size());
    for (Found each : all) {
      EndpointRules made =
          new EndpointRules(each.address(), each.weight(), each.isBackup(), each.name());
      if (!names.add(made.label()))
        throw new IllegalArgumentException("endpoint \"" + made.label() + "\" stands twice");
      rules.add(made);
    }
    return List.copyOf(rules);
  }
}
