package dev.penstock.engine.cache;

import dev.penstock.engine.bytes.Ascii;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dictionary of structured fields (RFC 9651 §4.2.2). Strict: one fault and all of it is
 * void. Integers become {@link Long}, booleans {@link Boolean}; of other items and of inner lists
 * only the text is kept.
 */
final class StructuredDictionary {
  private static final int MOST_DIGITS = 15;

  private final String text;
  private int at;

  private StructuredDictionary(String text) {
    this.text = text;
  }

  /** Not well formed. */
  private static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException() {
      super(null, null, false, false);
    }
  }

  /** The members, the last of those with the same key; null when {@code text} is no dictionary. */
  static @Nullable Map<String, Object> parse(String text) {
    try {
      return new StructuredDictionary(text).members();
    } catch (MalformedException e) {
      return null;
    }
  }

  private Map<String, Object> members() throws MalformedException {
    Map<String, Object> members = new LinkedHashMap<>();
    skip(' ');
    while (at < text.length()) {
      String key = key();
      Object value = true;
      if (peek() == '=') {
        at++;
        value = peek() == '(' ? innerList() : item();
      }
      parameters();
      members.remove(key);
      members.put(key, value);
      skipOws();
      if (at == text.length()) return members;
      if (text.charAt(at++) != ',') throw new MalformedException();
      skipOws();
      if (at == text.length()) throw new MalformedException(); // a comma at the end
    }
    return members;
  }

  private String key() throws MalformedException {
    int from = at;
    int c = peek();
    if (!(c >= 'a' && c <= 'z' || c == '*')) throw new MalformedException();
    while (isKey(peek())) at++;
    return text.substring(from, at);
  }

  private static boolean isKey(int c) {
    return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c > 0 && "_-.*".indexOf(c) >= 0;
  }

  private void parameters() throws MalformedException {
    while (peek() == ';') {
      at++;
      skip(' ');
      var _ = key();
      if (peek() == '=') {
        at++;
        var _ = item();
      }
    }
  }

  private Object innerList() throws MalformedException {
    int from = at++;
    while (true) {
      skip(' ');
      if (peek() == ')') break;
      var _ = item();
      parameters();
      if (peek() != ' ' && peek() != ')') throw new MalformedException();
    }
    at++;
    return text.substring(from, at);
  }

  private Object item() throws MalformedException {
    int c = peek();
    if (c == '-' || c >= '0' && c <= '9') return number();
    int from = at;
    switch (c) {
      case '"' -> string();
      case ':' -> bytes();
      case '?' -> {
        return bool();
      }
      case '@' -> {
        at++;
        if (!(number() instanceof Long)) throw new MalformedException();
      }
      default -> token();
    }
    return text.substring(from, at);
  }

  private Object number() throws MalformedException {
    int from = at;
    if (peek() == '-') at++;
    int digits = digits();
    if (digits == 0) throw new MalformedException();
    if (peek() != '.') {
      if (digits > MOST_DIGITS) throw new MalformedException();
      return Long.parseLong(text.substring(from, at));
    }
    at++;
    int fraction = digits();
    if (digits > 12 || fraction == 0 || fraction > 3) throw new MalformedException();
    return text.substring(from, at);
  }

  private int digits() {
    int from = at;
    while (peek() >= '0' && peek() <= '9') at++;
    return at - from;
  }

  private void string() throws MalformedException {
    int c;
    do {
      at++;
      c = peek();
      if (c < ' ' || c > '~') throw new MalformedException();
      if (c == '\\') {
        at++;
        if (peek() != '"' && peek() != '\\') throw new MalformedException();
      }
    } while (c != '"');
    at++;
  }

  private void bytes() throws MalformedException {
    int end = text.indexOf(':', at + 1);
    if (end < 0) throw new MalformedException();
    for (at++; at < end; at++) {
      if (!Character.isLetterOrDigit(peek()) && "+/=".indexOf(peek()) < 0)
        throw new MalformedException();
    }
    at++;
  }

  private Boolean bool() throws MalformedException {
    at++;
    int c = peek();
    if (c != '0' && c != '1') throw new MalformedException();
    at++;
    return c == '1';
  }

  private void token() throws MalformedException {
    int c = peek();
    if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '*')) throw new MalformedException();
    while (peek() == ':' || peek() == '/' || Ascii.isToken(peek())) at++;
  }

  /** 0 at the end. */
  private int peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void skip(char c) {
    while (peek() == c) at++;
  }

  private void skipOws() {
    while (peek() == ' ' || peek() == '\t') at++;
  }
}
