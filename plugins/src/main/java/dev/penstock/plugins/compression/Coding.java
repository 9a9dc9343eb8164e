package dev.penstock.plugins.compression;

import org.jspecify.annotations.Nullable;

/** A content coding (RFC 9110 §8.4.1, RFC 7932, RFC 8878). */
public enum Coding {
  ZSTD("zstd"),
  BR("br"),
  GZIP("gzip"),
  /** The zlib format, as RFC 9110 §8.4.1.2 has it. */
  DEFLATE("deflate");

  private final String token;

  Coding(String token) {
    this.token = token;
  }

  /** As it stands in Content-Encoding. */
  String token() {
    return token;
  }

  /** The coding with this name, in any case, or null; x-gzip is gzip (RFC 9110 §8.4.1.3). */
  static @Nullable Coding named(String text, int from, int to) {
    for (Coding coding : values()) {
      if (is(text, from, to, coding.token)) return coding;
    }
    return is(text, from, to, "x-gzip") ? GZIP : null;
  }

  static boolean is(String text, int from, int to, String word) {
    return to - from == word.length() && text.regionMatches(true, from, word, 0, word.length());
  }

  /** The only coding that this Content-Encoding names, or null. */
  static @Nullable Coding only(String contentEncoding) {
    String name = contentEncoding.strip();
    return named(name, 0, name.length());
  }
}
