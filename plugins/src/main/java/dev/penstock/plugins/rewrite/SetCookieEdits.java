package dev.penstock.plugins.rewrite;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link CookiesConfig} on the value of one {@code Set-Cookie} field (RFC 6265 §5.2). Immutable.
 */
final class SetCookieEdits {
  private final Set<String> names = new HashSet<>();
  private final Set<String> prefixes = new HashSet<>();
  private final Set<String> removed;
  private final Map<String, String> renamed;
  private final Map<String, String> domains = new LinkedHashMap<>();
  private final Map<String, String> paths;
  private final @Nullable Boolean secure;
  private final @Nullable Boolean httpOnly;
  private final @Nullable String sameSite;

  SetCookieEdits(CookiesConfig config) {
    for (String name : config.names()) {
      if (name.endsWith("*")) prefixes.add(name.substring(0, name.length() - 1));
      else names.add(name);
    }
    removed = Set.copyOf(config.remove());
    renamed = config.rename();
    config.domain().forEach((from, to) -> domains.put(bare(from), to));
    paths = config.path();
    secure = config.secure();
    httpOnly = config.httpOnly();
    CookiesConfig.SameSite chosen = config.sameSite();
    sameSite = chosen == null ? null : chosen.text();
  }

  /** The domain without the dot in front that RFC 6265 §5.2.3 ignores, in lower case. */
  private static String bare(String domain) {
    String name = domain.startsWith(".") ? domain.substring(1) : domain;
    return name.toLowerCase(Locale.ROOT);
  }

  /** The field with the changes, or null when the cookie is removed. */
  @Nullable String apply(String field) {
    int end = field.indexOf(';');
    String pair = end < 0 ? field : field.substring(0, end);
    int equals = pair.indexOf('=');
    String name = (equals < 0 ? "" : pair.substring(0, equals)).strip();
    if (removed.contains(name)) return null;
    if (!isMeant(name)) return field;
    String now = renamed.getOrDefault(name, name);
    StringBuilder out = new StringBuilder(field.length() + 32);
    if (now.equals(name)) out.append(pair);
    else out.append(now).append(pair, equals, pair.length());
    Attributes seen = new Attributes();
    while (end >= 0) {
      int next = field.indexOf(';', end + 1);
      String attribute = field.substring(end + 1, next < 0 ? field.length() : next).strip();
      copy(attribute, out, seen);
      end = next;
    }
    if (Boolean.TRUE.equals(secure) || "None".equals(sameSite) || isPrefixed(now, "__Secure-")) {
      if (!seen.secure) out.append("; Secure");
    }
    if (Boolean.TRUE.equals(httpOnly) && !seen.httpOnly) out.append("; HttpOnly");
    if (sameSite != null) out.append("; SameSite=").append(sameSite);
    return out.toString();
  }

  private static boolean isPrefixed(String name, String prefix) {
    return name.startsWith(prefix) || name.startsWith("__Host-");
  }

  private static final class Attributes {
    boolean secure;
    boolean httpOnly;
  }

  private boolean isMeant(String name) {
    if (names.isEmpty() && prefixes.isEmpty()) return true;
    if (names.contains(name)) return true;
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)) return true;
    }
    return false;
  }

  private void copy(String attribute, StringBuilder out, Attributes seen) {
    int equals = attribute.indexOf('=');
    String name = (equals < 0 ? attribute : attribute.substring(0, equals)).strip();
    String value = equals < 0 ? "" : attribute.substring(equals + 1).strip();
    switch (name.toLowerCase(Locale.ROOT)) {
      case "domain" -> {
        String to = domain(value);
        if (!to.isEmpty()) out.append("; Domain=").append(to);
      }
      case "path" -> out.append("; Path=").append(path(value));
      case "secure" -> {
        boolean isDropped = Boolean.FALSE.equals(secure) && !"None".equals(sameSite);
        if (!isDropped) out.append("; Secure");
        seen.secure = !isDropped;
      }
      case "httponly" -> {
        if (!Boolean.FALSE.equals(httpOnly)) out.append("; HttpOnly");
        seen.httpOnly = !Boolean.FALSE.equals(httpOnly);
      }
      case "samesite" -> {
        if (sameSite == null) out.append("; ").append(attribute);
      }
      default -> {
        if (!attribute.isEmpty()) out.append("; ").append(attribute);
      }
    }
  }

  private String domain(String value) {
    String to = domains.get(bare(value));
    if (to == null) to = domains.get("*");
    return to == null ? value : to;
  }

  private String path(String value) {
    for (var entry : paths.entrySet()) {
      String mapped = PathPrefix.swap(value, entry.getKey(), entry.getValue());
      if (mapped != null) return mapped;
    }
    return value;
  }
}
