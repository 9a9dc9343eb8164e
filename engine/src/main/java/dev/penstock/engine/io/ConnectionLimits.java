package dev.penstock.engine.io;

import dev.penstock.engine.plan.ListenerPolicy;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections a listener has, in all and from each client, over all workers (L9).
 * Thread-safe.
 */
public final class ConnectionLimits {
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentHashMap<ByteBuffer, Integer> byClient = new ConcurrentHashMap<>();

  private volatile Second second = new Second(Long.MIN_VALUE);

  /** What {@link #enter} says. */
  enum Entry {
    OK,
    TOO_MANY,
    TOO_MANY_OF_CLIENT,
    TOO_FAST
  }

  /** Who came in one second; forgotten with it, so that it holds no more than came then. */
  private static final class Second {
    final long number;
    final ConcurrentHashMap<ByteBuffer, Integer> byClient = new ConcurrentHashMap<>();

    Second(long number) {
      this.number = number;
    }
  }

  /** A connection wants in; {@link #leave} later if it may. */
  Entry enter(InetAddress client, ListenerPolicy policy, long nowNs) {
    int maxNew = policy.maxNewConnectionsPerClient();
    if (maxNew > 0 && newOf(client, nowNs) > maxNew) return Entry.TOO_FAST;
    if (open.incrementAndGet() > policy.maxConnections() && policy.maxConnections() > 0) {
      open.decrementAndGet();
      return Entry.TOO_MANY;
    }
    int maxPerClient = policy.maxConnectionsPerClient();
    if (maxPerClient == 0) return Entry.OK;
    boolean[] full = new boolean[1];
    byClient.compute(
        key(client),
        (k, n) -> {
          int now = n == null ? 0 : n;
          full[0] = now >= maxPerClient;
          return full[0] ? n : Integer.valueOf(now + 1);
        });
    if (!full[0]) return Entry.OK;
    open.decrementAndGet();
    return Entry.TOO_MANY_OF_CLIENT;
  }

  /** How many this client has opened in the current second, with the one that comes now. */
  private int newOf(InetAddress client, long nowNs) {
    long number = Math.floorDiv(nowNs, 1_000_000_000L);
    Second current = second;
    // Workers may replace each other's: some connections of the first moment are then not counted.
    if (current.number < number) second = current = new Second(number);
    return current.byClient.merge(key(client), 1, Integer::sum);
  }

  /**
   * A connection that was let in is gone; {@code counted} is whether it was counted for its client.
   */
  void leave(InetAddress client, boolean counted) {
    open.decrementAndGet();
    if (counted)
      byClient.computeIfPresent(key(client), (k, n) -> n <= 1 ? null : Integer.valueOf(n - 1));
  }

  public int open() {
    return open.get();
  }

  /** Of an IPv6 address the first 64 bits: the rest is the client's to change. */
  private static ByteBuffer key(InetAddress client) {
    byte[] address = client.getAddress();
    return ByteBuffer.wrap(address, 0, address.length == 16 ? 8 : address.length).slice();
  }
}
