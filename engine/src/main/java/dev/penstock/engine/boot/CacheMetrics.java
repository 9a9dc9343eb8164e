package dev.penstock.engine.boot;

import dev.penstock.engine.cache.CacheCounters.Counts;
import dev.penstock.engine.cache.ResponseCache;
import dev.penstock.engine.cache.ResponseCaches;
import dev.penstock.engine.observe.MetricFamilies;
import dev.penstock.engine.observe.MetricSource;
import java.util.List;

/** What each cache has done and holds. */
final class CacheMetrics implements MetricSource {
  private final ResponseCaches caches;

  CacheMetrics(ResponseCaches caches) {
    this.caches = caches;
  }

  @Override
  public void writeTo(MetricFamilies out) {
    List<ResponseCache> all = caches.all();
    if (all.isEmpty()) return;
    out.counter("penstock_cache_requests", "Requests by what the cache did with them.");
    for (ResponseCache each : all) {
      Counts counts = each.counters().counts();
      result(out, each, "hit", counts.hits());
      result(out, each, "stale", counts.stale());
      result(out, each, "miss", counts.misses());
      result(out, each, "bypass", counts.bypasses());
    }
    out.counter("penstock_cache_collapsed", "Requests answered with the response to another's.");
    for (ResponseCache each : all) value(out, each, each.counters().counts().collapsed());
    out.counter("penstock_cache_revalidations", "Stored responses that the upstream confirmed.");
    for (ResponseCache each : all) value(out, each, each.counters().counts().revalidations());
    out.counter("penstock_cache_stored", "Responses stored.");
    for (ResponseCache each : all) value(out, each, each.counters().counts().stored());
    out.counter("penstock_cache_evicted", "Addresses that left for want of room.");
    for (ResponseCache each : all) value(out, each, each.counters().counts().evicted());
    out.counter("penstock_cache_purged", "Responses purged or made void.");
    for (ResponseCache each : all) value(out, each, each.counters().counts().purged());
    out.gauge("penstock_cache_entries", "Addresses of which something is stored.");
    for (ResponseCache each : all) value(out, each, each.entries());
    out.gauge("penstock_cache_bytes", "Memory in use, about.");
    for (ResponseCache each : all) value(out, each, each.bytes());
  }

  private static void result(MetricFamilies out, ResponseCache of, String result, long count) {
    out.value(count, "cache", of.name(), "result", result);
  }

  private static void value(MetricFamilies out, ResponseCache of, long count) {
    out.value(count, "cache", of.name());
  }
}
