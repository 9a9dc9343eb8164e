package dev.penstock.scripting;

import java.nio.ByteBuffer;
import java.util.List;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * A key-value store as the JavaScript side of the door sees it. Methods that can be refused answer
 * null, or a sentence for a TypeError.
 */
public final class KvHost {
  private final KvStore store;
  private final ScriptUse use;
  private @Nullable String taken;

  KvHost(KvStore store, ScriptUse use) {
    this.store = store;
    this.use = use;
  }

  @HostAccess.Export
  public @Nullable String get(String key) {
    KvValue value = store.get(key);
    return value == null ? null : value.asText();
  }

  @HostAccess.Export
  public @Nullable ByteBuffer getBytes(String key) {
    KvValue value = store.get(key);
    return value == null ? null : ByteBuffer.wrap(value.asBytes()).asReadOnlyBuffer();
  }

  @HostAccess.Export
  public @Nullable String put(String key, String value, double ttlSeconds) {
    return store.put(key, KvValue.of(value, store.expiry(millis(ttlSeconds))));
  }

  @HostAccess.Export
  public @Nullable String putBytes(
      String key, Value buffer, int offset, int length, double ttlSeconds) {
    byte[] bytes = new byte[length];
    buffer.readBuffer(offset, bytes, 0, length);
    return store.put(key, KvValue.of(bytes, store.expiry(millis(ttlSeconds))));
  }

  @HostAccess.Export
  public boolean delete(String key) {
    return store.delete(key);
  }

  @HostAccess.Export
  public Keys list(String prefix, String after, int limit) {
    int most = Math.clamp(limit, 1, 1000);
    List<String> found = store.list(prefix, after, most);
    return new Keys(found.subList(0, Math.min(found.size(), most)), found.size() <= most);
  }

  /** The new count as a number, or a sentence. */
  @HostAccess.Export
  public Object increment(String key, double by, double ttlSeconds) {
    try {
      return (double) store.increment(key, (long) by, millis(ttlSeconds));
    } catch (IllegalArgumentException | ArithmeticException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Whether it was set, or a sentence. */
  @HostAccess.Export
  public Object compareAndSet(
      String key, @Nullable String expected, @Nullable String value, double ttlSeconds) {
    return store.compareAndSet(
        key, expected, value == null ? null : KvValue.of(value, store.expiry(millis(ttlSeconds))));
  }

  /**
   * 0: there is a value, see {@link #taken}; 1: compute it; 2: {@code waiter} will hear it, as
   * JSON, or null.
   */
  @HostAccess.Export
  public int begin(String key, Value waiter) {
    KvValue value = store.get(key);
    if (value != null) {
      taken = value.asText();
      return 0;
    }
    ScriptContext context = use.context();
    ScriptExchange exchange = context.current();
    boolean mine =
        store.beginsComputing(
            key,
            json ->
                context
                    .thread()
                    .execute(
                        () -> context.run(exchange, use.limits(), () -> waiter.executeVoid(json))));
    if (mine && exchange != null) exchange.claims(store, key);
    return mine ? 1 : 2;
  }

  @HostAccess.Export
  public @Nullable String taken() {
    String value = taken;
    taken = null;
    return value;
  }

  @HostAccess.Export
  public @Nullable String complete(String key, String json, double ttlSeconds) {
    unclaim(key);
    return store.complete(key, KvValue.of(json, store.expiry(millis(ttlSeconds))));
  }

  @HostAccess.Export
  public void abandon(String key) {
    unclaim(key);
    store.abandon(key);
  }

  private void unclaim(String key) {
    ScriptExchange exchange = use.context().current();
    if (exchange != null) exchange.unclaims(key);
  }

  private static long millis(double seconds) {
    return seconds == 0 ? 0 : Math.max(1, (long) (seconds * 1000));
  }

  /** A list of keys. */
  public static final class Keys {
    private final List<String> keys;
    private final boolean complete;

    Keys(List<String> keys, boolean complete) {
      this.keys = keys;
      this.complete = complete;
    }

    @HostAccess.Export
    public int size() {
      return keys.size();
    }

    @HostAccess.Export
    public String name(int i) {
      return keys.get(i);
    }

    @HostAccess.Export
    public boolean isComplete() {
      return complete;
    }
  }
}
