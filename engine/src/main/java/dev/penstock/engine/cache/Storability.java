package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a response to a GET may be stored, and what of it (RFC 9111 §3, C1, C11). Pure.
 *
 * @param refusal why it is not stored, as a token for {@code Cache-Status}; null when it is
 * @param control which of its directives count
 * @param varyNames what it varies by; empty when it is not stored
 */
record Storability(
    @Nullable String refusal, CacheControl control, Freshness freshness, List<String> varyNames) {

  /** Judges the head of a response. */
  static Storability of(CacheRequest request, int status, HeaderMap headers, long nowMillis) {
    CachePolicy policy = request.policy();
    CacheControl targeted = null;
    for (String field : policy.targeted()) {
      if (targeted == null) targeted = CacheControl.targeted(headers, field);
    }
    CacheControl control = targeted != null ? targeted : CacheControl.of(headers);
    CacheWishes wishes = request.wishes();
    Freshness freshness =
        wishes.ttl() != CacheControl.ABSENT
            ? new Freshness(wishes.ttl(), true)
            : Freshness.of(status, headers, control, targeted != null, nowMillis / 1000, policy);
    List<String> varyNames = VaryFields.namesOf(headers, policy);
    String refusal = refusal(request, status, headers, control, freshness);
    if (varyNames == null) return new Storability("varies-by-all", control, freshness, List.of());
    return new Storability(refusal, control, freshness, varyNames);
  }

  private static @Nullable String refusal(
      CacheRequest request,
      int status,
      HeaderMap headers,
      CacheControl control,
      Freshness freshness) {
    if (request.wishes().isBypassed()) return "bypass";
    if (status < 200 || status == 206 || status == 304) return "status";
    // The store exists to be told that a response is understood; then no-store is for others.
    if (control.mustUnderstand() && !isUnderstood(status)) return "status";
    if (control.noStore() && !control.mustUnderstand()) return "no-store";
    if (control.isPrivate()) return "private";
    if (request.isAuthorized()
        && !control.isPublic()
        && !control.mustRevalidate()
        && control.sharedMaxAge() == CacheControl.ABSENT) return "authorization";
    if (headers.contains(HeaderName.SET_COOKIE)
        && request.policy().setCookie() == RouteCacheRules.SetCookie.REFUSE) return "set-cookie";
    boolean hasValidator =
        headers.contains(HeaderName.ETAG) || headers.contains(HeaderName.LAST_MODIFIED);
    if (freshness.lifetime() <= 0) {
      // To be asked for each time, which is of use when the answer may be 304.
      boolean isMeant =
          freshness.isExplicit() || control.noCache() || Freshness.isGuessable(status, control);
      if (!hasValidator || !isMeant || !isUnderstood(status)) return "stale";
    }
    return control.noCache() && !hasValidator ? "no-cache" : null;
  }

  /** Statuses whose meaning for caches we know: all that are registered (RFC 9110 §15). */
  private static boolean isUnderstood(int status) {
    return switch (status) {
      case 200, 201, 202, 203, 204, 205, 207, 208, 226 -> true;
      case 300, 301, 302, 303, 305, 307, 308 -> true;
      case 421, 422, 423, 424, 425, 426, 428, 429, 431, 451 -> true;
      case 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511 -> true;
      default -> status >= 400 && status <= 417;
    };
  }

  boolean isStored() {
    return refusal == null;
  }

  /** The fields that are stored. */
  HeaderMap stored(HeaderMap headers, CachePolicy policy) {
    HeaderMap kept = new HeaderMap();
    kept.addAll(headers);
    kept.remove(HeaderName.AGE);
    kept.remove(HeaderName.CONTENT_LENGTH);
    kept.remove(HeaderName.TRAILER);
    kept.remove("Proxy-Authentication-Info");
    for (String name : control.unstored()) kept.remove(name);
    if (policy.setCookie() == RouteCacheRules.SetCookie.STRIP) kept.remove(HeaderName.SET_COOKIE);
    return kept;
  }

  /** For how long it may be used, of a response that came at {@code receivedMillis}. */
  StoredResponse.Times times(
      HeaderMap headers, long askedMillis, long receivedMillis, CacheRequest request) {
    CachePolicy policy = request.policy();
    CacheWishes wishes = request.wishes();
    boolean isForbidden =
        control.mustRevalidate() || control.proxyRevalidate() || control.noCache();
    // s-maxage alone asks to be revalidated too (§5.2.2.10), unless the response says itself for
    // how long it may be stale.
    boolean isBare = isForbidden || control.sharedMaxAge() != CacheControl.ABSENT;
    return new StoredResponse.Times(
        askedMillis,
        receivedMillis,
        Freshness.ageAtReceipt(headers, askedMillis, receivedMillis),
        freshness.lifetime(),
        window(
            wishes.staleWhileRevalidate(),
            control.staleWhileRevalidate(),
            policy.staleWhileRevalidate(),
            isForbidden,
            isBare),
        window(
            wishes.staleIfError(),
            control.staleIfError(),
            policy.staleIfError(),
            isForbidden,
            isBare),
        control.noCache(),
        !isBare,
        Long.MAX_VALUE);
  }

  private static long window(
      long wished, long said, long ruled, boolean isForbidden, boolean isBare) {
    if (isForbidden) return CacheControl.ABSENT;
    if (wished != CacheControl.ABSENT) return wished;
    if (said != CacheControl.ABSENT) return said;
    return isBare || ruled == 0 ? CacheControl.ABSENT : ruled;
  }

  /** The tags of filters, and those in the fields that the route names. */
  static List<String> tags(HeaderMap headers, CacheRequest request) {
    List<String> tags = new ArrayList<>(request.wishes().tags());
    for (String field : request.policy().tags()) {
      for (int i = headers.find(field, 0); i >= 0; i = headers.find(field, i + 1)) {
        for (String tag : headers.value(i).split("[ ,\t]+", -1)) {
          if (!tag.isEmpty() && !tags.contains(tag)) tags.add(tag);
        }
      }
    }
    return List.copyOf(tags);
  }
}
