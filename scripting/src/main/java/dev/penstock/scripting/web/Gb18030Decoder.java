package dev.penstock.scripting.web;

/** GB18030, which is GBK's decoder too (Encoding §10.2). */
final class Gb18030Decoder extends BytewiseDecoder {
  private final PairTable table = PairTable.gb18030();
  private int first;
  private int second;
  private int third;

  @Override
  int take(int b) {
    if (b == END) {
      if (first == 0) return END;
      first = second = third = 0;
      return ERROR;
    }
    if (third != 0) return fourth(b);
    if (second != 0) {
      if (isIn(b, 0x81, 0xfe)) {
        third = b;
        return MORE;
      }
      restore(b);
      restore(second);
      first = second = 0;
      return ERROR;
    }
    if (first != 0) return trail(b);
    if (b < 0x80) return b;
    if (b == 0x80) return '€';
    if (b == 0xff) return ERROR;
    first = b;
    return MORE;
  }

  private int fourth(int b) {
    int found = ERROR;
    if (isIn(b, 0x30, 0x39)) {
      int asked = table.ofGb18030(first, second, third, b);
      if (asked != PairTable.NONE) found = asked;
    } else {
      restore(b);
      restore(third);
      restore(second);
    }
    first = second = third = 0;
    return found;
  }

  private int trail(int b) {
    if (isIn(b, 0x30, 0x39)) {
      second = b;
      return MORE;
    }
    int lead = first;
    first = 0;
    int found =
        isIn(b, 0x40, 0x7e) || isIn(b, 0x80, 0xfe) ? table.ofGb18030(lead, b) : PairTable.NONE;
    if (found != PairTable.NONE) return found;
    if (b < 0x80) restore(b);
    return ERROR;
  }
}
