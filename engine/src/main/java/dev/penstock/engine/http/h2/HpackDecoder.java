package dev.penstock.engine.http.h2;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.HeaderName;

/**
 * Decodes the field blocks of one direction of a connection, in order (RFC 7541). Allocates nothing
 * but what the table grows.
 */
final class HpackDecoder {
  private static final int MAX_NUMBER_BYTES = 5;
  private static final byte[] NOTHING = {};

  private final int maxTableBytes;
  private final FieldTable table;
  private byte[] b = NOTHING;
  private int at;
  private int end;
  private boolean isBroken;

  /**
   * @param maxTableBytes what the encoder was told it may use
   */
  HpackDecoder(int maxTableBytes) {
    this.maxTableBytes = maxTableBytes;
    this.table = new FieldTable(maxTableBytes);
  }

  /**
   * Decodes a whole block.
   *
   * @return false when the block breaks the rules of compression: the connection is lost
   */
  boolean decode(byte[] block, int offset, int length, FieldSection into) {
    b = block;
    at = offset;
    end = offset + length;
    isBroken = false;
    boolean mayResize = true;
    while (at < end && !isBroken) {
      int first = b[at] & 0xff;
      if ((first & 0x80) != 0) {
        indexed(number(7), into);
      } else if ((first & 0xe0) == 0x20) {
        int size = number(5);
        if (!mayResize || size > maxTableBytes) isBroken = true;
        else if (!isBroken) table.resize(size);
        continue;
      } else if ((first & 0x40) != 0) {
        literal(number(6), true, into);
      } else {
        literal(number(4), false, into);
      }
      mayResize = false;
    }
    b = NOTHING;
    return !isBroken;
  }

  private void indexed(int index, FieldSection into) {
    if (isBroken) return;
    int nameAt = into.filled;
    if (index >= 1 && index <= StaticTable.SIZE) {
      byte[] name = StaticTable.name(index);
      byte[] value = StaticTable.value(index);
      into.put(name, 0, name.length);
      into.put(':', ' ');
      int valueAt = into.filled;
      into.put(value, 0, value.length);
      into.add(StaticTable.kind(index), 0, nameAt, name.length, valueAt);
      return;
    }
    int i = index - StaticTable.SIZE;
    if (i < 1 || i > table.count()) {
      isBroken = true;
      return;
    }
    into.put(table.text(), table.nameAt(i), table.nameLength(i));
    into.put(':', ' ');
    int valueAt = into.filled;
    into.put(table.text(), table.valueAt(i), table.valueLength(i));
    into.add(table.kind(i), table.flags(i), nameAt, table.nameLength(i), valueAt);
  }

  private void literal(int index, boolean isAdded, FieldSection into) {
    int nameAt = into.filled;
    int kind = StaticTable.UNKNOWN;
    int flags = 0;
    if (index == 0) {
      string(into);
      int length = into.filled - nameAt;
      HeaderName known = isBroken ? null : HeaderName.find(into.text, nameAt, length);
      kind = StaticTable.kind(known, into.text, nameAt, length);
      flags = judgeName(into.text, nameAt, length);
      if (known != null) System.arraycopy(known.bytes(), 0, into.text, nameAt, length);
    } else if (index > 0 && index <= StaticTable.SIZE) {
      kind = StaticTable.kind(index);
      byte[] name = StaticTable.name(index);
      into.put(name, 0, name.length);
    } else {
      int i = index - StaticTable.SIZE;
      if (i < 1 || i > table.count()) {
        isBroken = true;
        return;
      }
      kind = table.kind(i);
      flags = table.flags(i) & (FieldSection.BAD_NAME | FieldSection.UPPER_CASE);
      into.put(table.text(), table.nameAt(i), table.nameLength(i));
    }
    int nameLength = into.filled - nameAt;
    into.put(':', ' ');
    int valueAt = into.filled;
    if (!isBroken) string(into);
    if (isBroken) return;
    flags |= judgeValue(into.text, valueAt, into.filled);
    if (isAdded) {
      table.add(
          kind, flags, into.text, nameAt, nameLength, into.text, valueAt, into.filled - valueAt);
    }
    into.add(kind, flags, nameAt, nameLength, valueAt);
  }

  private static int judgeName(byte[] b, int at, int length) {
    int from = at;
    int to = at + length;
    if (length > 0 && b[at] == ':') from++;
    if (from == to) return FieldSection.BAD_NAME;
    int flags = 0;
    for (int i = from; i < to; i++) {
      if (!Ascii.isToken(b[i] & 0xff)) return FieldSection.BAD_NAME;
      if (b[i] >= 'A' && b[i] <= 'Z') flags = FieldSection.UPPER_CASE;
    }
    return flags;
  }

  private static int judgeValue(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!Ascii.isFieldValue(b[i] & 0xff)) return FieldSection.BAD_VALUE;
    }
    boolean isPadded = from < to && (isBlank(b[from]) || isBlank(b[to - 1]));
    return isPadded ? FieldSection.PADDED_VALUE : 0;
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }

  /** RFC 7541 §5.1; no number that we could use has more than 28 bits. */
  private int number(int prefixBits) {
    int mask = (1 << prefixBits) - 1;
    int value = b[at++] & mask;
    if (value < mask) return value;
    long sum = value;
    for (int i = 0; i < MAX_NUMBER_BYTES; i++) {
      if (at == end) break;
      int next = b[at++] & 0xff;
      sum += (long) (next & 0x7f) << (7 * i);
      if (sum > 0x0fffffff) break;
      if ((next & 0x80) == 0) return (int) sum;
    }
    isBroken = true;
    return -1;
  }

  /** RFC 7541 §5.2: appends a string to the text. */
  private void string(FieldSection into) {
    if (at == end) {
      isBroken = true;
      return;
    }
    boolean isHuffman = (b[at] & 0x80) != 0;
    int length = number(7);
    if (isBroken || length > end - at) {
      isBroken = true;
      return;
    }
    if (isHuffman) {
      into.reserve(Huffman.maxDecodedLength(length));
      int to = Huffman.decode(b, at, length, into.text, into.filled);
      if (to < 0) isBroken = true;
      else into.filled = to;
    } else {
      into.put(b, at, length);
    }
    at += length;
  }
}
