package dev.penstock.engine.http.h1;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;

/**
 * Form of {@code Expect} (RFC 9110 §10.1.1): one token, perhaps with a value; once. A list, a
 * second field or other decoration around {@code 100-continue} makes servers disagree on whether
 * the body will come (requirement F21).
 */
final class Expectation {
  private Expectation() {}

  /** Whether the {@code Expect} field at {@code i} is well formed and alone. */
  static boolean isValid(HeaderMap headers, int i) {
    if (headers.find(HeaderName.EXPECT, i + 1) >= 0) return false;
    byte[] b = headers.text();
    int at = headers.valueAt(i);
    int end = at + headers.valueLength(i);
    int tokenEnd = Scan.token(b, at, end);
    if (tokenEnd == at) return false;
    if (tokenEnd == end) return true;
    if (b[tokenEnd] != '=' || tokenEnd + 1 == end) return false;
    int valueAt = tokenEnd + 1;
    return b[valueAt] == '"' ? isQuoted(b, valueAt + 1, end) : Scan.token(b, valueAt, end) == end;
  }

  private static boolean isQuoted(byte[] b, int from, int end) {
    for (int i = from; i < end; i++) {
      if (b[i] == '"') return i + 1 == end;
      if (b[i] == '\\') i++;
      else if (!Ascii.isFieldValue(b[i] & 0xff)) return false;
    }
    return false;
  }
}
