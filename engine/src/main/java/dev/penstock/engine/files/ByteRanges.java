package dev.penstock.engine.files;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which bytes a Range field asks for (RFC 9110 §14). */
final class ByteRanges {
  /** More are no reader of ours: it gets the whole (CVE-2011-3192). */
  private static final int MOST = 5;

  private ByteRanges() {}

  /** Bytes from {@code first} to {@code last}, both included. */
  record Part(long first, long last) {
    long length() {
      return last - first + 1;
    }
  }

  /**
   * The parts of a file of {@code size} bytes; none when it has nothing of what is asked for, null
   * when the field is to be ignored.
   */
  static @Nullable List<Part> of(String field, long size) {
    if (!field.regionMatches(true, 0, "bytes=", 0, 6)) return null;
    List<Part> parts = new ArrayList<>();
    String[] specs = field.substring(6).split(",", -1);
    if (specs.length > MOST) return null;
    long total = 0;
    for (String spec : specs) {
      String text = spec.strip();
      int dash = text.indexOf('-');
      if (dash < 0) return null;
      long first = number(text.substring(0, dash));
      long last = number(text.substring(dash + 1));
      if (first == -2 || last == -2 || first == -1 && last == -1) return null;
      if (first >= 0 && last >= 0 && last < first) return null;
      Part part = part(first, last, size);
      if (part == null) continue;
      parts.add(part);
      total += part.length();
    }
    // RFC 9110 §14.2: parts that overlap so far that they are more than the whole are not served.
    return parts.size() > 1 && total > size ? null : parts;
  }

  private static @Nullable Part part(long first, long last, long size) {
    if (first < 0)
      return last == 0 || size == 0 ? null : new Part(Math.max(0, size - last), size - 1);
    if (first >= size) return null;
    return new Part(first, last < 0 ? size - 1 : Math.min(last, size - 1));
  }

  /** The number, -1 when there is none, -2 when it is not one. */
  private static long number(String text) {
    if (text.isEmpty()) return -1;
    if (text.length() > 18) return -2;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') return -2;
    }
    return Long.parseLong(text);
  }
}
