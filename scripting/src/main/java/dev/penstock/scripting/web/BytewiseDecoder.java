package dev.penstock.scripting.web;

/**
 * A decoder in the form in which the Encoding Standard §4.1 tells it: bytes go in one by one, each
 * gives a code point, an error or nothing yet, and some are put back to be read again.
 */
abstract class BytewiseDecoder implements TextDecoding {
  static final int END = -1;
  static final int ERROR = -2;
  static final int MORE = -3;

  private final int[] restored = new int[4];
  private int restoredCount;
  private int following = MORE;

  /**
   * Takes a byte, or {@link #END}.
   *
   * @return a code point, {@link #ERROR}, {@link #MORE}, or {@link #END} when all is done
   */
  abstract int take(int b);

  /** Puts a byte back; of several, the one to read first comes last. */
  final void restore(int b) {
    if (b != END) restored[restoredCount++] = b;
  }

  /** Has {@code codePoint} written behind the one that this step gives. */
  final void follow(int codePoint) {
    following = codePoint;
  }

  static boolean isIn(int b, int low, int high) {
    return b >= low && b <= high;
  }

  @Override
  public final boolean decode(byte[] bytes, boolean isLast, boolean isFatal, StringBuilder out) {
    int at = 0;
    while (true) {
      int b;
      if (restoredCount > 0) b = restored[--restoredCount];
      else if (at < bytes.length) b = bytes[at++] & 0xff;
      else if (isLast) b = END;
      else return true;
      int result = take(b);
      if (result == END) return true;
      if (result == ERROR) {
        if (isFatal) return false;
        out.append('\ufffd');
      } else if (result != MORE) {
        out.appendCodePoint(result);
        if (following != MORE) out.appendCodePoint(following);
        following = MORE;
      }
    }
  }
}
