package dev.penstock.engine.control;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way through a document: {@code routes.users.filters[1]}. Keys that hold a dot, a bracket or a
 * quote, or nothing, stand in quotes and brackets: {@code routes["a.b"]}.
 *
 * @param key null for an index
 */
record ConfigPath(@Nullable ConfigPath parent, @Nullable String key, int index) {
  static final ConfigPath ROOT = new ConfigPath(null, null, -1);

  ConfigPath key(String next) {
    return new ConfigPath(this, next, -1);
  }

  ConfigPath index(int next) {
    return new ConfigPath(this, null, next);
  }

  boolean isRoot() {
    return parent == null;
  }

  /** From the root to here, the root left out. */
  List<ConfigPath> steps() {
    List<ConfigPath> steps = new ArrayList<>();
    for (ConfigPath at = this; at.parent != null; at = at.parent) steps.add(at);
    return steps.reversed();
  }

  /** The steps from the root as texts: keys, and indices in decimal. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (ConfigPath step : steps())
      names.add(step.key == null ? Integer.toString(step.index) : step.key);
    return names;
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @throws IllegalArgumentException when {@code text} is no path
   */
  static ConfigPath parse(String text) {
    ConfigPath path = ROOT;
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == '[') {
        boolean isQuoted = text.startsWith("[\"", at);
        int end = isQuoted ? endOfQuoted(text, at + 2) : text.indexOf(']', at);
        if (end < 0) throw new IllegalArgumentException("not a path: " + text);
        path =
            isQuoted
                ? path.key(unquote(text.substring(at + 2, end)))
                : path.index(Integer.parseInt(text, at + 1, end, 10));
        at = end + (isQuoted ? 2 : 1);
      } else {
        if (text.charAt(at) == '.') at++;
        int end = at;
        while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') end++;
        path = path.key(text.substring(at, end));
        at = end;
      }
    }
    return path;
  }

  private static int endOfQuoted(String text, int from) {
    for (int i = from; i + 1 < text.length(); i++) {
      if (text.charAt(i) == '\\') i++;
      else if (text.charAt(i) == '"') return text.charAt(i + 1) == ']' ? i : -1;
    }
    return -1;
  }

  private static String unquote(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 1 < text.length()) i++;
      out.append(text.charAt(i));
    }
    return out.toString();
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (ConfigPath step : steps()) {
      String key = step.key;
      if (key == null) {
        out.append('[').append(step.index).append(']');
      } else if (isOrdinary(key)) {
        if (!out.isEmpty()) out.append('.');
        out.append(key);
      } else {
        out.append("[\"").append(key.replace("\\", "\\\\").replace("\"", "\\\"")).append("\"]");
      }
    }
    return out.toString();
  }

  private static boolean isOrdinary(String key) {
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == '.' || c == '[' || c == ']' || c == '"' || c == '\\' || Character.isWhitespace(c))
        return false;
    }
    return !key.isEmpty();
  }
}
