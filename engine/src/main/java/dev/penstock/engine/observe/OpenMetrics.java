package dev.penstock.engine.observe;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which of the two text formats of numbers a client gets. */
public final class OpenMetrics {
  private static final String TYPE = "application/openmetrics-text";

  private OpenMetrics() {}

  /** The Content-Type of either format. */
  public static String type(boolean isOpenMetrics) {
    return isOpenMetrics
        ? TYPE + "; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";
  }

  /**
   * Whether OpenMetrics is preferred (RFC 9110 §12.5.1, of which two types and their weights
   * matter).
   *
   * @param accept the lines of the Accept field
   */
  public static boolean isPreferred(List<String> accept) {
    double open = 0;
    double plain = 0;
    for (String line : accept) {
      for (String range : line.split(",", -1)) {
        String[] parts = range.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*", -1);
        double weight = weight(parts);
        if (parts[0].equals(TYPE) && !Arrays.asList(parts).contains("version=0.0.1")) {
          open = Math.max(open, weight);
        } else if (parts[0].equals("text/plain")
            || parts[0].equals("text/*")
            || parts[0].equals("*/*")) {
          plain = Math.max(plain, weight);
        }
      }
    }
    return open > 0 && open >= plain;
  }

  private static double weight(String[] parts) {
    for (String part : parts) {
      if (!part.startsWith("q=")) continue;
      try {
        return Double.parseDouble(part.substring(2));
      } catch (NumberFormatException e) {
        return 0;
      }
    }
    return 1;
  }
}
