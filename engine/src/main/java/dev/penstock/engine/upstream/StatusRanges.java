package dev.penstock.engine.upstream;

import java.util.BitSet;
import java.util.List;

/** A set of statuses, written as single ones and ranges: {@code [ "200-299", 304 ]}. */
public final class StatusRanges {
  private final BitSet statuses = new BitSet(600);

  private StatusRanges() {}

  /**
   * Reads numbers and texts like {@code 200-299}.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static StatusRanges of(List<?> parts) {
    StatusRanges ranges = new StatusRanges();
    for (Object part : parts) ranges.add(String.valueOf(part));
    return ranges;
  }

  public boolean contains(int status) {
    return status >= 0 && statuses.get(status);
  }

  private void add(String part) {
    int dash = part.indexOf('-');
    int low = status(part, dash < 0 ? part : part.substring(0, dash));
    int high = dash < 0 ? low : status(part, part.substring(dash + 1));
    if (low > high) throw wrong(part);
    statuses.set(low, high + 1);
  }

  private static int status(String part, String text) {
    try {
      int status = Integer.parseInt(text.strip());
      if (status >= 100 && status <= 599) return status;
    } catch (NumberFormatException e) {
      // Said below, with what was meant.
    }
    throw wrong(part);
  }

  private static IllegalArgumentException wrong(String part) {
    return new IllegalArgumentException(
        "\"%s\" is no status; write 100 to 599, or a range like 200-299".formatted(part));
  }
}
