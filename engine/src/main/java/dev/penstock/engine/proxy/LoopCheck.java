package dev.penstock.engine.proxy;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.plan.ForwardingRules;

/**
 * Whether a request goes in circles (H7): counts our own name in {@code CDN-Loop} (RFC 8586) and,
 * for who drops that field, in {@code Via} (RFC 9110 §7.6.3). Allocates nothing.
 */
final class LoopCheck {
  private LoopCheck() {}

  static boolean loops(HeaderMap headers, ForwardingRules rules) {
    return count(headers, HeaderName.CDN_LOOP, rules.pseudonym()) > rules.maxLoops()
        || count(headers, HeaderName.VIA, rules.pseudonym()) > rules.maxLoops();
  }

  private static int count(HeaderMap headers, HeaderName field, String name) {
    int seen = 0;
    for (int i = headers.find(field); i >= 0; i = headers.find(field, i + 1)) {
      int at = headers.valueAt(i);
      seen += count(headers.text(), at, at + headers.valueLength(i), field, name);
    }
    return seen;
  }

  /** In one field: elements are separated by commas, wherever those stand. */
  private static int count(byte[] b, int from, int end, HeaderName field, String name) {
    int seen = 0;
    int i = from;
    while (i < end) {
      i = blanks(b, i, end);
      // In Via the protocol comes first.
      if (field == HeaderName.VIA) i = blanks(b, word(b, i, end), end);
      int nameEnd = word(b, i, end);
      if (nameEnd - i == name.length() && matches(b, i, name)) seen++;
      i = nameEnd;
      while (i < end && b[i] != ',') i++;
      i++;
    }
    return seen;
  }

  private static int blanks(byte[] b, int i, int end) {
    while (i < end && (b[i] == ' ' || b[i] == '\t')) i++;
    return i;
  }

  private static int word(byte[] b, int i, int end) {
    while (i < end && b[i] != ' ' && b[i] != '\t' && b[i] != ',' && b[i] != ';') i++;
    return i;
  }

  private static boolean matches(byte[] b, int at, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Ascii.toLower(b[at + i]) != Ascii.toLower((byte) name.charAt(i))) return false;
    }
    return true;
  }
}
