package dev.penstock.plugins.compression;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;

/**
 * Entity tags of bodies that are changed on the way (RFC 9110 §8.8.3): what clients are told, and
 * what upstreams are told when clients send it back.
 */
final class EntityTags {
  private EntityTags() {}

  /** A strong tag would promise the same bytes: it becomes a weak one. */
  static void weaken(HeaderMap headers) {
    String tag = headers.get(HeaderName.ETAG);
    if (tag != null && isStrong(tag)) headers.set(HeaderName.ETAG, "W/" + tag);
  }

  /** {@code "x"} becomes {@code "x-gzip"}, a strong tag of the compressed bytes. */
  static void suffix(HeaderMap headers, Coding coding) {
    String tag = headers.get(HeaderName.ETAG);
    if (tag == null || !isStrong(tag)) return;
    headers.set(HeaderName.ETAG, tag.substring(0, tag.length() - 1) + '-' + coding.token() + '"');
  }

  private static boolean isStrong(String tag) {
    return tag.length() >= 2 && tag.startsWith("\"") && tag.endsWith("\"");
  }

  /**
   * If-None-Match compares weakly, so W/"x" and "x" mean the same; some upstreams compare texts.
   * The strong form of each weak tag is added.
   */
  static void addStrong(HeaderMap headers) {
    String list = headers.joined(HeaderName.IF_NONE_MATCH.lower());
    if (list == null || !list.contains("W/\"")) return;
    StringBuilder all = new StringBuilder(list);
    for (int at = list.indexOf("W/\""); at >= 0; at = list.indexOf("W/\"", at + 3)) {
      int end = list.indexOf('"', at + 3);
      if (end < 0) break;
      String strong = list.substring(at + 2, end + 1);
      if (!has(list, strong)) all.append(", ").append(strong);
    }
    headers.set(HeaderName.IF_NONE_MATCH, all.toString());
  }

  /** Takes off again what {@link #suffix} has appended. */
  static void removeSuffixes(HeaderMap headers, HeaderName name) {
    String list = headers.joined(name.lower());
    if (list == null) return;
    String without = list;
    for (Coding coding : Coding.values())
      without = without.replace('-' + coding.token() + '"', "\"");
    if (!without.equals(list)) headers.set(name, without);
  }

  /** Whether the list has {@code tag}, spelt just so. */
  static boolean has(String list, String tag) {
    for (int at = list.indexOf(tag); at >= 0; at = list.indexOf(tag, at + 1)) {
      boolean begins = at == 0 || list.charAt(at - 1) == ',' || list.charAt(at - 1) == ' ';
      if (begins) return true;
    }
    return false;
  }
}
