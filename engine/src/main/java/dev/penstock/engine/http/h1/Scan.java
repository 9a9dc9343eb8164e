package dev.penstock.engine.http.h1;

import dev.penstock.engine.bytes.Ascii;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Runs of allowed bytes, found by table or eight at a time; and what a scan can answer. */
final class Scan {
  /** All bytes given were valid, the part is not at its end. */
  static final int MORE = 0;

  /** The part is complete. */
  static final int DONE = 1;

  /** The peer broke a rule; the scanner says which. */
  static final int FAILED = 2;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final boolean[] TOKEN = new boolean[256];
  private static final boolean[] VISIBLE = new boolean[256];

  static {
    for (int c = 0; c < 256; c++) {
      TOKEN[c] = Ascii.isToken(c);
      VISIBLE[c] = c > 0x20 && c < 0x7f;
    }
  }

  private Scan() {}

  /** Index of the first byte from {@code i} that may not stand in a token, or {@code stop}. */
  static int token(byte[] b, int i, int stop) {
    while (i < stop && TOKEN[b[i] & 0xff]) i++;
    return i;
  }

  /** Index of the first byte from {@code i} that is not visible ASCII, or {@code stop}. */
  static int visible(byte[] b, int i, int stop) {
    while (i < stop && VISIBLE[b[i] & 0xff]) i++;
    return i;
  }

  /** Index of the first byte from {@code i} that is neither space nor tab, or {@code stop}. */
  static int blank(byte[] b, int i, int stop) {
    while (i < stop && isBlank(b[i])) i++;
    return i;
  }

  /**
   * Index of the first byte from {@code i} that may not stand in a field value, or {@code stop}.
   */
  static int value(byte[] b, int i, int stop) {
    for (; ; i++) {
      while (i + 8 <= stop && !holdsControl((long) LONGS.get(b, i))) i += 8;
      while (i < stop && b[i] != '\t' && Ascii.isFieldValue(b[i] & 0xff)) i++;
      if (i == stop || b[i] != '\t') return i;
    }
  }

  static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }

  // Per byte: below 0x20 shows in the first term, 0x7f in the second. A borrow may mark a byte
  // above a marked one too,
  // which does no harm: the eight are then looked at one by one.
  private static boolean holdsControl(long eight) {
    long below = (eight - ONES * 0x20) & ~eight;
    long delete = eight ^ ONES * 0x7f;
    return ((below | ((delete - ONES) & ~delete)) & HIGH) != 0;
  }
}
