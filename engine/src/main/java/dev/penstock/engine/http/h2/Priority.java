package dev.penstock.engine.http.h2;

import dev.penstock.engine.bytes.Ascii;

/**
 * How urgent a response is to its client (RFC 9218 §4), as a number that sorts: urgency 0 to 7, and
 * behind it whether parts of the response are of use as they come.
 */
public final class Priority {
  /** Urgency 3, not incremental. */
  public static final int DEFAULT = 3 << 1;

  /** Priorities are smaller than this. */
  public static final int LIMIT = 8 << 1;

  private Priority() {}

  public static boolean isIncremental(int priority) {
    return (priority & 1) != 0;
  }

  /**
   * Reads the value of a Priority field or of a PRIORITY_UPDATE frame; what it does not say, or
   * cannot mean, has its default.
   */
  public static int read(byte[] b, int at, int length) {
    int urgency = 3;
    boolean isIncremental = false;
    int end = at + length;
    int i = at;
    while (i < end) {
      while (i < end && (b[i] == ' ' || b[i] == '\t' || b[i] == ',')) i++;
      int from = i;
      while (i < end && b[i] != ',') i++;
      int to = i;
      while (to > from && (b[to - 1] == ' ' || b[to - 1] == '\t')) to--;
      if (to - from == 3 && b[from] == 'u' && b[from + 1] == '=' && Ascii.isDigit(b[from + 2])) {
        int told = b[from + 2] - '0';
        if (told <= 7) urgency = told;
      } else if (to > from && b[from] == 'i') {
        if (to - from == 1) isIncremental = true;
        else if (to - from == 4 && b[from + 1] == '=' && b[from + 2] == '?')
          isIncremental = b[from + 3] == '1';
      }
    }
    return urgency << 1 | (isIncremental ? 1 : 0);
  }
}
