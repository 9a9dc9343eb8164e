package dev.penstock.scripting.web;

import org.jspecify.annotations.Nullable;

/** Names and values of header fields as the Fetch Standard has them (§2.2.2). */
final class FieldText {
  private static final boolean[] TOKEN = new boolean[128];

  static {
    String marks = "!#$%&'*+-.^_`|~";
    for (int i = 0; i < marks.length(); i++) TOKEN[marks.charAt(i)] = true;
    for (char c = '0'; c <= '9'; c++) TOKEN[c] = true;
    for (char c = 'A'; c <= 'Z'; c++) TOKEN[c] = TOKEN[c | 0x20] = true;
  }

  private FieldText() {}

  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= TOKEN.length || !TOKEN[c]) return false;
    }
    return !text.isEmpty();
  }

  /** Lower-cases A to Z only. */
  static String lower(String text) {
    int at = 0;
    while (at < text.length() && !isUpper(text.charAt(at))) at++;
    if (at == text.length()) return text;
    StringBuilder out = new StringBuilder(text);
    for (; at < out.length(); at++) {
      if (isUpper(out.charAt(at))) out.setCharAt(at, (char) (out.charAt(at) | 0x20));
    }
    return out.toString();
  }

  static int beyondLatin1(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0xff) return i;
    }
    return -1;
  }

  /** Without the white space around it; null when it holds NUL, CR, LF, or what is no byte. */
  static @Nullable String value(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isSpace(text.charAt(from))) from++;
    while (to > from && isSpace(text.charAt(to - 1))) to--;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c > 0xff || c == 0 || c == '\r' || c == '\n') return null;
    }
    return text.substring(from, to);
  }

  /**
   * Whether the gateway writes that field: it says how a message is framed, or belongs to a
   * connection.
   */
  static boolean isFraming(String name) {
    @Nullable String known =
        switch (name.length()) {
          case 2 -> "te";
          case 7 -> (name.charAt(0) | 0x20) == 'u' ? "upgrade" : "trailer";
          case 10 -> (name.charAt(0) | 0x20) == 'k' ? "keep-alive" : "connection";
          case 14 -> "content-length";
          case 16 -> "proxy-connection";
          case 17 -> "transfer-encoding";
          case 18 -> "proxy-authenticate";
          case 19 -> "proxy-authorization";
          default -> null;
        };
    return known != null && known.equalsIgnoreCase(name);
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
