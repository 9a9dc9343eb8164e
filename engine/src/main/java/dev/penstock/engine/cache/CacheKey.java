package dev.penstock.engine.cache;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Under which address a response is kept: {@code scheme://host/path?query}, the host in lower case
 * and without the scheme's own port, the path in the one form that routing has seen too (C10).
 */
final class CacheKey {
  private CacheKey() {}

  /** The key of a request. */
  static String of(RequestHead head, String scheme, CacheKeyRules rules) {
    StringBuilder key = new StringBuilder(64).append(scheme).append("://");
    appendHost(key, head.authority(), scheme);
    Slice path = head.pathSlice();
    for (int i = 0; i < path.length(); i++) key.append((char) path.at(i));
    if (!head.hasQuery() || rules.usesNoQuery()) return key.toString();
    Slice query = head.querySlice();
    if (rules.usesWholeQuery() && !rules.sortQuery()) {
      key.append('?');
      for (int i = 0; i < query.length(); i++) key.append((char) query.at(i));
      return key.toString();
    }
    appendParameters(key, query.toString(), rules);
    return key.toString();
  }

  private static void appendHost(StringBuilder key, Slice authority, String scheme) {
    int length = authority.length();
    String own = scheme.equals("https") ? ":443" : ":80";
    boolean hasOwnPort = length > own.length();
    for (int i = 0; i < own.length() && hasOwnPort; i++)
      hasOwnPort = authority.at(length - own.length() + i) == own.charAt(i);
    if (hasOwnPort) length -= own.length();
    for (int i = 0; i < length; i++) key.append((char) Ascii.toLower(authority.at(i)));
  }

  private static void appendParameters(StringBuilder key, String query, CacheKeyRules rules) {
    List<String> kept = new ArrayList<>();
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      if (rules.usesWholeQuery() || rules.query().contains(name)) kept.add(part);
    }
    // Parameters of the same name keep their order: it may mean something.
    if (rules.sortQuery()) kept.sort((a, b) -> nameOf(a).compareTo(nameOf(b)));
    if (kept.isEmpty()) return;
    key.append('?').append(String.join("&", kept));
  }

  private static String nameOf(String part) {
    int equals = part.indexOf('=');
    return equals < 0 ? part : part.substring(0, equals);
  }

  /**
   * The key of an address that a response of {@code key} names, in Location for instance; null when
   * it is of another site, which nobody may invalidate from here (RFC 9111 §4.4).
   */
  static @Nullable String sameSite(String key, String reference) {
    int pathAt = key.indexOf('/', key.indexOf("://") + 3);
    String site = pathAt < 0 ? key : key.substring(0, pathAt);
    String text = reference.strip();
    int fragment = text.indexOf('#');
    if (fragment >= 0) text = text.substring(0, fragment);
    if (text.startsWith("//")) text = key.substring(0, key.indexOf(':') + 1) + text;
    int scheme = text.indexOf("://");
    if (scheme > 0 && text.lastIndexOf('/', scheme - 1) < 0) {
      String other = normalSite(text);
      return other != null && other.startsWith(site + "/") ? other : null;
    }
    if (text.startsWith("/")) return site + text;
    if (text.isEmpty() || pathAt < 0) return null;
    int query = key.indexOf('?');
    String path = query < 0 ? key : key.substring(0, query);
    if (text.startsWith("?")) return path + text;
    return dotless(site, path.substring(site.length(), path.lastIndexOf('/') + 1) + text);
  }

  private static @Nullable String normalSite(String url) {
    int hostAt = url.indexOf("://") + 3;
    int end = url.indexOf('/', hostAt);
    if (end < 0) return null;
    String scheme = lower(url.substring(0, hostAt - 3));
    StringBuilder normal = new StringBuilder(scheme).append("://");
    appendHost(normal, Slice.of(url.substring(hostAt, end)), scheme);
    return normal.append(url, end, url.length()).toString();
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Takes out {@code .} and {@code ..} (RFC 3986 §5.2.4). */
  private static String dotless(String site, String path) {
    int query = path.indexOf('?');
    String rest = query < 0 ? "" : path.substring(query);
    String plain = query < 0 ? path : path.substring(0, query);
    List<String> kept = new ArrayList<>();
    String[] segments = plain.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      boolean isLast = i == segments.length - 1;
      if (segments[i].equals("..")) {
        if (!kept.isEmpty()) kept.removeLast();
        if (isLast) kept.add("");
      } else if (segments[i].equals(".")) {
        if (isLast) kept.add("");
      } else {
        kept.add(segments[i]);
      }
    }
    return site + "/" + String.join("/", kept) + rest;
  }
}
