package dev.penstock.engine.files;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpDate;

/** What a request makes its answer depend on, in the order of RFC 9110 §13.2.2. */
final class Preconditions {
  enum Result {
    PROCEED,
    NOT_MODIFIED,
    FAILED
  }

  private Preconditions() {}

  /**
   * For GET and HEAD.
   *
   * @param tag strong
   * @param modified seconds since 1970
   */
  static Result check(HeaderMap request, String tag, long modified, long nowSeconds) {
    String match = request.joined(HeaderName.IF_MATCH.lower());
    if (match != null) {
      if (!holds(match, tag, false)) return Result.FAILED;
    } else {
      long unmodified = date(request, HeaderName.IF_UNMODIFIED_SINCE, nowSeconds);
      if (unmodified != HttpDate.INVALID && modified > unmodified) return Result.FAILED;
    }
    String none = request.joined(HeaderName.IF_NONE_MATCH.lower());
    if (none != null) return holds(none, tag, true) ? Result.NOT_MODIFIED : Result.PROCEED;
    long since = date(request, HeaderName.IF_MODIFIED_SINCE, nowSeconds);
    return since != HttpDate.INVALID && modified <= since ? Result.NOT_MODIFIED : Result.PROCEED;
  }

  /** Whether a Range counts: without If-Range it does (RFC 9110 §13.1.5: compared strongly). */
  static boolean isRangeMeant(HeaderMap request, String tag, long modified, long nowSeconds) {
    String asked = request.get(HeaderName.IF_RANGE);
    if (asked == null) return true;
    if (asked.startsWith("\"")) return asked.equals(tag);
    long date = HttpDate.parse(asked, nowSeconds);
    // RFC 9110 §8.8.2.2: a date says which bytes there were only when they have been there a while.
    return date == modified && nowSeconds - modified > 60;
  }

  private static long date(HeaderMap request, HeaderName name, long nowSeconds) {
    String text = request.get(name);
    return text == null ? HttpDate.INVALID : HttpDate.parse(text, nowSeconds);
  }

  private static boolean holds(String list, String tag, boolean weakly) {
    if (list.strip().equals("*")) return true;
    for (int at = list.indexOf(tag); at >= 0; at = list.indexOf(tag, at + 1)) {
      if (weakly || at < 2 || list.charAt(at - 1) != '/') return true;
    }
    return false;
  }
}
