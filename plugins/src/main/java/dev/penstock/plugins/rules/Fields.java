package dev.penstock.plugins.rules;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import org.jspecify.annotations.Nullable;

/** Reading and extending fields that hold lists or pairs. */
public final class Fields {
  private Fields() {}

  /** Adds {@code name} to Vary, unless it is there or all is said already by an asterisk. */
  public static void vary(HeaderMap headers, String name) {
    String before = headers.joined("vary");
    if (before == null || before.isBlank()) {
      headers.set(HeaderName.VARY, name);
      return;
    }
    if (!listHas(before, name) && !listHas(before, "*")) {
      headers.set(HeaderName.VARY, before + ", " + name);
    }
  }

  /** Whether the comma-separated {@code list} has {@code word}, in any case. */
  public static boolean listHas(String list, String word) {
    int n = word.length();
    for (int from = 0; from < list.length(); ) {
      int comma = list.indexOf(',', from);
      int end = comma < 0 ? list.length() : comma;
      int start = from;
      while (start < end && list.charAt(start) <= ' ') start++;
      int stop = end;
      while (stop > start && list.charAt(stop - 1) <= ' ') stop--;
      if (stop - start == n && list.regionMatches(true, start, word, 0, n)) return true;
      from = end + 1;
    }
    return false;
  }

  /** The value of the first cookie of that name, or null. */
  public static @Nullable String cookie(HeaderMap headers, String name) {
    Slice scratch = new Slice();
    for (int i = headers.find(HeaderName.COOKIE);
        i >= 0;
        i = headers.find(HeaderName.COOKIE, i + 1)) {
      Slice pairs = headers.value(i, scratch);
      for (int from = 0; from < pairs.length(); ) {
        while (from < pairs.length() && pairs.at(from) == ' ') from++;
        int end = pairs.indexOf(';', from);
        if (end < 0) end = pairs.length();
        int equals = pairs.indexOf('=', from);
        if (equals >= 0 && equals < end && is(pairs, from, equals, name)) {
          return pairs.substring(equals + 1, end);
        }
        from = end + 1;
      }
    }
    return null;
  }

  private static boolean is(Slice text, int from, int to, String name) {
    if (to - from != name.length()) return false;
    for (int i = 0; i < name.length(); i++) {
      if (text.at(from + i) != name.charAt(i)) return false;
    }
    return true;
  }
}
