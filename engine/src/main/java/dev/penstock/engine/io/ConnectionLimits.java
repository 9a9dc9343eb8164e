package dev.penstock.engine.io;

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

  /** What {@link #enter} says. */
  enum Entry {
    OK,
    TOO_MANY,
    TOO_MANY_OF_CLIENT
  }

  /** A connection wants in; {@link #leave} later if it may. 0 stands for no limit. */
  Entry enter(InetAddress client, int max, int maxPerClient) {
    if (open.incrementAndGet() > max && max > 0) {
      open.decrementAndGet();
      return Entry.TOO_MANY;
    }
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
