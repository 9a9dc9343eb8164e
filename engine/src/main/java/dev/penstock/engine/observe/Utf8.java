package dev.penstock.engine.observe;

/** Which bytes are UTF-8 that may be shown (RFC 3629 §4). */
final class Utf8 {
  private Utf8() {}

  /**
   * Length of the character that begins at {@code i}: 2 to 4, or 0 when the bytes are no such
   * character, or one of the control characters U+0080 to U+009F, which terminals obey.
   */
  static int lengthAt(byte[] b, int i, int end) {
    int first = b[i] & 0xff;
    if (first < 0xc2 || first > 0xf4) return 0;
    int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (i + length > end) return 0;
    for (int k = 1; k < length; k++) {
      if ((b[i + k] & 0xc0) != 0x80) return 0;
    }
    int second = b[i + 1] & 0xff;
    boolean refused =
        switch (first) {
          case 0xc2 -> second < 0xa0; // C1 controls
          case 0xe0 -> second < 0xa0; // could be shorter
          case 0xed -> second > 0x9f; // surrogates
          case 0xf0 -> second < 0x90; // could be shorter
          case 0xf4 -> second > 0x8f; // beyond U+10FFFF
          default -> false;
        };
    return refused ? 0 : length;
  }
}
