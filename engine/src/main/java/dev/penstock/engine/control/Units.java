package dev.penstock.engine.control;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Durations, sizes and shares as configurations write them, both ways. Throws sentences for the
 * user.
 */
final class Units {
  static final String DURATION_FORM = "a duration such as 250ms, 5s, 2m, 1h30m or 1d";
  static final String BYTES_FORM = "a size such as 512, 64KiB, 10MiB or 1GB";
  static final String SHARE_FORM = "a share such as 20% or 0.2";

  /** What {@link #duration} takes, as a JSON Schema pattern. */
  static final String DURATION_PATTERN = "^(0|([0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h|d))+)$";

  static final String BYTES_PATTERN = "^[0-9]+(\\.[0-9]+)?(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)?$";
  static final String SHARE_PATTERN = "^[0-9]+(\\.[0-9]+)?%$";

  private static final Map<String, Long> TIME = new LinkedHashMap<>();
  private static final Map<String, Long> SIZE = new LinkedHashMap<>();

  static {
    TIME.put("d", 86_400_000_000_000L);
    TIME.put("h", 3_600_000_000_000L);
    TIME.put("m", 60_000_000_000L);
    TIME.put("s", 1_000_000_000L);
    TIME.put("ms", 1_000_000L);
    TIME.put("us", 1_000L);
    TIME.put("ns", 1L);
    SIZE.put("TiB", 1L << 40);
    SIZE.put("GiB", 1L << 30);
    SIZE.put("MiB", 1L << 20);
    SIZE.put("KiB", 1L << 10);
    SIZE.put("TB", 1_000_000_000_000L);
    SIZE.put("GB", 1_000_000_000L);
    SIZE.put("MB", 1_000_000L);
    SIZE.put("kB", 1_000L);
    SIZE.put("B", 1L);
  }

  private Units() {}

  /**
   * Reads {@code 250ms}, {@code 1.5s}, {@code 1h30m}; a bare {@code 0} needs no unit.
   *
   * @throws IllegalArgumentException saying what is wrong about {@code text}, which it does not
   *     repeat
   */
  static Duration duration(String text) {
    if (text.equals("0")) return Duration.ZERO;
    long total = 0;
    long lastUnit = Long.MAX_VALUE;
    int at = 0;
    if (text.isEmpty()) throw new IllegalArgumentException("is empty");
    while (at < text.length()) {
      int unitAt = endOfNumber(text, at);
      if (unitAt == at) throw new IllegalArgumentException("is not a number with a unit");
      int end = unitAt;
      while (end < text.length() && Character.isLetter(text.charAt(end))) end++;
      if (end == unitAt) throw new IllegalArgumentException("has no unit");
      Long unit = TIME.get(text.substring(unitAt, end));
      if (unit == null)
        throw new IllegalArgumentException(
            "has the unknown unit " + Names.quote(text.substring(unitAt, end)));
      if (unit >= lastUnit)
        throw new IllegalArgumentException("does not go from larger to smaller units");
      try {
        total = Math.addExact(total, times(text, at, unitAt, unit));
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException("is longer than 292 years", e);
      }
      lastUnit = unit;
      at = end;
    }
    return Duration.ofNanos(total);
  }

  /**
   * Reads {@code 64KiB}, {@code 1.5GB} or a plain number of bytes.
   *
   * @throws IllegalArgumentException as {@link #duration}
   */
  static long bytes(String text) {
    int unitAt = endOfNumber(text, 0);
    if (unitAt == 0) throw new IllegalArgumentException("is not a number with a unit");
    String name = text.substring(unitAt).strip();
    Long unit = name.isEmpty() ? Long.valueOf(1) : SIZE.get(name);
    if (unit == null)
      throw new IllegalArgumentException("has the unknown unit " + Names.quote(name));
    try {
      return times(text, 0, unitAt, unit);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("is larger than 8388607TiB", e);
    }
  }

  /**
   * Reads {@code 20%} or {@code 0.2}; 1 is all.
   *
   * @throws IllegalArgumentException as {@link #duration}
   */
  static double share(String text) {
    boolean isPercent = text.endsWith("%");
    String digits = isPercent ? text.substring(0, text.length() - 1).stripTrailing() : text;
    if (digits.isEmpty() || endOfNumber(digits, 0) != digits.length())
      throw new IllegalArgumentException("is not a number");
    double value = isPercent ? Double.parseDouble(digits) / 100 : Double.parseDouble(digits);
    if (value > 1)
      throw new IllegalArgumentException(
          isPercent ? "is more than 100%" : "is more than 1, which is 100%");
    return value;
  }

  /** As {@link #duration} reads it: the largest units that keep it exact. */
  static String format(Duration value) {
    long left = value.toNanos();
    if (left == 0) return "0s";
    StringBuilder out = new StringBuilder();
    for (Map.Entry<String, Long> unit : TIME.entrySet()) {
      long count = left / unit.getValue();
      if (count > 0) out.append(count).append(unit.getKey());
      left %= unit.getValue();
    }
    return out.toString();
  }

  /** As {@link #bytes} reads it: the largest binary unit that keeps it exact. */
  static String formatBytes(long value) {
    if (value == 0) return "0";
    for (Map.Entry<String, Long> unit : SIZE.entrySet()) {
      if (unit.getKey().length() == 3 && value % unit.getValue() == 0)
        return value / unit.getValue() + unit.getKey();
    }
    return Long.toString(value);
  }

  private static int endOfNumber(String text, int from) {
    int at = digits(text, from);
    if (at > from && at + 1 < text.length() && text.charAt(at) == '.') {
      int end = digits(text, at + 1);
      if (end > at + 1) return end;
    }
    return at;
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
    return at;
  }

  private static long times(String text, int from, int to, long unit) {
    String number = text.substring(from, to);
    int dot = number.indexOf('.');
    if (dot >= 0) {
      java.math.BigDecimal exact =
          new java.math.BigDecimal(number).multiply(java.math.BigDecimal.valueOf(unit));
      return exact.setScale(0, java.math.RoundingMode.HALF_UP).longValueExact();
    }
    try {
      return Math.multiplyExact(Long.parseLong(number), unit);
    } catch (NumberFormatException e) {
      throw new ArithmeticException(e.getMessage());
    }
  }
}
