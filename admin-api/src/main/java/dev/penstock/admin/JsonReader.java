package dev.penstock.admin;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) strictly: each key once, at most 64 deep, nothing behind the value. Numbers
 * keep how they were written.
 */
final class JsonReader {
  private static final int MAX_DEPTH = 64;

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Maps, lists, texts, {@link Long}s, {@link BigDecimal}s, booleans and nulls.
   *
   * @throws Problem when it is not JSON; it says where
   */
  static @Nullable Object read(String text) {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value(0);
    reader.blanks();
    if (reader.at < text.length()) throw reader.wrong("something stands behind the value");
    return value;
  }

  private Problem wrong(String what) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < Math.min(at, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return Problem.malformed(
        "this is not JSON: %s, line %d, column %d".formatted(what, line, at - start + 1));
  }

  private void blanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
  }

  private char next() {
    blanks();
    if (at >= text.length()) throw wrong("it ends too early");
    return text.charAt(at);
  }

  private @Nullable Object value(int depth) {
    if (depth > MAX_DEPTH) throw wrong("values are nested more than " + MAX_DEPTH + " deep");
    char c = next();
    return switch (c) {
      case '{' -> object(depth);
      case '[' -> list(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) throw wrong("a value is expected");
    at += word.length();
    return value;
  }

  private Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    at++;
    if (next() == '}') {
      at++;
      return entries;
    }
    while (true) {
      if (next() != '"') throw wrong("a key in double quotes is expected");
      int start = at;
      String key = string();
      if (entries.containsKey(key)) {
        at = start;
        throw wrong("the key \"" + key + "\" stands twice");
      }
      if (next() != ':') throw wrong("a colon is expected");
      at++;
      entries.put(key, value(depth + 1));
      char c = next();
      at++;
      if (c == '}') return entries;
      if (c != ',') {
        at--;
        throw wrong("a comma or } is expected");
      }
    }
  }

  private List<@Nullable Object> list(int depth) {
    List<@Nullable Object> items = new ArrayList<>();
    at++;
    if (next() == ']') {
      at++;
      return items;
    }
    while (true) {
      items.add(value(depth + 1));
      char c = next();
      at++;
      if (c == ']') return items;
      if (c != ',') {
        at--;
        throw wrong("a comma or ] is expected");
      }
    }
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    at++;
    while (true) {
      if (at >= text.length()) throw wrong("a text has no end");
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return out.toString();
      }
      if (c < 0x20) throw wrong("a control character in a text");
      if (c == '\\') escape(out);
      else {
        out.append(c);
        at++;
      }
    }
  }

  private void escape(StringBuilder out) {
    if (at + 1 >= text.length()) throw wrong("a text has no end");
    char c = text.charAt(at + 1);
    int simple = "\"\\/bfnrt".indexOf(c);
    if (simple >= 0) {
      out.append("\"\\/\b\f\n\r\t".charAt(simple));
      at += 2;
      return;
    }
    if (c != 'u'
        || at + 6 > text.length()
        || !text.substring(at + 2, at + 6).matches("[0-9a-fA-F]{4}"))
      throw wrong("an unknown escape");
    out.append((char) Integer.parseInt(text, at + 2, at + 6, 16));
    at += 6;
  }

  private Number number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
    String written = text.substring(start, at);
    if (!written.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")) {
      at = start;
      throw wrong("a value is expected");
    }
    if (written.matches("-?[0-9]{1,18}")) return Long.valueOf(written);
    return new BigDecimal(written);
  }
}
