package dev.penstock.engine.upstream;

import java.time.Duration;

/** Checks that several records of rules share; each throws a sentence for the user. */
final class Rules {
  private Rules() {}

  static void between(String key, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException("%s is %d to %d, not %d".formatted(key, low, high, value));
    }
  }

  static void between(String key, Duration value, Duration low, Duration high) {
    if (value.compareTo(low) < 0 || value.compareTo(high) > 0) {
      throw new IllegalArgumentException(
          "%s is %s to %s, not %s".formatted(key, text(low), text(high), text(value)));
    }
  }

  static void share(String key, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(key + " is between 0% and 100%");
    }
  }

  /** A duration as the configuration would write it. */
  private static String text(Duration value) {
    long ms = value.toMillis();
    if (ms % 3_600_000 == 0 && ms > 0) return ms / 3_600_000 + "h";
    if (ms % 1000 == 0) return ms / 1000 + "s";
    return ms + "ms";
  }
}
