package dev.penstock.admin;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.observe.Traffic;
import dev.penstock.engine.time.SystemClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Numbers of the last hour, a point every two seconds. Thread-safe. */
final class Series implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(Series.class);
  static final int STEP_MILLIS = 2000;
  private static final int KEPT = 1800;

  private final Gateway gateway;
  private final Deque<Fields> points = new ArrayDeque<>();
  private final Set<Feed> feeds = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("admin-series").daemon().factory());
  private Traffic before;
  private long[] turnsBefore;

  Series(Gateway gateway) {
    this.gateway = gateway;
    this.before = total();
    this.turnsBefore = turns();
    var _ = clock.scheduleAtFixedRate(this::step, STEP_MILLIS, STEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private Traffic total() {
    Traffic sum = Traffic.NONE;
    for (Traffic each : gateway.metrics().traffic(SystemClock.INSTANCE.nanoTime()).values())
      sum = sum.plus(each);
    return sum;
  }

  private long[] turns() {
    long[] sums = Traffic.NONE.buckets().clone();
    for (int i = 0; i < gateway.metrics().workerCount(); i++) {
      long[] buckets = gateway.metrics().worker(i).turnBuckets();
      for (int k = 0; k < sums.length; k++) sums[k] += buckets[k];
    }
    return sums;
  }

  private void step() {
    try {
      Fields point = point();
      synchronized (this) {
        points.addLast(point);
        if (points.size() > KEPT) points.removeFirst();
      }
      feeds.forEach(each -> each.add("point", "", point));
    } catch (RuntimeException e) {
      LOG.error("a point of the series could not be taken", e);
    }
  }

  private Fields point() {
    Traffic now = total();
    long[] turns = turns();
    Traffic step = now.since(before);
    Traffic lag = new Traffic(0, 0, 0, 0, 0, turns).since(new Traffic(0, 0, 0, 0, 0, turnsBefore));
    before = now;
    turnsBefore = turns;
    long inFlight = 0;
    for (int i = 0; i < gateway.metrics().workerCount(); i++)
      inFlight += gateway.metrics().worker(i).live();
    long connections =
        gateway.metrics().openConnections(SystemClock.INSTANCE.nanoTime()).values().stream()
            .mapToLong(each -> each)
            .sum();
    Runtime jvm = Runtime.getRuntime();
    return Fields.of(
        "at", Fields.time(SystemClock.INSTANCE.wallMillis()),
        "requests", step.requests(),
        "errors", step.errors(),
        "clientErrors", step.clientErrors(),
        "p50Millis", Fields.millis(step.quantileNs(0.5)),
        "p95Millis", Fields.millis(step.quantileNs(0.95)),
        "p99Millis", Fields.millis(step.quantileNs(0.99)),
        "inFlight", inFlight,
        "connections", connections,
        "lagMillis", Fields.millis(lag.quantileNs(0.99)),
        "heapBytes", jvm.totalMemory() - jvm.freeMemory(),
        "bytesIn", step.bytesIn(),
        "bytesOut", step.bytesOut());
  }

  /** The newest points, oldest first. */
  synchronized List<Fields> last(int count) {
    List<Fields> all = new ArrayList<>(points);
    return all.subList(Math.max(0, all.size() - count), all.size());
  }

  /** Points from now on. */
  Feed open() {
    Feed[] self = new Feed[1];
    self[0] = new Feed(() -> feeds.remove(self[0]));
    feeds.add(self[0]);
    return self[0];
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
