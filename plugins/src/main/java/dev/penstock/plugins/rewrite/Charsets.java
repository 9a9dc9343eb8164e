package dev.penstock.plugins.rewrite;

import java.nio.charset.Charset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Character sets in which a text can be looked for byte by byte: no character's bytes are a part of
 * another's.
 */
final class Charsets {
  private Charsets() {}

  static @Nullable Charset find(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean isFit =
        lower.equals("utf-8")
            || lower.equals("utf8")
            || lower.equals("us-ascii")
            || lower.matches("iso-8859-[0-9]{1,2}")
            || lower.matches("windows-125[0-8]");
    return isFit && Charset.isSupported(lower) ? Charset.forName(lower) : null;
  }

  /** The value of the parameter {@code charset}, or null. */
  static @Nullable String of(String contentType) {
    String lower = contentType.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("charset=");
    if (at < 0) return null;
    int end = lower.indexOf(';', at);
    String value = lower.substring(at + 8, end < 0 ? lower.length() : end).strip();
    boolean isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }
}
