package dev.penstock.engine.cache;

import dev.penstock.engine.bytes.Ascii;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list of directives, {@code name}, {@code name=token} or {@code name="quoted"}, one by one
 * (RFC 9111 §5.2). What is not well formed gets {@link #MALFORMED} as its value, and what follows
 * it is read again from the next comma outside of quotes.
 */
final class DirectiveReader {
  /** The value of a directive that has something else behind its name. */
  static final String MALFORMED = "?";

  private final String text;
  private int at;
  private String name = "";
  private @Nullable String value;

  DirectiveReader(String text) {
    this.text = text;
  }

  /** The name as it was written. */
  String name() {
    return name;
  }

  /** Null when there is none. */
  @Nullable String value() {
    return value;
  }

  /** Moves to the next directive; false at the end. */
  boolean next() {
    while (at < text.length() && (isSpace(text.charAt(at)) || text.charAt(at) == ',')) at++;
    if (at == text.length()) return false;
    int from = at;
    while (at < text.length() && Ascii.isToken(text.charAt(at))) at++;
    name = text.substring(from, at);
    value = null;
    if (at < text.length() && text.charAt(at) == '=') {
      at++;
      value = at < text.length() && text.charAt(at) == '"' ? quoted() : token();
    }
    if (skipToComma()) value = MALFORMED;
    return true;
  }

  private String token() {
    int from = at;
    while (at < text.length() && Ascii.isToken(text.charAt(at))) at++;
    return text.substring(from, at);
  }

  private String quoted() {
    StringBuilder content = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return content.toString();
      }
      if (c == '\\' && at + 1 < text.length()) c = text.charAt(++at);
      content.append(c);
    }
    return MALFORMED; // it never ends
  }

  /** Goes to the comma behind this directive; true when something stands before it. */
  private boolean skipToComma() {
    boolean isJunk = false;
    while (at < text.length() && text.charAt(at) != ',') {
      if (text.charAt(at) == '"') {
        var _ = quoted();
        isJunk = true;
        continue;
      }
      isJunk |= !isSpace(text.charAt(at));
      at++;
    }
    return isJunk;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }
}
