package dev.penstock.scripting;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON strictly: {@code package.json} files, source maps, what crosses the door.
 */
final class Json {
  private static final int MAX_DEPTH = 64;

  private final String text;
  private int at;
  private int depth;

  private Json(String text) {
    this.text = text;
  }

  /**
   * Strings, Doubles, Booleans, null, Lists and Maps.
   *
   * @throws IllegalArgumentException with the place when it is no JSON
   */
  static @Nullable Object parse(String text) {
    Json json = new Json(text.startsWith("\ufeff") ? text.substring(1) : text);
    Object value = json.value();
    json.space();
    if (json.at != json.text.length()) throw json.bad("something behind the value");
    return value;
  }

  /** As a JavaScript string literal that is valid JSON as well. */
  static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20 || c == 0x2028 || c == 0x2029) out.append("\\u%04x".formatted((int) c));
          else out.append(c);
        }
      }
    }
    return out.append('"').toString();
  }

  /**
   * The text of what {@link #parse} gives, and of other numbers.
   *
   * @throws IllegalArgumentException for anything else
   */
  static String written(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out, 0);
    return out.toString();
  }

  private static void write(@Nullable Object value, StringBuilder out, int depth) {
    if (depth > MAX_DEPTH) throw new IllegalArgumentException("it has too many levels for JSON");
    switch (value) {
      case null -> out.append("null");
      case Boolean flag -> out.append(flag);
      case String text -> out.append(quoted(text));
      case Number number -> {
        double asDouble = number.doubleValue();
        if (Double.isNaN(asDouble) || Double.isInfinite(asDouble))
          throw new IllegalArgumentException(number + " is no number that JSON has");
        out.append(number);
      }
      case Map<?, ?> map -> {
        char before = '{';
        for (Map.Entry<?, ?> each : map.entrySet()) {
          out.append(before).append(quoted(String.valueOf(each.getKey()))).append(':');
          write(each.getValue(), out, depth + 1);
          before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
      }
      case List<?> list -> {
        char before = '[';
        for (Object each : list) {
          out.append(before);
          write(each, out, depth + 1);
          before = ',';
        }
        out.append(before == '[' ? "[]" : "]");
      }
      default ->
          throw new IllegalArgumentException(
              "JSON has nothing for a " + value.getClass().getName());
    }
  }

  private @Nullable Object value() {
    space();
    if (at == text.length()) throw bad("the end");
    if (++depth > MAX_DEPTH) throw bad("too many levels");
    Object value =
        switch (text.charAt(at)) {
          case '{' -> object();
          case '[' -> array();
          case '"' -> string();
          case 't' -> word("true", true);
          case 'f' -> word("false", false);
          case 'n' -> word("null", null);
          default -> number();
        };
    depth--;
    return value;
  }

  private Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    at++;
    if (taken('}')) return map;
    do {
      space();
      if (at == text.length() || text.charAt(at) != '"') throw bad("no key");
      String key = string();
      if (!taken(':')) throw bad("no ':'");
      map.put(key, value());
    } while (taken(','));
    if (!taken('}')) throw bad("no '}'");
    return map;
  }

  private List<@Nullable Object> array() {
    List<@Nullable Object> list = new ArrayList<>();
    at++;
    if (taken(']')) return list;
    do {
      list.add(value());
    } while (taken(','));
    if (!taken(']')) throw bad("no ']'");
    return list;
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return out.toString();
      }
      out.append(c == '\\' ? escaped() : c);
    }
    throw bad("a string without an end");
  }

  private char escaped() {
    if (++at == text.length()) throw bad("the end");
    char c = text.charAt(at);
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '"', '\\', '/' -> c;
      case 'u' -> {
        if (at + 4 >= text.length()) throw bad("a short \\u");
        at += 4;
        yield (char) Integer.parseInt(text, at - 3, at + 1, 16);
      }
      default -> throw bad("an unknown escape");
    };
  }

  private Double number() {
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
    if (from == at) throw bad("an unexpected character");
    return Double.valueOf(text.substring(from, at));
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) throw bad("an unknown word");
    at += word.length();
    return value;
  }

  private boolean taken(char c) {
    space();
    if (at == text.length() || text.charAt(at) != c) return false;
    at++;
    return true;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
  }

  private IllegalArgumentException bad(String what) {
    int line = 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    return new IllegalArgumentException("no JSON: " + what + " in line " + line);
  }
}
