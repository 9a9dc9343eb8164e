package dev.penstock.engine.control;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Lowest and highest value of a component, both included.
 *
 * @param text as the annotation says it
 * @param low a Long, Double or Duration
 */
record Range(String text, @Nullable Object low, @Nullable Object high) {

  static Range parse(String text, Shape shape) {
    int dots = text.indexOf("..");
    if (dots < 0) throw new IllegalArgumentException("not a range: " + text);
    Range range =
        new Range(
            text,
            end(text.substring(0, dots).strip(), shape),
            end(text.substring(dots + 2).strip(), shape));
    if (range.low == null && range.high == null)
      throw new IllegalArgumentException("not a range: " + text);
    return range;
  }

  private static @Nullable Object end(String text, Shape shape) {
    if (text.isEmpty()) return null;
    return switch (shape) {
      case Shape.Whole whole -> Long.parseLong(text);
      case Shape.Size size -> Units.bytes(text);
      case Shape.Decimal decimal -> Double.parseDouble(text);
      case Shape.Share share -> Units.share(text);
      case Shape.Time time -> Units.duration(text);
      case Shape.ListOf list -> end(text, list.element());
      case Shape.MapOf map -> end(text, map.value());
      default -> throw new IllegalArgumentException("@Range on what is no number");
    };
  }

  /** What is wrong with {@code value}, or null: {@code is more than 60s}. */
  @Nullable String breach(Object value) {
    if (low != null && compare(value, low) < 0) return "is less than " + lowText();
    if (high != null && compare(value, high) > 0) return "is more than " + highText();
    return null;
  }

  /** {@code allowed: 1ms to 60s}. */
  String remedy() {
    if (high == null) return "allowed: " + lowText() + " or more";
    if (low == null) return "allowed: up to " + highText();
    return "allowed: " + lowText() + " to " + highText();
  }

  String lowText() {
    return text.substring(0, text.indexOf("..")).strip();
  }

  String highText() {
    return text.substring(text.indexOf("..") + 2).strip();
  }

  private static int compare(Object value, Object end) {
    return switch (end) {
      case Long number -> Long.compare(((Number) value).longValue(), number);
      case Double number -> Double.compare(((Number) value).doubleValue(), number);
      case Duration duration -> ((Duration) value).compareTo(duration);
      default -> throw new IllegalStateException("no end of a range: " + end);
    };
  }
}
