package dev.penstock.plugins.auth;

import dev.penstock.engine.bytes.Ascii;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member of {@code Signature-Input} (RFC 9421 §4.1): {@code sig=("@method"
 * "@path");created=1618884473;keyid="shop"}. Read strictly: what we do not understand is not
 * verified.
 *
 * @param text the list and its parameters as they were written, which are signed themselves
 */
record SignatureInput(
    String label, List<String> components, Map<String, String> parameters, String text) {
  private static final Set<String> DERIVED =
      Set.of(
          "@method", "@authority", "@path", "@query", "@target-uri", "@request-target", "@scheme");
  private static final int MAX_CHARS = 4096;

  /** Whether it can be signed: a part of the target, or a field by its name in small letters. */
  static boolean isComponent(String name) {
    if (name.startsWith("@")) return DERIVED.contains(name);
    return Ascii.isToken(name) && name.equals(name.toLowerCase(Locale.ROOT));
  }

  /** Reads the only member of the field; null when it is of another form, or there are more. */
  static @Nullable SignatureInput parse(String field) {
    return field.length() > MAX_CHARS ? null : new Reader(field).read();
  }

  /** Seconds since 1970, or -1 when the parameter is missing or no such number. */
  long seconds(String parameter) {
    String value = parameters.get(parameter);
    if (value == null || value.isEmpty() || value.length() > 12) return -1;
    for (int i = 0; i < value.length(); i++) {
      if (!Ascii.isDigit(value.charAt(i))) return -1;
    }
    return Long.parseLong(value);
  }

  /** A reader of one text. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    @Nullable SignatureInput read() {
      int equals = text.indexOf('=');
      if (equals <= 0 || !Ascii.isToken(text.substring(0, equals))) return null;
      at = equals + 1;
      List<String> components = components();
      if (components == null) return null;
      Map<String, String> parameters = parameters();
      if (parameters == null) return null;
      return new SignatureInput(
          text.substring(0, equals), components, parameters, text.substring(equals + 1));
    }

    private @Nullable List<String> components() {
      List<String> components = new ArrayList<>();
      if (!take('(')) return null;
      while (!take(')')) {
        if (!components.isEmpty() && !take(' ')) return null;
        String name = quoted();
        if (name == null || !isComponent(name) || components.contains(name)) return null;
        components.add(name);
      }
      return components;
    }

    private @Nullable Map<String, String> parameters() {
      Map<String, String> parameters = new HashMap<>();
      while (at < text.length()) {
        if (!take(';')) return null;
        int equals = text.indexOf('=', at);
        if (equals < 0) return null;
        String name = text.substring(at, equals);
        at = equals + 1;
        String value = at < text.length() && text.charAt(at) == '"' ? quoted() : digits();
        if (!Ascii.isToken(name) || value == null || parameters.put(name, value) != null)
          return null;
      }
      return parameters;
    }

    private boolean take(char c) {
      if (at >= text.length() || text.charAt(at) != c) return false;
      at++;
      return true;
    }

    /** Without escapes: none of what is quoted here needs them. */
    private @Nullable String quoted() {
      if (!take('"')) return null;
      int end = text.indexOf('"', at);
      if (end < 0) return null;
      String value = text.substring(at, end);
      at = end + 1;
      return value.indexOf('\\') >= 0 ? null : value;
    }

    private @Nullable String digits() {
      int from = at;
      while (at < text.length() && Ascii.isDigit(text.charAt(at))) at++;
      return at == from ? null : text.substring(from, at);
    }
  }
}
