package dev.penstock.engine.observe;

import dev.penstock.engine.spi.ProxyError;
import org.jspecify.annotations.Nullable;

/** Counts of one endpoint on one worker. Written by that worker only. */
@SuppressWarnings("EnumOrdinal") // arrays of counts are indexed by it, within one process
public final class EndpointMetrics {
  private static final ProxyError.Kind[] KINDS = ProxyError.Kind.values();

  /** Outcomes of attempts: a status class each, then each kind of error. */
  static final int OUTCOMES = 5 + KINDS.length;

  static final int REUSED = OUTCOMES;
  static final int OPENED = REUSED + 1;
  static final int IDLE = OPENED + 1;
  static final int OPEN = IDLE + 1;
  static final int IN_FLIGHT = OPEN + 1;
  static final int CELLS = IN_FLIGHT + 1;

  private final long[] cells = new long[CELLS];
  private @Nullable Histogram connectTimes;
  private @Nullable Histogram headTimes;

  EndpointMetrics() {}

  /** An attempt begins. */
  public void attemptBegan() {
    Cells.add(cells, IN_FLIGHT, 1);
  }

  /** The attempt ended with a response of this status, whole or cut off by the client. */
  public void attemptAnswered(int status) {
    Cells.add(cells, IN_FLIGHT, -1);
    Cells.add(cells, Math.clamp(status / 100, 1, 5) - 1, 1);
  }

  /** The attempt ended with an error, before or after the head of a response. */
  public void attemptFailed(ProxyError.Kind kind) {
    Cells.add(cells, IN_FLIGHT, -1);
    Cells.add(cells, 5 + kind.ordinal(), 1);
  }

  /** The attempt ended before an answer, for a reason that is not the endpoint's. */
  public void attemptCancelled() {
    Cells.add(cells, IN_FLIGHT, -1);
  }

  /** From sending the head of a request to receiving that of the response. */
  public void headTime(long ns) {
    Histogram histogram = headTimes;
    if (histogram == null) headTimes = histogram = new Histogram();
    histogram.record(ns);
  }

  /** A connection was made; {@code ns} includes TLS. */
  public void connected(long ns) {
    Cells.add(cells, OPENED, 1);
    Cells.add(cells, OPEN, 1);
    Histogram histogram = connectTimes;
    if (histogram == null) connectTimes = histogram = new Histogram();
    histogram.record(ns);
  }

  /** A connection was closed, by whomever. */
  public void disconnected() {
    Cells.add(cells, OPEN, -1);
  }

  /** An idle connection of the pool was taken for an attempt. */
  public void reused() {
    Cells.add(cells, REUSED, 1);
  }

  /** How many idle connections this worker's pool holds now. */
  public void idle(int connections) {
    Cells.set(cells, IDLE, connections);
  }

  void addTo(long[] sums) {
    Metrics.add(cells, sums);
  }

  @Nullable Histogram connectTimes() {
    return connectTimes;
  }

  @Nullable Histogram headTimes() {
    return headTimes;
  }

  /** The value of the label {@code outcome}. */
  static String outcome(int i) {
    return i < 5 ? (i + 1) + "xx" : Metrics.label(KINDS[i - 5]);
  }
}
