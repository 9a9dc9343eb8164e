package dev.penstock.engine.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON by the letter of RFC 8259: what it takes, everybody takes. Numbers stay text. */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value();
    json.check(json.at == text.length(), "something follows the value");
    return value;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(String text) {
    return (Map<String, Object>) parse(text);
  }

  private Object value() {
    char c = peek();
    if (c == '{') return members();
    if (c == '[') return items();
    if (c == '"') return string();
    for (String word : List.of("true", "false", "null")) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return word;
      }
    }
    return number();
  }

  private Map<String, Object> members() {
    Map<String, Object> all = new LinkedHashMap<>();
    at++;
    if (peek() == '}') {
      at++;
      return all;
    }
    while (true) {
      String name = string();
      expect(':');
      check(all.put(name, value()) == null, "repeated name " + name);
      if (peek() == '}') {
        at++;
        return all;
      }
      expect(',');
    }
  }

  private List<Object> items() {
    List<Object> all = new ArrayList<>();
    at++;
    while (peek() != ']') {
      if (!all.isEmpty()) expect(',');
      all.add(value());
    }
    at++;
    return all;
  }

  private String string() {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') return out.toString();
      check(c >= 0x20, "control character in a string");
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char e = next();
      switch (e) {
        case '"', '\\', '/' -> out.append(e);
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'u' -> {
          out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
          at += 4;
        }
        default -> check(false, "escape \\" + e);
      }
    }
  }

  private String number() {
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
    String number = text.substring(from, at);
    check(number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?"), "number " + number);
    return number;
  }

  private char peek() {
    check(at < text.length(), "ends too early");
    return text.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private void expect(char c) {
    check(peek() == c, "expected " + c);
    at++;
  }

  private void check(boolean good, String what) {
    if (!good) throw new AssertionError(what + " at " + at + " of " + text);
  }
}
