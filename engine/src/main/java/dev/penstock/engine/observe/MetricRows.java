package dev.penstock.engine.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Counts by name, one object per worker and name. Names come from the configuration and from
 * discovery, never from requests, and their number is bounded: past the bound all share one row
 * (O7). Thread-safe; not for the request path.
 */
final class MetricRows<K, T> {
  private final int workers;
  private final int most;
  private final long retentionNs;
  private final Supplier<T> maker;
  private final Map<K, Row<T>> rows = new LinkedHashMap<>();
  private final K others;
  private long overflows;

  /**
   * No rows yet.
   *
   * @param others the name of the row that those past the bound share
   */
  MetricRows(int workers, int most, long retentionNs, K others, Supplier<T> maker) {
    this.workers = workers;
    this.most = most;
    this.retentionNs = retentionNs;
    this.others = others;
    this.maker = maker;
  }

  /** Finds or makes the row of {@code key}; a row that had been given up lives again. */
  synchronized T get(K key, int worker) {
    Row<T> row = rows.get(key);
    if (row == null && rows.size() >= most) {
      overflows++;
      row = rows.computeIfAbsent(others, k -> new Row<>(workers, maker));
    } else if (row == null) {
      row = new Row<>(workers, maker);
      rows.put(key, row);
    }
    row.isGone = false;
    return row.byWorker.get(worker);
  }

  /**
   * Gives up rows that nothing counts in any more. They are still shown for the retention time, so
   * that their last values are scraped.
   */
  synchronized void retain(Predicate<K> isLive, long nowNs) {
    rows.forEach((key, row) -> {
      boolean isGone = !key.equals(others) && !isLive.test(key);
      if (isGone && !row.isGone) row.goneSinceNs = nowNs;
      row.isGone = isGone;
    });
  }

  /** What is to be shown, in order of first appearance; forgets rows whose time is over. */
  synchronized List<Map.Entry<K, List<T>>> snapshot(long nowNs) {
    rows.values().removeIf(row -> row.isGone && nowNs - row.goneSinceNs > retentionNs);
    List<Map.Entry<K, List<T>>> all = new ArrayList<>(rows.size());
    rows.forEach((key, row) -> all.add(Map.entry(key, row.byWorker)));
    return all;
  }

  /** How often a name had to share. */
  synchronized long overflows() {
    return overflows;
  }

  private static final class Row<T> {
    final List<T> byWorker;
    boolean isGone;
    long goneSinceNs;

    Row(int workers, Supplier<T> maker) {
      List<T> made = new ArrayList<>(workers);
      for (int i = 0; i < workers; i++) made.add(maker.get());
      byWorker = List.copyOf(made);
    }
  }
}
