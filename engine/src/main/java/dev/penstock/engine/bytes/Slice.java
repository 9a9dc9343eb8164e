package dev.penstock.engine.bytes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A movable view of some bytes of an array, read as ISO-8859-1 text: how heads name their parts
 * without making strings.
 *
 * <p>A slice is reused by its owner; it is valid only as long as its owner says. Keep {@link
 * #toString} instead.
 */
public final class Slice {
  private byte[] array = EMPTY;
  private int offset;
  private int length;

  private static final byte[] EMPTY = new byte[0];

  public static Slice of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new Slice().point(bytes, 0, bytes.length);
  }

  /**
   * Makes this slice show {@code length} bytes of {@code array} from {@code offset}; nothing is
   * copied.
   */
  public Slice point(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
    return this;
  }

  public Slice clear() {
    return point(EMPTY, 0, 0);
  }

  public byte[] array() {
    return array;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /** The byte at {@code index}, 0 to 255. */
  public int at(int index) {
    return array[offset + index] & 0xff;
  }

  public boolean contentEquals(Slice other) {
    return Arrays.equals(
        array, offset, offset + length, other.array, other.offset, other.offset + other.length);
  }

  public boolean contentEquals(String text) {
    if (text.length() != length) return false;
    for (int i = 0; i < length; i++) {
      if ((array[offset + i] & 0xff) != text.charAt(i)) return false;
    }
    return true;
  }

  /** Whether this reads as {@code text} when ASCII letters of either case count as equal. */
  public boolean equalsIgnoreCase(String text) {
    return text.length() == length && startsWithIgnoreCase(text);
  }

  /** Whether this begins with {@code prefix}, ASCII letters of either case being equal. */
  public boolean startsWithIgnoreCase(String prefix) {
    if (prefix.length() > length) return false;
    for (int i = 0; i < prefix.length(); i++) {
      if (Ascii.toLower(array[offset + i] & 0xff) != Ascii.toLower(prefix.charAt(i))) return false;
    }
    return true;
  }

  /** Index of {@code b} at or after {@code from}, or -1. */
  public int indexOf(int b, int from) {
    for (int i = from; i < length; i++) {
      if (array[offset + i] == (byte) b) return i;
    }
    return -1;
  }

  /** A copy of the bytes. */
  public byte[] copyBytes() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  public String substring(int from, int to) {
    return new String(array, offset + from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** A hash of the bytes, equal for equal content. */
  public int contentHash() {
    int h = 1;
    for (int i = offset, end = offset + length; i < end; i++) h = 31 * h + array[i];
    return h;
  }

  /** By content. A slice that moves must not be a key of a map. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Slice slice && contentEquals(slice);
  }

  @Override
  public int hashCode() {
    return contentHash();
  }

  @Override
  public String toString() {
    return new String(array, offset, length, StandardCharsets.ISO_8859_1);
  }
}
