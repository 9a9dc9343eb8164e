package dev.penstock.engine.cache;

/** Whether a stored response may answer a request as it is (RFC 9111 §4, §5.2.1). */
public enum Reuse {
  FRESH,
  /** It is stale and the client does not mind. */
  STALE_ALLOWED,
  /** It is stale, is sent all the same, and is asked for again meanwhile (RFC 5861 §3). */
  STALE_WHILE_REVALIDATE,
  /** It has to be asked for again first. */
  REVALIDATE;

  static Reuse of(CacheControl client, StoredResponse stored, long nowMillis) {
    if (client.noCache() || stored.times().noCache()) return REVALIDATE;
    long age = stored.age(nowMillis);
    long ttl = stored.ttl(nowMillis);
    if (client.maxAge() != CacheControl.ABSENT && (age > client.maxAge() || client.maxAge() == 0))
      return REVALIDATE;
    if (client.minFresh() != CacheControl.ABSENT && ttl < client.minFresh()) return REVALIDATE;
    if (ttl > 0) return FRESH;
    if (stored.times().allowsMaxStale()
        && client.maxStale() != CacheControl.ABSENT
        && (client.maxStale() == CacheControl.MOST_SECONDS || -ttl <= client.maxStale()))
      return STALE_ALLOWED;
    return -ttl <= stored.times().staleWhileRevalidate() ? STALE_WHILE_REVALIDATE : REVALIDATE;
  }
}
