package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.EntryUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stored responses by key, within a number of bytes. Thread-safe; shared by all workers and kept
 * over snapshots. Nothing here waits: workers call it as they serve.
 *
 * <p>The index is an Ehcache heap tier, which holds buckets by reference. Its bytes are counted
 * here, since its own measure walks through each object and does not see what lies outside of the
 * heap; who leaves is found by going round the index: whoever was not used since the last round.
 */
public final class ResponseCache implements AutoCloseable {
  /** How long nobody waits for responses that turned out not to be storable (C8). */
  private static final long PASS_MILLIS = 120_000;

  /** So many addresses are looked at to make room for one response. */
  private static final int MOST_STEPS = 2_000;

  private final String name;
  private final CacheRules rules;
  private final CacheManager manager;
  private final Cache<String, Bucket> index;
  private final ConcurrentMap<String, Fill> shared = new ConcurrentHashMap<>();
  private final Set<Fill> fills = ConcurrentHashMap.newKeySet();
  private final CacheCounters counters = new CacheCounters();
  private final @Nullable ColdStore cold;
  private final AtomicLong purges = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong entries = new AtomicLong();
  private @Nullable Iterator<Cache.Entry<String, Bucket>> hand;

  public ResponseCache(String name, CacheRules rules) {
    this.name = name;
    this.rules = rules;
    cold = rules.offheap() == null && rules.disk() == null ? null : new ColdStore(name, rules);
    manager = CacheManagerBuilder.newCacheManagerBuilder().build(true);
    // Never the limit that is met: an empty bucket costs as much.
    long most = rules.heap() / 128 + 1024;
    index =
        manager.createCache(
            name,
            CacheConfigurationBuilder.newCacheConfigurationBuilder(
                String.class,
                Bucket.class,
                ResourcePoolsBuilder.newResourcePoolsBuilder().heap(most, EntryUnit.ENTRIES)));
  }

  public String name() {
    return name;
  }

  public CacheRules rules() {
    return rules;
  }

  public CacheCounters counters() {
    return counters;
  }

  /** Bytes in use, about. */
  public long bytes() {
    return bytes.get();
  }

  /** Addresses of which something is stored. */
  public long entries() {
    return entries.get();
  }

  long maxObject() {
    return rules.maxObject();
  }

  @Override
  public void close() {
    closeCold();
    manager.close();
  }

  /** Writes what is kept outside of the heap, and lets go of its folder; the rest serves on. */
  void closeCold() {
    if (cold != null) cold.close();
  }

  // ---- looking up

  /** What is stored for this request, fresh or not; null for nothing. */
  public @Nullable StoredResponse find(CacheRequest request) {
    Bucket bucket = index.get(request.key());
    return bucket == null ? null : bucket.find(request.partition(), request.headers());
  }

  /** Whether something for this request may be kept outside of the heap. */
  public boolean mayBeCold(CacheRequest request) {
    return cold != null && cold.mayHave(request.key()) && index.get(request.key()) == null;
  }

  /** Brings what is kept outside of the heap back into it; {@code then} runs on another thread. */
  public void warm(CacheRequest request, Runnable then) {
    ColdStore from = cold;
    if (from == null) {
      then.run();
      return;
    }
    long before = purges.get();
    from.find(
        request.key(),
        bucket -> {
          // What was read before a purge may be what it has taken out.
          if (bucket != null && purges.get() == before) {
            change(request.key(), old -> old.isEmpty() ? bucket : old);
            if (purges.get() != before)
              change(request.key(), old -> old.equals(bucket) ? Bucket.empty() : old);
            makeRoom();
          }
          then.run();
        });
  }

  private void keep(String key) {
    Bucket now = cold == null ? null : index.get(key);
    if (cold != null && now != null && now.size() > 0) cold.put(key, now);
  }

  /** Whether {@code stored} may be used for this request. */
  public Reuse reuse(CacheRequest request, StoredResponse stored, long nowMillis) {
    return Reuse.of(request.control(), stored, nowMillis);
  }

  /** Why there is nothing for this request. */
  public CacheStatus.Forward missing(CacheRequest request) {
    Bucket bucket = index.get(request.key());
    return bucket != null && bucket.hasOther(request.partition())
        ? CacheStatus.Forward.VARY_MISS
        : CacheStatus.Forward.URI_MISS;
  }

  // ---- fetching

