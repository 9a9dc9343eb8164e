package dev.penstock.engine.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The parts of a body that a request asks for (RFC 9110 §14).
 *
 * @param parts in the order of the request; empty when there is no such part
 */
public record ByteRanges(List<Part> parts) {
  /** More parts than this are answered with the whole (C9, CVE-2011-3192). */
  private static final int MOST_PARTS = 5;

  public ByteRanges {
    parts = List.copyOf(parts);
  }

  /** Bytes {@code first} to {@code last}, both included. */
  public record Part(long first, long last) {
    public long length() {
      return last - first + 1;
    }

    /** The value of Content-Range, for a body of {@code whole} bytes. */
    public String contentRange(long whole) {
      return "bytes " + first + "-" + last + "/" + whole;
    }
  }

  /** Ignore the field: it is not for bytes, not well formed, or asks for too much. */
  public static final ByteRanges WHOLE = new ByteRanges(List.of(new Part(0, -1)));

  /** No part lies within the body. */
  public boolean isUnsatisfiable() {
    return parts.isEmpty();
  }

  /** Reads a Range field for a body of so many bytes. */
  public static ByteRanges parse(String field, long length) {
    String text = field.strip();
    if (!text.regionMatches(true, 0, "bytes=", 0, 6)) return WHOLE;
    String[] specs = text.substring(6).split(",", -1);
    if (specs.length > MOST_PARTS) return WHOLE;
    List<Part> parts = new ArrayList<>(specs.length);
    long total = 0;
    for (String each : specs) {
      String spec = each.strip();
      int dash = spec.indexOf('-');
      if (dash < 0) return WHOLE;
      long from = number(spec.substring(0, dash));
      long to = number(spec.substring(dash + 1));
      if (from == -2 || to == -2 || from == -1 && to == -1) return WHOLE;
      Part part;
      if (from == -1) {
        if (to == 0 || length == 0) continue;
        part = new Part(Math.max(0, length - to), length - 1);
      } else {
        if (to != -1 && to < from) return WHOLE;
        if (from >= length) continue;
        part = new Part(from, to == -1 ? length - 1 : Math.min(to, length - 1));
      }
      for (Part other : parts) {
        if (part.first <= other.last && other.first <= part.last) return WHOLE; // they overlap
      }
      total += part.length();
      parts.add(part);
    }
    return specs.length > 1 && total >= length ? WHOLE : new ByteRanges(parts);
  }

  /**
   * What stands between the parts of a {@code multipart/byteranges} body: another each time, so
   * that whoever wrote the content cannot have written it there.
   */
  public static String boundary() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "penstock-%016x%016x".formatted(random.nextLong(), random.nextLong());
  }

  /** -1 when empty, -2 when it is no number. */
  private static long number(String digits) {
    if (digits.isEmpty()) return -1;
    if (digits.length() > 18)
      return digits.chars().allMatch(ByteRanges::isDigit) ? Long.MAX_VALUE : -2;
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      if (!isDigit(digits.charAt(i))) return -2;
      number = number * 10 + digits.charAt(i) - '0';
    }
    return number;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
