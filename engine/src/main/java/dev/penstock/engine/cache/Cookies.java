package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import org.jspecify.annotations.Nullable;

/** Reads {@code Cookie} fields (RFC 6265 §5.4). */
final class Cookies {
  private Cookies() {}

  /** The value of the first cookie of that name, or null. */
  static @Nullable String find(HeaderMap headers, String name) {
    for (int i = headers.find(HeaderName.COOKIE);
        i >= 0;
        i = headers.find(HeaderName.COOKIE, i + 1)) {
      for (String pair : headers.value(i).split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals >= 0 && pair.substring(0, equals).strip().equals(name))
          return pair.substring(equals + 1).strip();
      }
    }
    return null;
  }
}