  /**
   * What comes of asking to be the one who fetches.
   *
   * @param isMine whether the caller fetches; otherwise another does, and the caller may wait
   */
  public record Turn(Fill fill, boolean isMine) {}

  /** The response that another fetches already and that will probably fit, or a turn to fetch. */
  public Turn fetchOrWait(CacheRequest request, long nowMillis) {
    Bucket bucket = index.get(request.key());
    if (bucket != null && bucket.isPassed(request.partition(), nowMillis))
      return new Turn(fetch(request), true);
    String guess = bucket == null ? "" : bucket.guess(request.partition(), request.headers());
    String as = request.key() + '\n' + request.partition() + '\n' + guess;
    Fill mine = new Fill(this, request, as);
    Fill before = shared.putIfAbsent(as, mine);
    if (before != null) return new Turn(before, false);
    fills.add(mine);
    return new Turn(mine, true);
  }

  /** A turn to fetch that nobody else is to wait for. */
  public Fill fetch(CacheRequest request) {
    Fill mine = new Fill(this, request, null);
    fills.add(mine);
    return mine;
  }

  void forget(Fill fill) {
    fills.remove(fill);
    if (fill.sharedAs() != null) shared.remove(fill.sharedAs(), fill);
  }

  /**
   * The head of a response came. Opens {@code fill} when it may be stored; otherwise lets those who
   * wait go and remembers that waiting is of no use.
   *
   * @param length of the body, or -1 when it is not known
   * @return null when it is stored once it is complete, otherwise why not
   */
  public @Nullable String offer(
      Fill fill, int status, HeaderMap headers, long length, long askedMillis, long nowMillis) {
    CacheRequest request = fill.request();
    Storability judged = Storability.of(request, status, headers, nowMillis);
    String refusal = judged.refusal();
    if (refusal == null && length > rules.maxObject()) refusal = "too-large";
    if (refusal != null) {
      if (status < 500 && fill.sharedAs() != null) pass(request, nowMillis);
      fill.release();
      return refusal;
    }
    CachePolicy policy = request.policy();
    HeaderMap kept = judged.stored(headers, policy);
    if (!kept.contains(HeaderName.DATE))
      kept.add(HeaderName.DATE, HttpDate.format(nowMillis / 1000));
    fill.open(
        new StoredResponse(
            status,
            kept,
            StoredBody.EMPTY,
            null,
            new StoredResponse.Selector(
                request.partition(), VaryFields.of(judged.varyNames(), request.headers(), headers)),
            judged.times(headers, askedMillis, nowMillis, request),
            Storability.tags(headers, request)),
        length);
    return null;
  }

  /**
   * Lets those who wait for a response go: it cannot be stored for a reason outside of its head.
   */
  public String refuse(Fill fill, String why) {
    fill.release();
    return why;
  }

  /**
   * An answer to HEAD: it updates what is stored when it speaks of the same content, and otherwise
   * says that what is stored is not right any more (RFC 9111 §4.3.5).
   */
  public void onHead(
      CacheRequest request,
      @Nullable StoredResponse stored,
      int status,
      HeaderMap headers,
      long askedMillis,
      long nowMillis) {
    if (stored == null || status >= 400 && status != 404 && status != 410) return;
    String length = headers.get(HeaderName.CONTENT_LENGTH);
    boolean isSame =
        status == stored.status()
            && Revalidation.speaksOf(headers, stored)
            && (length == null || length.equals(Integer.toString(stored.body().length())));
    StoredResponse now =
        isSame ? Revalidation.update(stored, headers, request, askedMillis, nowMillis) : null;
    change(request.key(), old -> old.replaced(stored, now));
  }

  private void pass(CacheRequest request, long nowMillis) {
    change(request.key(), old -> old.passing(request.partition(), nowMillis + PASS_MILLIS));
  }

  void store(Fill fill, CacheRequest request, StoredResponse whole) {
    if (fill.isPurged(whole)) return;
    change(request.key(), old -> old.with(whole, request.policy().maxVariants()));
    counters.stored.increment();
    // A purge that came in between has gone over the index before this was there.
    if (fill.isPurged(whole)) change(request.key(), old -> old.replaced(whole, null));
    else keep(request.key());
    makeRoom();
  }

