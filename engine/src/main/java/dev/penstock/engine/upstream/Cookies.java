package dev.penstock.engine.upstream;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;

/** Reads {@code Cookie} fields (RFC 6265 §5.4). */
final class Cookies {
  private Cookies() {}

  /**
   * Points {@code into} at the value of the first cookie of that name; false when there is none.
   */
  static boolean find(HeaderMap headers, String name, Slice into) {
    for (int i = headers.find(HeaderName.COOKIE);
        i >= 0;
        i = headers.find(HeaderName.COOKIE, i + 1)) {
      if (findIn(headers.value(i, into), name)) return true;
    }
    return false;
  }

  private static boolean findIn(Slice field, String name) {
    int at = 0;
    while (at < field.length()) {
      while (at < field.length() && (field.at(at) == ' ' || field.at(at) == '\t')) at++;
      int end = field.indexOf(';', at);
      if (end < 0) end = field.length();
      int equals = field.indexOf('=', at);
      if (equals >= 0 && equals < end && isNamed(field, at, equals, name)) {
        int last = end;
        while (last > equals + 1 && field.at(last - 1) == ' ') last--;
        field.point(field.array(), field.offset() + equals + 1, last - equals - 1);
        return true;
      }
      at = end + 1;
    }
    return false;
  }

  private static boolean isNamed(Slice field, int from, int to, String name) {
    if (to - from != name.length()) return false;
    for (int i = 0; i < name.length(); i++) {
      if (field.at(from + i) != name.charAt(i)) return false;
    }
    return true;
  }
}
