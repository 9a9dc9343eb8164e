package dev.penstock.engine.bytes;

/** ASCII as HTTP sees it: letter case, digits and the token alphabet of RFC 9110 §5.6.2. */
public final class Ascii {
  private static final int MAX_DIGITS = 19;
  private static final boolean[] TOKEN = new boolean[256];

  static {
    for (char c = '0'; c <= '9'; c++) TOKEN[c] = true;
    for (char c = 'a'; c <= 'z'; c++) TOKEN[c] = true;
    for (char c = 'A'; c <= 'Z'; c++) TOKEN[c] = true;
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) TOKEN[c] = true;
  }

  private Ascii() {}

  public static int toLower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  public static int toUpper(int c) {
    return c >= 'a' && c <= 'z' ? c - 32 : c;
  }

  public static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** 0 to 15 for a hexadecimal digit of either case, -1 for anything else. */
  public static int hexValue(int c) {
    if (c >= '0' && c <= '9') return c - '0';
    int lower = c | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /** Whether {@code c} may stand in a token: a method, a field name, a transfer coding. */
  public static boolean isToken(int c) {
    return c < 256 && TOKEN[c];
  }

  /** Whether {@code text} is a token: not empty, token characters only. */
  public static boolean isToken(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isToken(text.charAt(i))) return false;
    }
    return !text.isEmpty();
  }

  /**
   * Whether {@code c} may stand in a field value: visible, space, tab or obs-text (RFC 9110 §5.5).
   * Everything that could end a line or be dropped on the way is refused.
   */
  public static boolean isFieldValue(int c) {
    return (c >= 0x20 && c != 0x7f && c <= 0xff) || c == '\t';
  }

  /** The number that digits, and nothing else, spell; -1 for anything else and beyond 2^63-1. */
  public static long decimal(byte[] b, int at, int length) {
    if (length == 0 || length > MAX_DIGITS) return -1;
    long value = 0;
    for (int i = at; i < at + length; i++) {
      if (!isDigit(b[i])) return -1;
      // 19 digits reach 9.99e18: the last step can pass 2^63-1 once, and is negative then.
      value = value * 10 + b[i] - '0';
      if (value < 0) return -1;
    }
    return value;
  }

  /** Writes {@code value} in decimal and returns the index after its last digit. */
  public static int putDecimal(byte[] into, int at, long value) {
    if (value < 0) throw new IllegalArgumentException("negative: " + value);
    int digits = 1;
    for (long v = value; v >= 10; v /= 10) digits++;
    for (int i = at + digits - 1; i >= at; i--) {
      into[i] = (byte) ('0' + value % 10);
      value /= 10;
    }
    return at + digits;
  }
}
