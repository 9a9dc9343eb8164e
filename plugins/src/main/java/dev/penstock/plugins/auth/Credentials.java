package dev.penstock.plugins.auth;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import org.jspecify.annotations.Nullable;

/** Reads {@code Authorization} (RFC 9110 §11.4). */
final class Credentials {
  private Credentials() {}

  /** Whether there is more than one; which would count is anybody's guess. */
  static boolean areSeveral(HeaderMap headers) {
    int first = headers.find(HeaderName.AUTHORIZATION);
    return first >= 0 && headers.find(HeaderName.AUTHORIZATION, first + 1) >= 0;
  }

  /** What stands behind {@code scheme}, or null when there is no such field or another scheme. */
  static @Nullable String of(HeaderMap headers, String scheme) {
    String value = headers.get(HeaderName.AUTHORIZATION);
    int n = scheme.length();
    if (value == null || value.length() < n || !value.regionMatches(true, 0, scheme, 0, n))
      return null;
    if (value.length() == n) return "";
    if (value.charAt(n) != ' ') return null;
    int from = n;
    while (from < value.length() && value.charAt(from) == ' ') from++;
    return value.substring(from);
  }
}
