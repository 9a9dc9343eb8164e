package dev.penstock.engine.observe;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import java.util.List;
import java.util.Locale;

/**
 * Takes the values of named query parameters out of a URI (O8). Names are compared without case and
 * after decoding percent escapes, so that {@code %74oken} hides no token from us.
 */
final class Redaction {
  private static final byte[] MASK = {'*', '*', '*'};

  private final String[] names;

  /** Bit n is set when some name has n characters: most parameters are done with after one look. */
  private final long lengths;

  private byte[] scratch = new byte[256];

  Redaction(List<String> names) {
    this.names = names.stream().map(n -> n.toLowerCase(Locale.ROOT)).toArray(String[]::new);
    long bits = 0;
    for (String name : this.names) bits |= 1L << Math.min(63, name.length());
    lengths = bits;
  }

  /**
   * Points {@code result} at {@code uri}, or at a copy of it with values masked. The copy holds
   * until the next call. Worker-confined.
   */
  Slice apply(Slice uri, Slice result) {
    int query = uri.indexOf('?', 0) + 1;
    if (query == 0 || names.length == 0)
      return result.point(uri.array(), uri.offset(), uri.length());
    byte[] from = uri.array();
    int end = uri.offset() + uri.length();
    int copied = uri.offset();
    int out = 0;
    for (int name = uri.offset() + query; name < end; ) {
      int nameEnd = name;
      boolean hasEscape = false;
      byte b = 0;
      while (nameEnd < end && (b = from[nameEnd]) != '=' && !isSeparator(b)) {
        hasEscape |= b == '%';
        nameEnd++;
      }
      int next = nameEnd;
      while (next < end && !isSeparator(from[next])) next++;
      if (nameEnd < next && isSecret(from, name, nameEnd, hasEscape)) {
        int keep = nameEnd + 1 - copied;
        reserve(out + keep + MASK.length + (end - next));
        System.arraycopy(from, copied, scratch, out, keep);
        System.arraycopy(MASK, 0, scratch, out + keep, MASK.length);
        out += keep + MASK.length;
        copied = next;
      }
      name = next + 1;
    }
    if (copied == uri.offset()) return result.point(from, uri.offset(), uri.length());
    System.arraycopy(from, copied, scratch, out, end - copied);
    return result.point(scratch, 0, out + end - copied);
  }

  private static boolean isSeparator(byte b) {
    return b == '&' || b == ';' || b == '#';
  }

  private boolean isSecret(byte[] b, int from, int to, boolean hasEscape) {
    int length = to - from;
    if (hasEscape) {
      length = 0;
      for (int i = from; i < to; length++) i += escapeAt(b, i, to) ? 3 : 1;
    }
    if ((lengths >> Math.min(63, length) & 1) == 0) return false;
    for (String name : names) {
      if (name.length() == length && reads(b, from, to, name)) return true;
    }
    return false;
  }

  private static boolean reads(byte[] b, int from, int to, String name) {
    int k = 0;
    for (int i = from; i < to; k++) {
      int c = b[i] & 0xff;
      if (escapeAt(b, i, to)) {
        c = Ascii.hexValue(b[i + 1]) << 4 | Ascii.hexValue(b[i + 2]);
        i += 3;
      } else {
        i++;
      }
      if (Ascii.toLower(c) != name.charAt(k)) return false;
    }
    return true;
  }

  private static boolean escapeAt(byte[] b, int i, int to) {
    return b[i] == '%'
        && i + 2 < to
        && Ascii.hexValue(b[i + 1]) >= 0
        && Ascii.hexValue(b[i + 2]) >= 0;
  }

  private void reserve(int size) {
    if (scratch.length < size)
      scratch = java.util.Arrays.copyOf(scratch, Math.max(size, scratch.length * 2));
  }
}
