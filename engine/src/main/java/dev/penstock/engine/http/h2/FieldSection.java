package dev.penstock.engine.http.h2;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.Violation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One head or trailer section while it is decoded: fields go straight into the array of a {@link
 * HeaderMap}, in the form of lines of HTTP/1, so that an endpoint of HTTP/1 gets them in one copy.
 * Judges each field (RFC 9113 §8.2) and counts bytes (requirement P5). Reused from section to
 * section; worker-confined.
 */
final class FieldSection {
  // What is known of a literal once, and kept with its entry in the table.
  static final int BAD_NAME = 1;
  static final int UPPER_CASE = 2;
  static final int BAD_VALUE = 4;
  static final int PADDED_VALUE = 8;

  private static final int PSEUDO_FIELDS = 6;
  private static final int HOST = HeaderName.HOST.id();
  private static final int CONNECTION = HeaderName.CONNECTION.id();
  private static final int KEEP_ALIVE = HeaderName.KEEP_ALIVE.id();
  private static final int PROXY_CONNECTION = HeaderName.PROXY_CONNECTION.id();
  private static final int TRANSFER_ENCODING = HeaderName.TRANSFER_ENCODING.id();
  private static final int UPGRADE = HeaderName.UPGRADE.id();
  private static final int TE = HeaderName.TE.id();
  private static final byte[] TRAILERS = {'t', 'r', 'a', 'i', 'l', 'e', 'r', 's'};
  private static final int FIRST_BYTES = 512;

  byte[] text = new byte[0];
  int filled;

  private HeaderMap map = new HeaderMap();
  private final int[] pseudoAt = new int[PSEUDO_FIELDS];
  private final int[] pseudoLength = new int[PSEUDO_FIELDS];
  private @Nullable Violation violation;
  private boolean isTrailer;
  private boolean hasRegular;
  private int maxBytes;
  private int maxFieldBytes;
  private int maxFields;
  private int bytes;

  /** Begins a section that goes into {@code into}, which is empty. */
  void begin(
      HeaderMap into, boolean trailer, int newMaxBytes, int newMaxFieldBytes, int newMaxFields) {
    map = into;
    text = into.text();
    filled = 0;
    Arrays.fill(pseudoLength, -1);
    violation = null;
    isTrailer = trailer;
    hasRegular = false;
    maxBytes = newMaxBytes;
    maxFieldBytes = newMaxFieldBytes;
    maxFields = newMaxFields;
    bytes = 0;
  }

  /** Gives the array to the map; the first thing that was wrong, or null. */
  @Nullable Violation finish() {
    map.attach(text, filled);
    return violation;
  }

  /** Where a pseudo-header field's value lies in {@link #text}. */
  int pseudoAt(int kind) {
    return pseudoAt[StaticTable.METHOD - kind];
  }

  /** -1 when there is none. */
  int pseudoLength(int kind) {
    return pseudoLength[StaticTable.METHOD - kind];
  }

  boolean has(int kind) {
    return pseudoLength(kind) >= 0;
  }

  void reserve(int more) {
    if (filled + more > text.length)
      text = Arrays.copyOf(text, Math.max(filled + more, Math.max(FIRST_BYTES, text.length * 2)));
  }

  void put(byte[] b, int at, int length) {
    reserve(length);
    System.arraycopy(b, at, text, filled, length);
    filled += length;
  }

  void put(int a, int b) {
    reserve(2);
    text[filled++] = (byte) a;
    text[filled++] = (byte) b;
  }

