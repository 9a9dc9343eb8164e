package dev.penstock.scripting;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.EntryUnit;
import org.ehcache.config.units.MemoryUnit;
import org.ehcache.expiry.ExpiryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * One key-value store: bounded, with a time to live per entry, shared by all workers. Thread-safe;
 * none of its operations waits for another thread.
 */
final class KvStore {
  private static final int MAX_KEY = 512;
  private static final long MAX_SAFE_INTEGER = (1L << 53) - 1;

  private final String name;
  private final ScriptRules.KvRules rules;
  private final Meter meter;
  private final CacheManager caches;
  private final Cache<String, KvValue> cache;
  // Computations of getOrCompute that are under way, with those who wait for them.
  private final Map<String, List<Consumer<@Nullable String>>> computing = new HashMap<>();

  KvStore(String name, ScriptRules.KvRules rules, @Nullable Path persist, Meter meter) {
    this.name = name;
    this.rules = rules;
    this.meter = meter;
    ResourcePoolsBuilder pools =
        ResourcePoolsBuilder.newResourcePoolsBuilder().heap(rules.maxEntries(), EntryUnit.ENTRIES);
    if (persist != null) {
      long bytes = Math.clamp((long) rules.maxEntries() * 1024, 16L << 20, 1L << 30);
      pools = pools.disk(bytes, MemoryUnit.B, true);
    }
    CacheConfigurationBuilder<String, KvValue> configuration =
        CacheConfigurationBuilder.newCacheConfigurationBuilder(String.class, KvValue.class, pools)
            .withExpiry(new ByEntry());
    if (persist == null) {
      caches = CacheManagerBuilder.newCacheManagerBuilder().build(true);
    } else {
      configuration = configuration.withValueSerializer(new KvValue.Form());
      caches =
          CacheManagerBuilder.newCacheManagerBuilder()
              .with(CacheManagerBuilder.persistence(persist.toFile()))
              .build(true);
    }
    cache = caches.createCache(name, configuration);
  }

  String name() {
    return name;
  }

  boolean fits(ScriptRules.KvRules other) {
    return rules.maxEntries() == other.maxEntries()
        && rules.maxValue() == other.maxValue()
        && java.util.Objects.equals(rules.persist(), other.persist());
  }

  void close() {
    caches.close();
  }

  @Nullable KvValue get(String key) {
    if (key.length() > MAX_KEY) return null;
    KvValue value = cache.get(key);
    return value != null && value.expiresAt() <= meter.wallMillis() ? null : value;
  }

  /** Returns null, or why it cannot be kept. */
  @Nullable String put(String key, KvValue value) {
    String problem = problem(key, value);
    if (problem == null) cache.put(key, value);
    return problem;
  }

  boolean delete(String key) {
    return key.length() <= MAX_KEY && cache.get(key) != null && removed(key);
  }

  private boolean removed(String key) {
    cache.remove(key);
    return true;
  }

  /**
   * Keys with that prefix behind {@code after}, in order; one more than {@code limit} if there are
   * more.
   */
  List<String> list(String prefix, String after, int limit) {
    TreeSet<String> found = new TreeSet<>();
    for (Cache.Entry<String, KvValue> entry : cache) {
      String key = entry.getKey();
      if (!key.startsWith(prefix) || key.compareTo(after) <= 0) continue;
      found.add(key);
      if (found.size() > limit + 1) found.pollLast();
    }
    return new ArrayList<>(found);
  }

  /**
   * Adds to a counter.
   *
   * @return the new count
   * @throws IllegalArgumentException when the value is no integer, or would be none that JavaScript
   *     counts exactly
   */
  long increment(String key, long by, long ttlMs) {
    while (true) {
      KvValue old = get(key);
      long count;
      try {
        count = Math.addExact(old == null ? 0 : Long.parseLong(old.asText()), by);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("increment: the value of \"" + key + "\" is no integer");
      }
      if (Math.abs(count) > MAX_SAFE_INTEGER)
        throw new IllegalArgumentException("increment: the count leaves the safe integers");
      // A counter's time runs from its first increment, so that it can count per window.
      long expiresAt = old != null ? old.expiresAt() : expiry(ttlMs);
      KvValue fresh = KvValue.of(Long.toString(count), expiresAt);
      if (replaced(key, old, fresh)) return count;
    }
  }

  /**
   * Puts {@code value}, or removes the key for null, if its text is {@code expected}, null for
   * absent.
   */
  boolean compareAndSet(String key, @Nullable String expected, @Nullable KvValue value) {
    while (true) {
      KvValue old = get(key);
      boolean same = old == null ? expected == null : old.asText().equals(expected);
      if (!same) return false;
      if (value == null) {
        if (old == null || cache.remove(key, old)) return true;
      } else if (replaced(key, old, value)) {
        return true;
      }
    }
  }

  private boolean replaced(String key, @Nullable KvValue old, KvValue fresh) {
    if (old != null) return cache.replace(key, old, fresh);
    KvValue there = cache.putIfAbsent(key, fresh);
    if (there == null) return true;
    // Expired by our clock, not yet by the cache's.
    return there.expiresAt() <= meter.wallMillis() && cache.replace(key, there, fresh);
  }

  /**
   * Asks to compute the value of {@code key}.
   *
   * @return true: compute it, then {@link #complete} or {@link #abandon}; false: {@code waiter}
   *     will hear the value, or null when the one who computed gave up
   */
  boolean beginsComputing(String key, Consumer<@Nullable String> waiter) {
    synchronized (computing) {
      List<Consumer<@Nullable String>> waiting = computing.get(key);
      if (waiting == null) {
        computing.put(key, new ArrayList<>(2));
        return true;
      }
      waiting.add(waiter);
      return false;
    }
  }

  /** The computation ended with {@code value}. Returns null, or why the value cannot be kept. */
  @Nullable String complete(String key, KvValue value) {
    String problem = put(key, value);
    tell(key, problem == null ? value.asText() : null);
    return problem;
  }

  void abandon(String key) {
    tell(key, null);
  }

  private void tell(String key, @Nullable String value) {
    List<Consumer<@Nullable String>> waiting;
    synchronized (computing) {
      waiting = computing.remove(key);
    }
    if (waiting != null) waiting.forEach(waiter -> waiter.accept(value));
  }

  /** When something put now for {@code ttlMs} expires; 0 means never. */
  long expiry(long ttlMs) {
    return ttlMs == 0 ? Long.MAX_VALUE : meter.wallMillis() + ttlMs;
  }

  private @Nullable String problem(String key, KvValue value) {
    if (key.isEmpty()) return "a key has at least one character";
    if (key.length() > MAX_KEY) return "a key has at most " + MAX_KEY + " characters";
    if (value.size() > rules.maxValue()) {
      return "the value has "
          + value.size()
          + " bytes; max-value of the store \""
          + name
          + "\" is "
          + rules.maxValue();
    }
    return null;
  }

  /** Entries say themselves how long they live. */
  private final class ByEntry implements ExpiryPolicy<String, KvValue> {
    @Override
    public Duration getExpiryForCreation(String key, KvValue value) {
      if (value.expiresAt() == Long.MAX_VALUE) return INFINITE;
      return Duration.ofMillis(Math.max(1, value.expiresAt() - meter.wallMillis()));
    }

    @Override
    public @Nullable Duration getExpiryForAccess(String key, Supplier<? extends KvValue> value) {
      return null;
    }

    @Override
    public Duration getExpiryForUpdate(String key, Supplier<? extends KvValue> old, KvValue value) {
      return getExpiryForCreation(key, value);
    }
  }
}
