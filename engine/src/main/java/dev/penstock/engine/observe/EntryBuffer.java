package dev.penstock.engine.observe;

import dev.penstock.engine.bytes.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Where one entry is being written. Text that came from the network is escaped, so that it can
 * neither end a line nor a value nor reach a terminal as a control sequence.
 *
 * <p>Text stops at a soft limit and is marked as cut; what may still follow it is small, so an
 * entry never passes {@link #MAX_ENTRY}. Worker-confined.
 */
final class EntryBuffer {
  /** No entry is longer. */
  static final int MAX_ENTRY = 32 << 10;

  private static final int TEXT_LIMIT = MAX_ENTRY - (4 << 10);
  private static final ReadyText CUT = ReadyText.of("...");

  /**
   * 0 for bytes that JSON takes as they are, else what stands behind a backslash; {@code u} for a
   * number.
   */
  private static final byte[] ESCAPE = new byte[256];

  static {
    for (int i = 0; i < 0x20; i++) ESCAPE[i] = 'u';
    for (int i = 0x7f; i < 256; i++) ESCAPE[i] = 'u';
    ESCAPE['"'] = '"';
    ESCAPE['\\'] = '\\';
    ESCAPE['\n'] = 'n';
    ESCAPE['\r'] = 'r';
    ESCAPE['\t'] = 't';
  }

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long SPACES = 0x2020202020202020L;
  private static final long QUOTES = 0x2222222222222222L;
  private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;
  private static final long DELETES = 0x7f7f7f7f7f7f7f7fL;
  private static final long HIGH_BITS = 0x8080808080808080L;

  byte[] bytes = {};
  int at;
  private int textEnd;
  private int maxValue;

  /** Begins an entry at {@code at}; {@link #MAX_ENTRY} bytes must be free there. */
  void begin(byte[] into, int start, int maxValueBytes) {
    assert into.length - start >= MAX_ENTRY;
    bytes = into;
    at = start;
    textEnd = start + TEXT_LIMIT;
    maxValue = maxValueBytes;
  }

  /** Whether there is no more room for things whose number the network decides. */
  boolean isFull() {
    return at >= textEnd;
  }

  void put(int b) {
    bytes[at++] = (byte) b;
  }

  /**
   * Up to seven bytes behind the text are overwritten; the reserve of an entry has room for them.
   */
  void put(ReadyText text) {
    byte[] from = text.padded;
    byte[] into = bytes;
    for (int i = 0, out = at; i < from.length; i += 8, out += 8)
      EIGHT.set(into, out, (long) EIGHT.get(from, i));
    at += text.length;
  }

  void put(long number) {
    at = LogText.putDecimal(bytes, at, number);
  }

  /**
   * A quoted JSON string of bytes: valid UTF-8 stays, any other byte and all control characters
   * become numbers.
   */
  void json(Slice text) {
    put('"');
    jsonText(text.array(), text.offset(), text.length());
    put('"');
  }

  /** As {@link #json(Slice)}, without the quotes. */
  void jsonText(byte[] from, int offset, int length) {
    int end = offset + Math.min(length, maxValue);
    int i = offset;
    while (i < end && !isFull()) {
      int plain = copyPlain(from, i, Math.min(end, i + textEnd - at));
      at += plain - i;
      i = plain;
      if (i < end && !isFull())
        i = jsonSpecial(from, i, offset + length); // a character is not cut in two
    }
    if (i < offset + length) put(CUT);
  }

  /**
   * Copies bytes up to the first that must be escaped, eight at a time where all eight are
   * harmless.
   *
   * @return index of the byte that must be escaped, or {@code end}
   */
  private int copyPlain(byte[] from, int i, int end) {
    byte[] into = bytes;
    int out = at;
    for (; i + 8 <= end; i += 8, out += 8) {
      long eight = (long) EIGHT.get(from, i);
      if (mustEscape(eight)) break;
      EIGHT.set(into, out, eight);
    }
    for (; i < end && ESCAPE[from[i] & 0xff] == 0; i++) into[out++] = from[i];
    return i;
  }

  /** Whether one of eight bytes is a control character, a quote, a backslash, DEL or not ASCII. */
  private static boolean mustEscape(long eight) {
    long below = eight - SPACES; // a borrow reaches another byte only from one that is bad itself
    long quote = (eight ^ QUOTES) - ONES;
    long backslash = (eight ^ BACKSLASHES) - ONES;
    long delete = (eight ^ DELETES) - ONES;
    return ((eight | below | quote | backslash | delete) & HIGH_BITS) != 0;
  }

  private int jsonSpecial(byte[] from, int i, int end) {
    int b = from[i] & 0xff;
    int utf8 = b < 0x80 ? 0 : Utf8.lengthAt(from, i, end);
    if (utf8 > 0) {
      for (int k = 0; k < utf8; k++) bytes[at++] = from[i + k];
      return i + utf8;
    }
    put('\\');
    put(ESCAPE[b]);
    if (ESCAPE[b] == 'u') {
      put('0');
      put('0');
      put(LogText.hex(b >> 4));
      put(LogText.hex(b));
    }
    return i + 1;
  }

  /** A quoted JSON string of characters; those beyond ASCII are written as numbers. */
  void json(String text) {
    put('"');
    int length = text.length();
    int n = Math.min(length, maxValue);
    int i = 0;
    for (; i < n && !isFull(); i++) {
      char c = text.charAt(i);
      byte escape = c < 0x80 ? ESCAPE[c] : (byte) 'u';
      if (escape == 0) {
        put(c);
        continue;
      }
      put('\\');
      put(escape);
      if (escape == 'u') {
        for (int shift = 12; shift >= 0; shift -= 4) put(LogText.hex(c >> shift));
      }
    }
    if (i < length) put(CUT);
    put('"');
  }

  /**
   * Bytes as Apache writes them into a quoted value: quote and backslash escaped, all but visible
   * ASCII as {@code \xHH}.
   */
  void combined(byte[] from, int offset, int length) {
    int n = Math.min(length, maxValue);
    int i = 0;
    for (; i < n && !isFull(); i++) {
      int b = from[offset + i] & 0xff;
      if (b == '"' || b == '\\') {
        put('\\');
        put(b);
      } else if (b >= 0x20 && b < 0x7f) {
        put(b);
      } else {
        put('\\');
        put('x');
        put(LogText.hex(b >> 4));
        put(LogText.hex(b));
      }
    }
    if (i < length) put(CUT);
  }
}
