package dev.penstock.engine.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is known of an endpoint, whatever configuration names it: outlives snapshots, found by
 * upstream and name.
 *
 * <p>Counters are written by workers, everything else by the control loop.
 */
final class EndpointState {
  // Numbers of WorkerCounters; at most 16.
  static final int IN_FLIGHT = 0;
  static final int CONNECTIONS = 1;
  static final int REQUESTS = 2;
  static final int FAILURES = 3;
  static final int LATENCY_NS = 4;
  static final int LATENCY_AT = 5;
  static final int CONNECT_FAILURES = 6;

  /**
   * A latency a tenth of a minute old counts for a third: quick enough to follow, slow enough not
   * to chase noise.
   */
  private static final double DECAY_NS = 10e9;

  private static final int MAX_HISTORY = 20;

  final String name;
  final WorkerCounters counters;
  final AtomicInteger failuresInARow = new AtomicInteger();
  final AtomicInteger gatewayErrorsInARow = new AtomicInteger();

  volatile boolean isHealthy = true;
  volatile boolean isEjected;
  volatile long servingSinceNs;

  private final Deque<EndpointEvent> history = new ArrayDeque<>();

  // Confined to the control loop.
  int ejections;
  volatile long ejectedUntilNs;
  long seenRequests;
  long seenFailures;

  EndpointState(String name, int workers, long nowNs) {
    this.name = name;
    this.counters = new WorkerCounters(workers);
    this.servingSinceNs = nowNs;
  }

  /** Remembers the last of what became of it. */
  void remember(EndpointEvent event) {
    synchronized (history) {
      history.addLast(event);
      if (history.size() > MAX_HISTORY) history.removeFirst();
    }
  }

  /** Oldest first. */
  List<EndpointEvent> history() {
    synchronized (history) {
      return List.copyOf(history);
    }
  }

  boolean isAvailable() {
    return isHealthy && !isEjected;
  }

  int inFlight() {
    return (int) counters.sum(IN_FLIGHT);
  }

  /**
   * Takes a latency into this worker's moving average. A higher one counts at once, a lower one bit
   * by bit: an endpoint that turns slow is left before it has slowed many.
   */
  void observeLatency(int worker, long latencyNs, long nowNs) {
    double old = decayed(worker, nowNs);
    long at = counters.get(worker, LATENCY_AT);
    double next = latencyNs;
    if (old > latencyNs) {
      // At least a hundredth moves per answer, else a burst within one turn of the clock would not
      // count at all.
      double keep = Math.min(Math.exp((at - nowNs) / DECAY_NS), 0.99);
      next = counters.get(worker, LATENCY_NS) * keep + latencyNs * (1 - keep);
    }
    counters.set(worker, LATENCY_NS, Math.max(1, (long) next));
    counters.set(worker, LATENCY_AT, nowNs);
  }

  /** Mean over the workers that have one; 0 before the first answer. */
  long latencyNs() {
    long sum = 0;
    int known = 0;
    for (int worker = 0; worker < counters.workers(); worker++) {
      long latency = counters.get(worker, LATENCY_NS);
      if (latency == 0) continue;
      sum += latency;
      known++;
    }
    return known == 0 ? 0 : sum / known;
  }

  /**
   * As {@link #latencyNs()}, but fading while no answers come, so that a slow endpoint is asked
   * again some time.
   */
  double latencyNs(long nowNs) {
    double sum = 0;
    int known = 0;
    for (int worker = 0; worker < counters.workers(); worker++) {
      double latency = decayed(worker, nowNs);
      if (latency == 0) continue;
      sum += latency;
      known++;
    }
    return known == 0 ? 0 : sum / known;
  }

  private double decayed(int worker, long nowNs) {
    long latency = counters.get(worker, LATENCY_NS);
    if (latency == 0) return 0;
    long age = nowNs - counters.get(worker, LATENCY_AT);
    return age <= 0 ? latency : latency * Math.exp(-age / DECAY_NS);
  }
}
