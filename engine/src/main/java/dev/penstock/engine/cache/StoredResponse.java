package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A complete response as it is kept: head, body, for which requests it is, and how long it is
 * fresh. Immutable and shared by all workers: its fields and its body are only read.
 */
public final class StoredResponse {
  /** Bytes that an entry costs beside its fields and its body, roughly. */
  private static final long OVERHEAD = 640;

  private final int status;
  private final HeaderMap headers;
  private final StoredBody body;
  private final @Nullable HeaderMap trailers;
  private final Selector selector;
  private final Times times;
  private final List<String> tags;

  /**
   * For which requests it is.
   *
   * @param partition what of the request counts beside its address
   */
  record Selector(String partition, VaryFields vary) {}

  /**
   * How old it is and how long it may be used; seconds, and wall clock milliseconds.
   *
   * @param askedMillis when it was asked for
   * @param receivedMillis when it came, or was last found to be still right
   * @param ageAtReceipt how old it was then
   * @param staleWhileRevalidate how long it may be sent after its freshness while a new one is
   *     fetched
   * @param staleIfError how long it may be sent after its freshness when no new one can be had
   * @param noCache whether each use has to be asked for
   * @param allowsMaxStale whether a client may ask for it when it is stale
   * @param softPurgedMillis when it was made stale, or {@link Long#MAX_VALUE}
   */
  record Times(
      long askedMillis,
      long receivedMillis,
      long ageAtReceipt,
      long lifetime,
      long staleWhileRevalidate,
      long staleIfError,
      boolean noCache,
      boolean allowsMaxStale,
      long softPurgedMillis) {
    Times softPurged(long nowMillis) {
      return new Times(
          askedMillis,
          receivedMillis,
          ageAtReceipt,
          lifetime,
          staleWhileRevalidate,
          staleIfError,
          noCache,
          allowsMaxStale,
          Math.min(softPurgedMillis, nowMillis));
    }
  }

  StoredResponse(
      int status,
      HeaderMap headers,
      StoredBody body,
      @Nullable HeaderMap trailers,
      Selector selector,
      Times times,
      List<String> tags) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.trailers = trailers;
    this.selector = selector;
    this.times = times;
    this.tags = tags;
  }

  public int status() {
    return status;
  }

  /** Without Age and without anything that belongs to one connection. Only to be read. */
  public HeaderMap headers() {
    return headers;
  }

  public StoredBody body() {
    return body;
  }

  public @Nullable HeaderMap trailers() {
    return trailers;
  }

  Selector selector() {
    return selector;
  }

  Times times() {
    return times;
  }

  public List<String> tags() {
    return tags;
  }

  /** What it costs of the memory of its cache. */
  long weight() {
    return OVERHEAD + headers.text().length + body.length();
  }

  /** Seconds since it was made, as far as is known (RFC 9111 §4.2.3). */
  public long age(long nowMillis) {
    return times.ageAtReceipt + Math.max(0, (nowMillis - times.receivedMillis) / 1000);
  }

  /** Seconds for which it is still fresh; 0 and below: since when it is stale. */
  public long ttl(long nowMillis) {
    long ttl = times.lifetime - age(nowMillis);
    if (times.softPurgedMillis == Long.MAX_VALUE) return ttl;
    return Math.min(ttl, -Math.max(0, (nowMillis - times.softPurgedMillis) / 1000));
  }

  public boolean hasValidator() {
    return headers.contains(HeaderName.ETAG) || headers.contains(HeaderName.LAST_MODIFIED);
  }

  /** Whether it may be sent in place of an error of the upstream (RFC 5861 §4). */
  public boolean isUsableOnError(long nowMillis) {
    return !times.noCache && -ttl(nowMillis) <= times.staleIfError;
  }

  /** Whether the client says that it has exactly this (RFC 9111 §4.3.2). */
  public boolean isNotModifiedFor(CacheRequest request) {
    return status == 200
        && Validators.isNotModified(request.headers(), headers, times.receivedMillis / 1000);
  }

  StoredResponse softPurged(long nowMillis) {
    return with(headers, times.softPurged(nowMillis));
  }

  /** The same head with its body. */
  StoredResponse with(StoredBody whole, @Nullable HeaderMap fields) {
    return new StoredResponse(status, headers, whole, fields, selector, times, tags);
  }

  /** The same content with other fields and times. */
  StoredResponse with(HeaderMap newHeaders, Times newTimes) {
    return new StoredResponse(status, newHeaders, body, trailers, selector, newTimes, tags);
  }
}
