package dev.penstock.engine.files;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The path of a request as names of files. Whatever the listener's rules have let through: a name
 * that a file system could read as something else than a name is none.
 */
final class FilePath {
  private FilePath() {}

  /**
   * The names from the folder on, none for the folder itself; null when there can be no such file.
   *
   * @param hidden whether names may begin with a dot; {@code .well-known} always may (RFC 8615)
   */
  static @Nullable List<String> names(String path, String strip, boolean hidden) {
    if (!path.startsWith(strip) || path.length() > 4096) return null;
    String rest = path.substring(strip.length());
    if (!rest.isEmpty() && rest.charAt(0) != '/') return null;
    List<String> names = new ArrayList<>();
    for (String segment : rest.split("/")) {
      if (segment.isEmpty()) continue;
      String name = decode(segment);
      if (name == null || !isName(name)) return null;
      if (!hidden && isHidden(name)) return null;
      names.add(name);
    }
    return names;
  }

  static boolean isHidden(String name) {
    return name.startsWith(".") && !name.equals(".well-known");
  }

  private static boolean isName(String name) {
    if (name.equals(".") || name.equals("..")) return false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < ' ' || c == 0x7f || c == '/' || c == '\\' || c == ':') return false;
    }
    return true;
  }

  /** Decodes escapes once, and the bytes as UTF-8, of which overlong forms are none. */
  private static @Nullable String decode(String segment) {
    if (segment.indexOf('%') < 0) return segment;
    byte[] bytes = new byte[segment.length()];
    int length = 0;
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c != '%') {
        bytes[length++] = (byte) c;
        continue;
      }
      if (i + 2 >= segment.length()) return null;
      int high = Character.digit(segment.charAt(++i), 16);
      int low = Character.digit(segment.charAt(++i), 16);
      if (high < 0 || low < 0) return null;
      bytes[length++] = (byte) (high << 4 | low);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
