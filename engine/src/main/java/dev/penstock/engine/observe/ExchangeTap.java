package dev.penstock.engine.observe;

import dev.penstock.engine.bytes.Slice;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Where others may look at exchanges as they end. While nobody does, it costs a worker one read.
 * Thread-safe.
 */
public final class ExchangeTap {
  private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
  private volatile List<String> secrets = AccessLogRules.DEFAULTS.redactQuery();

  /**
   * Is shown exchanges, on the worker that served them: it must be quick, may not block, and copies
   * what it keeps.
   */
  @FunctionalInterface
  public interface Viewer {
    /**
     * @param target the request's target, secrets in it masked
     */
    void onEnded(ExchangeRecord record, String target);
  }

  public void add(Viewer viewer) {
    viewers.add(viewer);
  }

  public void remove(Viewer viewer) {
    viewers.remove(viewer);
  }

  /** Query parameters whose values are masked. */
  public void redact(List<String> parameters) {
    secrets = List.copyOf(parameters);
  }

  void show(ExchangeRecord record) {
    if (viewers.isEmpty()) return;
    String target = new Redaction(secrets).apply(record.target, new Slice()).toString();
    for (Viewer each : viewers) each.onEnded(record, target);
  }
}