  /**
   * A field stands in the text: its name from {@code nameAt}, its value up to {@link #filled}.
   *
   * @param kind as {@link StaticTable} has it
   * @param flags what is wrong with it
   */
  void add(int kind, int flags, int nameAt, int nameLength, int valueAt) {
    int valueLength = filled - valueAt;
    int fieldBytes = nameLength + valueLength;
    bytes += fieldBytes + FieldTable.OVERHEAD;
    Violation wrong = violation;
    if (wrong == null) wrong = judge(kind, flags, valueAt, valueLength);
    if (wrong == null) wrong = measure(fieldBytes);
    if (wrong != null) {
      // Decoding goes on for the sake of the table; what comes is not kept.
      violation = wrong;
      filled = nameAt;
      return;
    }
    if (kind <= StaticTable.METHOD) {
      addPseudo(kind, nameAt, valueAt, valueLength);
      return;
    }
    hasRegular = true;
    put('\r', '\n');
    if (kind == HOST && has(StaticTable.AUTHORITY)) {
      if (!isAuthority(valueAt, valueLength)) violation = Violation.HOST_DIFFERS;
      filled = nameAt;
      return;
    }
    map.addPlaced(HeaderName.byId(kind), nameAt, nameLength, valueAt, valueLength);
  }

  private void addPseudo(int kind, int nameAt, int valueAt, int valueLength) {
    pseudoAt[StaticTable.METHOD - kind] = valueAt;
    pseudoLength[StaticTable.METHOD - kind] = valueLength;
    put('\r', '\n');
    if (kind != StaticTable.AUTHORITY) return;
    // In HTTP/1 it is the Host field: the text gets that spelling, the map the field.
    byte[] name = HeaderName.HOST.bytes();
    filled = nameAt;
    reserve(name.length + valueLength + 4);
    System.arraycopy(text, valueAt, text, nameAt + name.length + 2, valueLength);
    System.arraycopy(name, 0, text, nameAt, name.length);
    text[nameAt + name.length] = ':';
    text[nameAt + name.length + 1] = ' ';
    filled = nameAt + name.length + 2 + valueLength;
    put('\r', '\n');
    pseudoAt[StaticTable.METHOD - kind] = nameAt + name.length + 2;
    if (valueLength > 0)
      map.addPlaced(HeaderName.HOST, nameAt, name.length, nameAt + name.length + 2, valueLength);
  }

  private boolean isAuthority(int at, int length) {
    if (pseudoLength(StaticTable.AUTHORITY) != length) return false;
    int other = pseudoAt(StaticTable.AUTHORITY);
    for (int i = 0; i < length; i++) {
      if (Ascii.toLower(text[at + i]) != Ascii.toLower(text[other + i])) return false;
    }
    return true;
  }

  private @Nullable Violation judge(int kind, int flags, int valueAt, int valueLength) {
    if (flags != 0) return judge(flags);
    if (kind <= StaticTable.METHOD) {
      boolean isWrong = isTrailer || hasRegular || kind == StaticTable.UNKNOWN_PSEUDO || has(kind);
      return isWrong ? Violation.PSEUDO_FIELD_INVALID : null;
    }
    if (kind < 0 || kind > TE) return null;
    if (kind == TE) {
      boolean isTrailers =
          Arrays.equals(text, valueAt, valueAt + valueLength, TRAILERS, 0, TRAILERS.length);
      return isTrailers ? null : Violation.CONNECTION_FIELD;
    }
    boolean isOfConnection =
        kind == CONNECTION
            || kind == KEEP_ALIVE
            || kind == PROXY_CONNECTION
            || kind == TRANSFER_ENCODING
            || kind == UPGRADE;
    return isOfConnection ? Violation.CONNECTION_FIELD : null;
  }

  private static Violation judge(int flags) {
    if ((flags & BAD_NAME) != 0) return Violation.FIELD_NAME_INVALID;
    if ((flags & UPPER_CASE) != 0) return Violation.FIELD_NAME_NOT_LOWER_CASE;
    return (flags & BAD_VALUE) != 0 ? Violation.FIELD_VALUE_INVALID : Violation.FIELD_VALUE_PADDED;
  }

  private @Nullable Violation measure(int fieldBytes) {
    if (bytes > maxBytes)
      return isTrailer ? Violation.TRAILERS_TOO_LARGE : Violation.HEAD_TOO_LARGE;
    if (fieldBytes > maxFieldBytes) return Violation.FIELD_TOO_LARGE;
    return map.size() >= maxFields ? Violation.TOO_MANY_FIELDS : null;
  }
}
