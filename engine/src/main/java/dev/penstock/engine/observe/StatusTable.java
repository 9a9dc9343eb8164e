package dev.penstock.engine.observe;

/**
 * A place in a small array for each status: one of its own for those that are registered, one per
 * class for the rest, so that no upstream can make metrics grow by inventing numbers (O7).
 */
final class StatusTable {
  private static final int[] KNOWN = {
    101, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308,
        400, 401, 402, 403,
    404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 424, 425,
        426, 428, 429, 431,
    451, 499, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511
  };

  /** The exchange ended before there was a response. */
  private static final int NONE = 0;

  static final int SLOTS = 1 + 5 + KNOWN.length;

  private static final byte[] SLOT = new byte[600];
  private static final String[] LABELS = new String[SLOTS];

  static {
    LABELS[NONE] = "none";
    for (int c = 1; c <= 5; c++) LABELS[c] = c + "xx";
    for (int status = 100; status < 600; status++) SLOT[status] = (byte) (status / 100);
    for (int i = 0; i < KNOWN.length; i++) {
      SLOT[KNOWN[i]] = (byte) (6 + i);
      LABELS[6 + i] = Integer.toString(KNOWN[i]);
    }
  }

  private StatusTable() {}

  static int slot(int status) {
    return status >= 0 && status < SLOT.length ? SLOT[status] : NONE;
  }

  /**
   * The value of the label {@code code}: {@code 404}, {@code 4xx} for a number nobody knows, {@code
   * none}.
   */
  static String label(int slot) {
    return LABELS[slot];
  }
}