  /**
   * A 304 came for {@code stored}, or an answer to HEAD that fits it.
   *
   * @return the response as it is now, which may not be stored any more
   */
  public StoredResponse confirmed(
      Fill fill, StoredResponse stored, HeaderMap headers, long askedMillis, long nowMillis) {
    CacheRequest request = fill.request();
    counters.revalidations.increment();
    StoredResponse updated = Revalidation.update(stored, headers, request, askedMillis, nowMillis);
    if (fill.isPurged(stored)) updated = null;
    StoredResponse now = updated;
    change(request.key(), old -> old.replaced(stored, now));
    if (now != null) keep(request.key());
    fill.confirm();
    return now != null
        ? now
        : stored.with(
            Revalidation.merge(stored, headers, request.policy(), nowMillis), stored.times());
  }

  // ---- taking out

  /** A request that changes things has succeeded: what is stored for {@code key} is void (C6). */
  public void invalidate(String key, long nowMillis) {
    var _ = purge(new Purge(Purge.Kind.KEY, key, false), nowMillis);
  }

  /** As {@link #invalidate}, of the addresses of this site that {@code headers} name. */
  public void invalidateNamed(CacheRequest request, HeaderMap headers, long nowMillis) {
    for (HeaderName each : List.of(HeaderName.LOCATION, HeaderName.CONTENT_LOCATION)) {
      String named = headers.get(each);
      String key = named == null ? null : CacheKey.sameSite(request.key(), named);
      if (key != null) invalidate(key, nowMillis);
    }
  }

  /**
   * Takes out what {@code purge} names, or makes it stale, and sees to it that nothing of it that
   * is on its way is stored when it comes (C15). Walks through the whole index unless it names a
   * key.
   *
   * @return how many responses it met
   */
  public int purge(Purge purge, long nowMillis) {
    purges.incrementAndGet();
    // Fills are told first: one that is stored meanwhile is found in the index then.
    for (Fill fill : fills) {
      if (!purge.coversKey(fill.request().key())) continue;
      fill.purge(purge);
      if (fill.sharedAs() != null) shared.remove(fill.sharedAs(), fill);
    }
    int met = 0;
    if (purge.kind() == Purge.Kind.KEY) {
      met = purgeKey(purge.text(), purge, nowMillis);
    } else {
      for (Cache.Entry<String, Bucket> each : index) {
        if (purge.coversKey(each.getKey())) met += purgeKey(each.getKey(), purge, nowMillis);
      }
    }
    if (cold != null) cold.purge(purge, nowMillis);
    counters.purged.add(met);
    return met;
  }

  private int purgeKey(String key, Purge purge, long nowMillis) {
    Bucket bucket = index.get(key);
    if (bucket == null) return 0;
    int met = 0;
    for (int i = 0; i < bucket.size(); i++) {
      if (purge.coversTags(bucket.response(i))) met++;
    }
    if (met > 0) change(key, old -> purge.of(old, nowMillis));
    return met;
  }

  /** What is stored under {@code key}, the latest first. */
  public List<StoredView> view(String key, long nowMillis) {
    Bucket bucket = index.get(key);
    if (bucket == null) return List.of();
    List<StoredView> views = new ArrayList<>(bucket.size());
    for (int i = 0; i < bucket.size(); i++) views.add(StoredView.of(bucket.response(i), nowMillis));
    return views;
  }

  // ---- the index

  private void change(String key, UnaryOperator<Bucket> how) {
    while (true) {
      Bucket old = index.get(key);
      Bucket next = how.apply(old == null ? Bucket.empty() : old);
      if (next.equals(old)) return;
      if (next.isEmpty()) {
        if (old == null || removed(key, old)) return;
      } else if (old == null) {
        if (index.putIfAbsent(key, next) != null) continue;
        entries.incrementAndGet();
        bytes.addAndGet(next.weight() + key.length());
        return;
      } else if (index.replace(key, old, next)) {
        bytes.addAndGet(next.weight() - old.weight());
        return;
      }
    }
  }

  private boolean removed(String key, Bucket old) {
    if (!index.remove(key, old)) return false;
    entries.decrementAndGet();
    bytes.addAndGet(-old.weight() - key.length());
    return true;
  }

  private synchronized void makeRoom() {
    for (int i = 0; i < MOST_STEPS && bytes.get() > rules.heap(); i++) {
      Iterator<Cache.Entry<String, Bucket>> round = hand;
      if (round == null || !round.hasNext()) {
        hand = round = index.iterator();
        if (!round.hasNext()) return;
      }
      Cache.Entry<String, Bucket> next = round.next();
      if (next.getValue().wasUsed()) continue;
      if (removed(next.getKey(), next.getValue())) counters.evicted.increment();
    }
  }
}
