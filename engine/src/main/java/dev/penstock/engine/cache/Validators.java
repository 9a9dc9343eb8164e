package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpDate;
import org.jspecify.annotations.Nullable;

/**
 * Entity tags and modification dates: how they are compared, and what a client's condition says
 * about a response that we have (RFC 9110 §8.8, §13; RFC 9111 §4.3.2).
 */
final class Validators {
  private Validators() {}

  /** Whether both name the same content, or content as good as the same. */
  static boolean weakEquals(String a, String b) {
    return opaque(a).equals(opaque(b));
  }

  /** Whether both name the same content byte by byte. */
  static boolean strongEquals(String a, String b) {
    return !isWeak(a) && !isWeak(b) && a.equals(b);
  }

  static boolean isWeak(String tag) {
    return tag.startsWith("W/");
  }

  private static String opaque(String tag) {
    return isWeak(tag) ? tag.substring(2) : tag;
  }

  /**
   * Whether the client has what {@code response} is, by If-None-Match or, without that, by
   * If-Modified-Since.
   *
   * @param receivedSeconds when the response came; stands for what it does not say
   */
  static boolean isNotModified(HeaderMap request, HeaderMap response, long receivedSeconds) {
    if (request.contains(HeaderName.IF_NONE_MATCH)) {
      String tag = response.get(HeaderName.ETAG);
      for (int i = request.find(HeaderName.IF_NONE_MATCH);
          i >= 0;
          i = request.find(HeaderName.IF_NONE_MATCH, i + 1)) {
        if (lists(request.value(i), tag)) return true;
      }
      return false;
    }
    String since = request.get(HeaderName.IF_MODIFIED_SINCE);
    if (since == null) return false;
    long sinceSeconds = HttpDate.parse(since, receivedSeconds);
    return sinceSeconds != HttpDate.INVALID && modified(response, receivedSeconds) <= sinceSeconds;
  }

  private static long modified(HeaderMap response, long receivedSeconds) {
    String text = response.get(HeaderName.LAST_MODIFIED);
    if (text == null) text = response.get(HeaderName.DATE);
    long at = text == null ? HttpDate.INVALID : HttpDate.parse(text, receivedSeconds);
    return at == HttpDate.INVALID ? receivedSeconds : at;
  }

  /** Whether {@code tag} is among those of an If-None-Match, or it says {@code *}. */
  private static boolean lists(String field, @Nullable String tag) {
    int at = 0;
    while (at < field.length()) {
      char c = field.charAt(at);
      if (c == ' ' || c == '\t' || c == ',') {
        at++;
        continue;
      }
      int end = endOfTag(field, at);
      String listed = field.substring(at, end).strip();
      if (listed.equals("*") || tag != null && weakEquals(listed, tag)) return true;
      at = end;
    }
    return false;
  }

  private static int endOfTag(String field, int from) {
    boolean isQuoted = false;
    int at = from;
    for (; at < field.length(); at++) {
      char c = field.charAt(at);
      if (c == '"') isQuoted = !isQuoted;
      else if (c == ',' && !isQuoted) break;
    }
    return at;
  }

  /**
   * Whether a part may be sent under this If-Range: only for exactly the response that the client
   * has a part of (RFC 9110 §13.1.5).
   */
  static boolean allowsRange(HeaderMap request, HeaderMap response, long nowSeconds) {
    String condition = request.get(HeaderName.IF_RANGE);
    if (condition == null) return true;
    String text = condition.strip();
    if (text.startsWith("\"") || text.startsWith("W/")) {
      String tag = response.get(HeaderName.ETAG);
      return tag != null && strongEquals(text, tag);
    }
    String modified = response.get(HeaderName.LAST_MODIFIED);
    if (modified == null || !modified.equals(text)) return false;
    // A date is a strong validator only when nothing can have changed within its second (§8.8.2.2).
    String date = response.get(HeaderName.DATE);
    long made = date == null ? HttpDate.INVALID : HttpDate.parse(date, nowSeconds);
    long at = HttpDate.parse(modified, nowSeconds);
    return made != HttpDate.INVALID && at != HttpDate.INVALID && made - at >= 60;
  }
}
