package dev.penstock.engine.cache;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.EntryUnit;
import org.ehcache.config.units.MemoryUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is stored beside the heap: in memory outside of it, in a folder, or both (Ehcache tiers).
 * All of it happens on one virtual thread, in the order in which it was asked for; workers only
 * leave tasks here. Opened with the first task, so that a configuration that is only checked
 * touches no folder.
 */
final class ColdStore implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(ColdStore.class);
  private static final String NAME = "responses";

  /** So many responses may wait to be written; more are not kept here. */
  private static final int MOST_WAITING = 2_000;

  private final CacheRules rules;
  private final ExecutorService thread;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Set<Long> known = ConcurrentHashMap.newKeySet();
  private volatile boolean isKnown;

  // Confined to the thread.
  private @Nullable CacheManager manager;
  private @Nullable Cache<String, byte[]> cache;
  private boolean isClosed;

  ColdStore(String name, CacheRules rules) {
    this.rules = rules;
    this.thread =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().name("cache-" + name).factory());
  }

  /** Something to do with what is kept; null where the tiers could not be opened. */
  private interface Task {
    void run(@Nullable Cache<String, byte[]> open);
  }

  private void later(Task task) {
    if (thread.isShutdown()) {
      task.run(null);
      return;
    }
    thread.execute(() -> {
      try {
        task.run(open());
      } catch (RuntimeException e) {
        LOG.warn("a tier of a cache failed; it goes on without what was asked", e);
        task.run(null);
      }
    });
  }

  private @Nullable Cache<String, byte[]> open() {
    Cache<String, byte[]> there = cache;
    if (there != null || isClosed) return there;
    ResourcePoolsBuilder pools = ResourcePoolsBuilder.newResourcePoolsBuilder();
    Long offheap = rules.offheap();
    DiskRules disk = rules.disk();
    // Ehcache wants a heap tier above two others; it is not meant to hold anything.
    if (offheap != null && disk != null) pools = pools.heap(1, EntryUnit.ENTRIES);
    if (offheap != null) pools = pools.offheap(offheap, MemoryUnit.B);
    if (disk != null) pools = pools.disk(disk.size(), MemoryUnit.B, true);
    CacheManager made =
        disk == null
            ? CacheManagerBuilder.newCacheManagerBuilder().build(true)
            : CacheManagerBuilder.newCacheManagerBuilder()
                .with(
                    CacheManagerBuilder.persistence(
                        disk.folder().toAbsolutePath().normalize().toFile()))
                .build(true);
    there =
        made.createCache(
            NAME,
            CacheConfigurationBuilder.newCacheConfigurationBuilder(
                String.class, byte[].class, pools));
    manager = made;
    cache = there;
    for (Cache.Entry<String, byte[]> each : there) known.add(hash(each.getKey()));
    isKnown = true;
    return there;
  }

  /** FNV-1a: two keys of the same hash cost one look in vain. */
  private static long hash(String key) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < key.length(); i++) hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    return hash;
  }

  /** Whether a look may be worth while. From any thread. */
  boolean mayHave(String key) {
    return !isKnown || known.contains(hash(key));
  }

  /** Takes what is kept under {@code key} to {@code taker}, on the thread of this store. */
  void find(String key, Taker taker) {
    later(open -> {
      byte[] bytes = open == null ? null : open.get(key);
      Bucket bucket = bytes == null ? null : StoredForm.read(bytes);
      if (bucket == null) {
        if (isKnown) known.remove(hash(key));
        if (bytes != null && open != null) open.remove(key);
      }
      taker.take(bucket);
    });
  }

  /** Who asked. */
  interface Taker {
    void take(@Nullable Bucket bucket);
  }

  void put(String key, Bucket bucket) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return;
    }
    later(open -> {
      waiting.decrementAndGet();
      if (open == null) return;
      open.put(key, StoredForm.write(bucket));
      known.add(hash(key));
    });
  }

  /** Applies {@code purge} to what is kept. */
  void purge(Purge purge, long nowMillis) {
    later(open -> {
      if (open == null) return;
      if (purge.kind() == Purge.Kind.KEY) {
        purge(open, purge.text(), purge, nowMillis);
      } else {
        for (Cache.Entry<String, byte[]> each : open) {
          if (purge.coversKey(each.getKey())) purge(open, each.getKey(), purge, nowMillis);
        }
      }
    });
  }

  private static void purge(Cache<String, byte[]> open, String key, Purge purge, long nowMillis) {
    byte[] bytes = open.get(key);
    Bucket bucket = bytes == null ? null : StoredForm.read(bytes);
    if (bucket == null) {
      open.remove(key);
      return;
    }
    Bucket left = purge.of(bucket, nowMillis);
    if (left.size() == 0) open.remove(key);
    else if (!left.equals(bucket)) open.put(key, StoredForm.write(left));
  }

  /** Writes what waits, then closes. */
  @Override
  public void close() {
    if (thread.isShutdown()) return;
    thread.execute(() -> {
      isClosed = true;
      CacheManager open = manager;
      if (open != null) open.close();
    });
    thread.shutdown();
    try {
      if (!thread.awaitTermination(30, TimeUnit.SECONDS))
        LOG.warn("a cache did not write all of its responses in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
