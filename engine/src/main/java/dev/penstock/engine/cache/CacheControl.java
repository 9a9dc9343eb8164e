package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code Cache-Control} says, of a request or of a response (RFC 9111 §5.2). Immutable once
 * read.
 *
 * <p>Of a directive that stands more than once the first counts (§4.2.1). A number that is none
 * counts as 0 in a response: what cannot be understood is stale.
 */
public final class CacheControl {
  /** A number of seconds that was not given. */
  public static final long ABSENT = -1;

  /** Larger numbers are as good as this one (RFC 9111 §1.2.2). */
  static final long MOST_SECONDS = 1L << 31;

  public static final CacheControl NONE = new CacheControl();

  private long maxAge = ABSENT;
  private long sharedMaxAge = ABSENT;
  private long staleWhileRevalidate = ABSENT;
  private long staleIfError = ABSENT;
  private long minFresh = ABSENT;
  private long maxStale = ABSENT;
  private boolean noStore;
  private boolean noCache;
  private boolean isPrivate;
  private boolean isPublic;
  private boolean mustRevalidate;
  private boolean proxyRevalidate;
  private boolean mustUnderstand;
  private boolean noTransform;
  private boolean onlyIfCached;
  private List<String> unstored = List.of();

  private CacheControl() {}

  /** What the fields of that name say, all lines together. */
  public static CacheControl of(HeaderMap headers) {
    int at = headers.find(HeaderName.CACHE_CONTROL);
    if (at < 0) return NONE;
    CacheControl control = new CacheControl();
    for (int i = at; i >= 0; i = headers.find(HeaderName.CACHE_CONTROL, i + 1)) {
      DirectiveReader reader = new DirectiveReader(headers.value(i));
      while (reader.next()) control.take(reader.name(), reader.value());
    }
    return control;
  }

  /**
   * What a targeted field says, such as {@code CDN-Cache-Control} (RFC 9213).
   *
   * @return null when it is absent, empty, or not well formed, and so to be ignored
   */
  static @Nullable CacheControl targeted(HeaderMap headers, String field) {
    String text = headers.joined(field);
    if (text == null) return null;
    Map<String, Object> members = StructuredDictionary.parse(text);
    if (members == null || members.isEmpty()) return null;
    CacheControl control = new CacheControl();
    for (Map.Entry<String, Object> member : members.entrySet()) {
      if (!control.takeTyped(member.getKey(), member.getValue())) return null;
    }
    return control;
  }

  private boolean takeTyped(String name, Object value) {
    if (value == Boolean.FALSE) return true;
    boolean isNumber =
        switch (name) {
          case "max-age", "s-maxage", "stale-while-revalidate", "stale-if-error" -> true;
          default -> false;
        };
    if (isNumber && !(value instanceof Long seconds && seconds >= 0)) return false;
    take(name, value instanceof Boolean ? null : value.toString());
    return true;
  }

  private void take(String name, @Nullable String value) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "max-age" -> maxAge = first(maxAge, value);
      case "s-maxage" -> sharedMaxAge = first(sharedMaxAge, value);
      case "stale-while-revalidate" -> staleWhileRevalidate = first(staleWhileRevalidate, value);
      case "stale-if-error" -> staleIfError = first(staleIfError, value);
      case "min-fresh" -> minFresh = first(minFresh, value);
      case "max-stale" -> maxStale = value == null ? MOST_SECONDS : first(maxStale, value);
      case "no-store" -> noStore = true;
      case "no-cache" -> noCache |= !leaveOut(value);
      case "private" -> isPrivate |= !leaveOut(value);
      case "public" -> isPublic = true;
      case "must-revalidate" -> mustRevalidate = true;
      case "proxy-revalidate" -> proxyRevalidate = true;
      case "must-understand" -> mustUnderstand = true;
      case "no-transform" -> noTransform = true;
      case "only-if-cached" -> onlyIfCached = true;
      default -> {} // unknown directives are ignored, immutable changes nothing for a shared cache
    }
  }

  /**
   * {@code no-cache} and {@code private} with names of fields: the rest may be stored (§5.2.2.4,
   * §5.2.2.7).
   */
  private boolean leaveOut(@Nullable String value) {
    if (value == null || value.isBlank()) return false;
    List<String> names = new ArrayList<>(unstored);
    for (String name : value.split(",", -1)) {
      if (!name.isBlank()) names.add(name.strip());
    }
    unstored = List.copyOf(names);
    return true;
  }

  private static long first(long before, @Nullable String value) {
    if (before != ABSENT) return before;
    long seconds = value == null ? ABSENT : seconds(value);
    return seconds == ABSENT ? 0 : seconds;
  }

  /** A number of seconds, capped, or {@link #ABSENT} when it is none. */
  static long seconds(String digits) {
    if (digits.isEmpty()) return ABSENT;
    long seconds = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') return ABSENT;
      seconds = Math.min(MOST_SECONDS, seconds * 10 + c - '0');
    }
    return seconds;
  }

  public long maxAge() {
    return maxAge;
  }

  public long sharedMaxAge() {
    return sharedMaxAge;
  }

  public long staleWhileRevalidate() {
    return staleWhileRevalidate;
  }

  public long staleIfError() {
    return staleIfError;
  }

  public long minFresh() {
    return minFresh;
  }

  /** {@link #MOST_SECONDS} when any staleness is fine. */
  public long maxStale() {
    return maxStale;
  }

  public boolean noStore() {
    return noStore;
  }

  /** Of the whole response, not of some of its fields. */
  public boolean noCache() {
    return noCache;
  }

  /** Of the whole response, not of some of its fields. */
  public boolean isPrivate() {
    return isPrivate;
  }

  public boolean isPublic() {
    return isPublic;
  }

  public boolean mustRevalidate() {
    return mustRevalidate;
  }

  public boolean proxyRevalidate() {
    return proxyRevalidate;
  }

  public boolean mustUnderstand() {
    return mustUnderstand;
  }

  public boolean noTransform() {
    return noTransform;
  }

  public boolean onlyIfCached() {
    return onlyIfCached;
  }

  /** Fields that {@code no-cache} or {@code private} names: they are not stored. */
  public List<String> unstored() {
    return unstored;
  }

  /** Whether a stale response may not be used whatever happens (§4.2.4). */
  public boolean forbidsStale() {
    return mustRevalidate || proxyRevalidate || noCache || sharedMaxAge != ABSENT;
  }
}
