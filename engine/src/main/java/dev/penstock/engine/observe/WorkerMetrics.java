package dev.penstock.engine.observe;

import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h2.Breach;
import dev.penstock.engine.spi.ProxyError;

/**
 * What one worker counts. Counting is for that worker only; looking up ({@link #route} and its
 * like) is for any thread and takes a lock: do it when a plan is prepared, and keep what it returns
 * in the plan.
 */
@SuppressWarnings("EnumOrdinal") // arrays of counts are indexed by it, within one process
public final class WorkerMetrics {
  private final Metrics metrics;
  private final int index;
  private final long[] violations = new long[Violation.values().length];
  private final long[] breaches = new long[Breach.values().length];
  private final long[] tolerated = new long[Violation.values().length];
  private final long[] errors = new long[ProxyError.Kind.values().length];
  private final long[] terminations = new long[TerminationCode.NUMBERS];
  private final Histogram turns = new Histogram();
  private final long[] loop = new long[5];
  static final int TIMERS = 0;
  static final int SHED = 1;
  static final int BUFFERED = 2;
  static final int LIVE = 3;
  static final int EVICTED = 4;

  WorkerMetrics(Metrics metrics, int index) {
    this.metrics = metrics;
    this.index = index;
  }

  public int index() {
    return index;
  }

  /** The counts of a route; found again after a reload. */
  public RouteMetrics route(String id) {
    return metrics.routes.get(id, index);
  }

  public UpstreamMetrics upstream(String name) {
    return metrics.upstreams.get(name, index);
  }

  public EndpointMetrics endpoint(String upstream, String endpoint) {
    return metrics.endpoints.get(new Metrics.EndpointKey(upstream, endpoint), index);
  }

  public ListenerMetrics listener(String name) {
    return metrics.listeners.get(name, index);
  }

  /** The counts of a filter, by the name under which operators know it. */
  public FilterMetrics filter(String name) {
    return metrics.filters.get(name, index);
  }

  /** Counts an exchange that has ended: once each, with the record that is also logged. */
  public void exchangeEnded(RouteMetrics route, ExchangeRecord record) {
    route.ended(record);
    Cells.add(terminations, record.termination.number(), 1);
    metrics.tap().show(record);
  }

  /** An error ended an exchange or an attempt of it. */
  public void error(ProxyError.Kind kind) {
    Cells.add(errors, kind.ordinal(), 1);
  }

  /** A message was refused for this. */
  public void violation(Violation violation) {
    Cells.add(violations, violation.ordinal(), 1);
  }

  /** A message was let through in spite of this, as the listener allows. */
  public void tolerated(Violation violation) {
    Cells.add(tolerated, violation.ordinal(), 1);
  }

  /** A turn of the loop has ended: how long events that came meanwhile had to wait. */
  public void turn(long ns) {
    turns.record(ns);
  }

  /** How many timers are set now. */
  public void timers(int set) {
    Cells.set(loop, TIMERS, set);
  }

  /** How many bytes wait in memory for slow peers, by the buffers that hold them. */
  public void buffered(long bytes) {
    Cells.set(loop, BUFFERED, bytes);
  }

  /** How many exchanges are under way, tunnels and our own requests included. */
  public void live(int exchanges) {
    Cells.set(loop, LIVE, exchanges);
  }

  /** Connections were reset because their buffers were needed (L6). */
  public void evicted(int connections) {
    Cells.add(loop, EVICTED, connections);
  }

  /** A request was turned away because the loop lags (L14). */
  public void shed() {
    Cells.add(loop, SHED, 1);
  }

  /** A client's stream or connection was ended for this. */
  public void breach(Breach breach) {
    Cells.add(breaches, breach.ordinal(), 1);
  }

  void addBreachesTo(long[] sums) {
    Metrics.add(breaches, sums);
  }

  void addViolationsTo(long[] sums) {
    Metrics.add(violations, sums);
  }

  void addToleratedTo(long[] sums) {
    Metrics.add(tolerated, sums);
  }

  void addErrorsTo(long[] sums) {
    Metrics.add(errors, sums);
  }

  void addTerminationsTo(long[] sums) {
    Metrics.add(terminations, sums);
  }

  /** Exchanges under way. From any thread. */
  public long live() {
    return Cells.get(loop, LIVE);
  }

  /** Timers that are set. From any thread. */
  public long timers() {
    return Cells.get(loop, TIMERS);
  }

  /** Bytes that wait in memory for slow peers. From any thread. */
  public long bufferedBytes() {
    return Cells.get(loop, BUFFERED);
  }

  /** How long turns took, counted as in a {@link Traffic}. From any thread. */
  public long[] turnBuckets() {
    long[] buckets = new long[Histogram.BUCKETS];
    turns.addTo(buckets);
    return buckets;
  }

  Histogram turns() {
    return turns;
  }

  long loop(int cell) {
    return Cells.get(loop, cell);
  }
}
