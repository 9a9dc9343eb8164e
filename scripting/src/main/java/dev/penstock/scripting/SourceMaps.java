package dev.penstock.scripting;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Positions of built code in the sources it was built from: source maps (ECMA-426), inline or
 * beside the file.
 */
final class SourceMaps {
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final String INLINE = "//# sourceMappingURL=data:application/json";

  private SourceMaps() {}

  /**
   * {@code file:line:column} as the author knows it. Lines and columns count from 1. Slow: for
   * failures.
   */
  static String place(ScriptBundle bundle, String path, int line, int column) {
    String mapped = mapped(bundle, path, line, column);
    return mapped != null ? mapped : shown(path) + ":" + line + ":" + column;
  }

  private static String shown(String path) {
    return path.startsWith("/") ? path.substring(1) : path;
  }

  private static @Nullable String mapped(ScriptBundle bundle, String path, int line, int column) {
    String json = json(bundle, path);
    if (json == null) return null;
    try {
      if (!(Json.parse(json) instanceof Map<?, ?> map)) return null;
      if (!(map.get("mappings") instanceof String mappings)) return null;
      if (!(map.get("sources") instanceof List<?> sources)) return null;
      int[] found = find(mappings, line - 1, column - 1);
      if (found == null || found[0] >= sources.size()) return null;
      String source = String.valueOf(sources.get(found[0]));
      String root = map.get("sourceRoot") instanceof String r ? r : "";
      String full = ModuleResolver.normal(ModuleResolver.parent(path) + "/" + root + "/" + source);
      return shown(full == null ? source : full) + ":" + (found[1] + 1) + ":" + (found[2] + 1);
    } catch (IllegalArgumentException e) {
      return null; // A broken map must not hide the failure that it should explain.
    }
  }

  private static @Nullable String json(ScriptBundle bundle, String path) {
    String beside = bundle.text(path + ".map");
    if (beside != null) return beside;
    String code = bundle.text(path);
    int at = code == null ? -1 : code.lastIndexOf(INLINE);
    if (code == null || at < 0) return null;
    int comma = code.indexOf("base64,", at);
    if (comma < 0) return null;
    int end = code.indexOf('\n', comma);
    String data = code.substring(comma + 7, end < 0 ? code.length() : end).strip();
    return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
  }

  /** Source, line and column, from 0, of the segment that holds the position; or null. */
  private static int @Nullable [] find(String mappings, int line, int column) {
    int[] at = new int[5]; // generated column, source, line, column, name
    int[] best = null;
    int generatedLine = 0;
    int i = 0;
    while (i < mappings.length() && generatedLine <= line) {
      char c = mappings.charAt(i);
      if (c == ';') {
        generatedLine++;
        at[0] = 0;
        i++;
        continue;
      }
      if (c == ',') {
        i++;
        continue;
      }
      int field = 0;
      for (;
          i < mappings.length() && mappings.charAt(i) != ',' && mappings.charAt(i) != ';';
          field++) {
        int value = 0;
        int shift = 0;
        int digit;
        do {
          digit = DIGITS.indexOf(mappings.charAt(i++));
          if (digit < 0) throw new IllegalArgumentException("no base 64");
          value |= (digit & 31) << shift;
          shift += 5;
        } while ((digit & 32) != 0 && i < mappings.length());
        if (field < 5) at[field] += (value & 1) != 0 ? -(value >>> 1) : value >>> 1;
      }
      if (generatedLine == line && field >= 4 && (at[0] <= column || best == null))
        best = new int[] {at[1], at[2], at[3]};
    }
    return best;
  }
}
