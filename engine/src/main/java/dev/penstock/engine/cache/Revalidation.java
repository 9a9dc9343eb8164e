package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpDate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asking whether a stored response is still right, and what the answer changes (§4.3). Pure. */
public final class Revalidation {
  private Revalidation() {}

  /** Puts the validators of {@code stored} into a request, in place of the client's conditions. */
  public static void ask(HeaderMap request, StoredResponse stored) {
    request.remove(HeaderName.IF_NONE_MATCH);
    request.remove(HeaderName.IF_MODIFIED_SINCE);
    request.remove(HeaderName.IF_RANGE);
    request.remove(HeaderName.RANGE);
    String tag = stored.headers().get(HeaderName.ETAG);
    if (tag != null) request.add(HeaderName.IF_NONE_MATCH, tag);
    String modified = stored.headers().get(HeaderName.LAST_MODIFIED);
    if (modified != null) request.add(HeaderName.IF_MODIFIED_SINCE, modified);
  }

  /**
   * Whether {@code headers}, of a 304, speak of {@code stored} (§4.3.4): a tag that they name is
   * the stored one, or they name none.
   */
  static boolean speaksOf(HeaderMap headers, StoredResponse stored) {
    String told = headers.get(HeaderName.ETAG);
    String ours = stored.headers().get(HeaderName.ETAG);
    return told == null || ours == null || Validators.weakEquals(told, ours);
  }

  /**
   * What is stored after a 304, or after a 200 to HEAD that fits (§3.2, §4.3.5).
   *
   * @return null when it may not be stored any longer
   */
  static @Nullable StoredResponse update(
      StoredResponse stored,
      HeaderMap headers,
      CacheRequest request,
      long askedMillis,
      long nowMillis) {
    HeaderMap merged = merge(stored, headers, request.policy(), nowMillis);
    Storability now = Storability.of(request, stored.status(), merged, nowMillis);
    if (!now.isStored()) return null;
    // The answer's own age counts, not that of the first response.
    HeaderMap dated = new HeaderMap();
    dated.addAll(merged);
    for (int i = headers.find(HeaderName.AGE); i >= 0; i = headers.find(HeaderName.AGE, i + 1))
      dated.add(HeaderName.AGE, headers.value(i));
    return stored.with(merged, now.times(dated, askedMillis, nowMillis, request));
  }

  /** The stored fields as {@code headers} change them. */
  static HeaderMap merge(
      StoredResponse stored, HeaderMap headers, CachePolicy policy, long nowMillis) {
    HeaderMap merged = new HeaderMap();
    merged.addAll(stored.headers());
    for (int i = 0; i < headers.size(); i++) {
      if (isKept(headers.name(i), policy)) merged.remove(headers.name(i));
    }
    for (int i = 0; i < headers.size(); i++) {
      if (isKept(headers.name(i), policy)) merged.add(headers.name(i), headers.value(i));
    }
    String tag = headers.get(HeaderName.ETAG);
    if (tag != null && !merged.contains(HeaderName.ETAG)) merged.add(HeaderName.ETAG, tag);
    if (!headers.contains(HeaderName.DATE))
      merged.set(HeaderName.DATE, HttpDate.format(nowMillis / 1000));
    return merged;
  }

  /**
   * Whether a field is taken over. Those that say how the stored content is to be read are not: the
   * content has stayed (RFC 9111 §3.2).
   */
  private static boolean isKept(String name, CachePolicy policy) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "content-encoding",
          "content-length",
          "content-range",
          "content-md5",
          "content-digest",
          "repr-digest",
          "digest",
          "etag",
          "age",
          "trailer",
          "vary",
          "cache-status",
          "proxy-authentication-info" ->
          false;
      case "set-cookie" -> policy.setCookie() == RouteCacheRules.SetCookie.STORE;
      default -> true;
    };
  }
}
