package dev.penstock.engine.cache;

import java.time.Duration;
import java.util.Map;

/** Lifetimes by status: {@code 404}, or {@code 500-599}; the first that fits counts. Immutable. */
final class StatusTtl {
  private final int[] from;
  private final int[] to;
  private final long[] seconds;

  StatusTtl(Map<String, Duration> rules) {
    from = new int[rules.size()];
    to = new int[rules.size()];
    seconds = new long[rules.size()];
    int i = 0;
    for (Map.Entry<String, Duration> rule : rules.entrySet()) {
      String range = rule.getKey();
      int dash = range.indexOf('-');
      from[i] = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      to[i] = dash < 0 ? from[i] : Integer.parseInt(range.substring(dash + 1));
      seconds[i++] = rule.getValue().toSeconds();
    }
  }

  /** Throws with a sentence for the user unless {@code range} is a status or two. */
  static void check(String range) {
    boolean isFine = range.matches("[2-5][0-9][0-9](-[2-5][0-9][0-9])?");
    if (isFine && range.length() > 3)
      isFine = range.substring(0, 3).compareTo(range.substring(4)) <= 0;
    if (!isFine)
      throw new IllegalArgumentException(
          "status-ttl: \"" + range + "\" is not a status from 200 to 599, or a range like 500-599");
  }

  /** {@link CacheControl#ABSENT} where there is no rule. */
  long of(int status) {
    for (int i = 0; i < from.length; i++) {
      if (status >= from[i] && status <= to[i]) return seconds[i];
    }
    return CacheControl.ABSENT;
  }
}
