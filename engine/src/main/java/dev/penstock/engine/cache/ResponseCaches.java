package dev.penstock.engine.cache;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * All caches of the process by name. A cache lives as long as a snapshot holds it, so what is
 * stored outlives each change that leaves the rules of its cache as they are. Thread-safe.
 */
public final class ResponseCaches {
  /** The cache that is there without being written. */
  public static final String DEFAULT = "default";

  private final ConcurrentMap<String, Held> byName = new ConcurrentHashMap<>();

  private record Held(ResponseCache cache, int holders) {}

  /** One holder's claim on a cache. */
  public record Lease(ResponseCache cache, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  /**
   * Holds the cache with this name and these rules until the lease is closed; a new one where the
   * rules have changed.
   */
  public Lease hold(String name, CacheRules rules) {
    Held held =
        byName.compute(
            name,
            (n, old) -> {
              if (old != null && old.cache.rules().equals(rules))
                return new Held(old.cache, old.holders + 1);
              // The new one may want the same folder.
              if (old != null) old.cache.closeCold();
              return new Held(new ResponseCache(n, rules), 1);
            });
    return new Lease(held.cache, () -> release(held.cache));
  }

  private void release(ResponseCache cache) {
    Held left =
        byName.computeIfPresent(
            cache.name(),
            (n, held) -> {
              if (!held.cache.equals(cache)) return held;
              return held.holders == 1 ? null : new Held(cache, held.holders - 1);
            });
    if (left == null) cache.close();
  }

  /** Writes what outlives the process. */
  public void close() {
    byName.values().forEach(held -> held.cache.closeCold());
  }

  /** By name; the one that serves new requests. */
  public @Nullable ResponseCache find(String name) {
    Held held = byName.get(name);
    return held == null ? null : held.cache;
  }

  public List<ResponseCache> all() {
    return byName.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(each -> each.getValue().cache)
        .toList();
  }
}
