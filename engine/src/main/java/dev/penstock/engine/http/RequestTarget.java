package dev.penstock.engine.http;

import dev.penstock.engine.bytes.Ascii;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes a path and a query may hold, whatever version carries them (RFC 9112 §3.2, RFC 3986
 * §3.3 and §3.4).
 *
 * <p>Beyond RFC 3986 some visible characters pass that browsers (by the sets of the WHATWG URL
 * standard) or curl send unencoded and that servers agree on: <code>| ^ ` { } [ ]</code>, and in a
 * query also the backslash and a percent sign without two digits, since nobody decodes a query to
 * find a resource. In a path a backslash is refused, some servers take it for a slash; so is {@code
 * %zz}, which servers decode differently. {@code " < > #}, spaces, controls and bytes beyond ASCII
 * pass nowhere.
 */
public final class RequestTarget {
  private static final byte PATH = 1;
  private static final byte QUERY = 2;
  private static final byte[] ROOT = {'/'};
  private static final byte[] ALLOWED = new byte[256];

  static {
    for (int c = '0'; c <= '9'; c++) ALLOWED[c] = PATH | QUERY;
    for (int c = 'a'; c <= 'z'; c++) ALLOWED[c] = PATH | QUERY;
    for (int c = 'A'; c <= 'Z'; c++) ALLOWED[c] = PATH | QUERY;
    for (char c : "-._~!$&'()*+,;=:@/%|^`{}[]".toCharArray()) ALLOWED[c] = PATH | QUERY;
    ALLOWED['?'] = QUERY;
    ALLOWED['\\'] = QUERY;
  }

  private RequestTarget() {}

  /**
   * Points path and query of {@code head} at what lies between {@code from} and {@code end}; an
   * empty path is the root.
   *
   * @return null when all is well
   */
  public static @Nullable Violation fill(byte[] b, int from, int end, RequestHead head) {
    int pathEnd = from;
    while (pathEnd < end && b[pathEnd] != '?') pathEnd++;
    if (!isPath(b, from, pathEnd - from)) return Violation.TARGET_INVALID;
    if (pathEnd == from) head.pathSlice().point(ROOT, 0, 1);
    else head.pathSlice().point(b, from, pathEnd - from);
    if (pathEnd == end) return null;
    int queryAt = pathEnd + 1;
    if (!isQuery(b, queryAt, end - queryAt)) return Violation.TARGET_INVALID;
    head.querySlice().point(b, queryAt, end - queryAt);
    head.queryPlaced(true);
    return null;
  }

  /** Whether a path may hold these bytes; it is not asked for the slash at its start. */
  public static boolean isPath(byte[] b, int offset, int length) {
    for (int i = offset, end = offset + length; i < end; i++) {
      if ((ALLOWED[b[i] & 0xff] & PATH) == 0) return false;
      if (b[i] == '%' && !isEncoded(b, i, end)) return false;
    }
    return true;
  }

  /** Whether a query may hold these bytes. */
  public static boolean isQuery(byte[] b, int offset, int length) {
    for (int i = offset, end = offset + length; i < end; i++) {
      if ((ALLOWED[b[i] & 0xff] & QUERY) == 0) return false;
    }
    return true;
  }

  private static boolean isEncoded(byte[] b, int i, int end) {
    return i + 2 < end && Ascii.hexValue(b[i + 1]) >= 0 && Ascii.hexValue(b[i + 2]) >= 0;
  }
}
