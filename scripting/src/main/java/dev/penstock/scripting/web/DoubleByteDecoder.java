package dev.penstock.scripting.web;

/**
 * The encodings whose characters have a lead and a trail byte: Big5, EUC-KR and Shift_JIS (Encoding
 * §11.1, §13.1, §12.3), and what EUC-JP (§12.1) adds to that.
 */
abstract class DoubleByteDecoder extends BytewiseDecoder {
  private int lead;

  /**
   * A byte that is no trail byte: a code point, {@link #ERROR}, or {@link #MORE} for a lead byte.
   */
  abstract int single(int b);

  /** A code point, {@link #ERROR}, or {@link #MORE} when {@code trail} is a lead byte again. */
  abstract int pair(int lead, int trail);

  @Override
  int take(int b) {
    if (b == END) {
      if (lead == 0) return END;
      lead = 0;
      return ERROR;
    }
    if (lead == 0) {
      if (b < 0x80) return b;
      int found = single(b);
      if (found == MORE) lead = b;
      return found;
    }
    int first = lead;
    lead = 0;
    int found = pair(first, b);
    if (found == MORE) lead = b;
    else if (found == ERROR && b < 0x80) restore(b);
    return found;
  }

  private static int orError(int found) {
    return found == PairTable.NONE ? ERROR : found;
  }

  static final class Big5 extends DoubleByteDecoder {
    private final PairTable table = PairTable.big5();

    @Override
    int single(int b) {
      return isIn(b, 0x81, 0xfe) ? MORE : ERROR;
    }

    @Override
    int pair(int lead, int trail) {
      if (!isIn(trail, 0x40, 0x7e) && !isIn(trail, 0xa1, 0xfe)) return ERROR;
      if (lead == 0x88 && (trail == 0x62 || trail == 0x64)) {
        return twoOf(0xca, trail == 0x62 ? 0x304 : 0x30c);
      }
      if (lead == 0x88 && (trail == 0xa3 || trail == 0xa5)) {
        return twoOf(0xea, trail == 0xa3 ? 0x304 : 0x30c);
      }
      return orError(table.ofBig5(lead, trail));
    }

    // The only characters of all encodings that are two code points: the second one follows.
    private int twoOf(int base, int mark) {
      follow(mark);
      return base;
    }
  }

  static final class EucKr extends DoubleByteDecoder {
    private final PairTable table = PairTable.eucKr();

    @Override
    int single(int b) {
      return isIn(b, 0x81, 0xfe) ? MORE : ERROR;
    }

    @Override
    int pair(int lead, int trail) {
      return isIn(trail, 0x41, 0xfe) ? orError(table.ofEucKr(lead, trail)) : ERROR;
    }
  }

  static final class ShiftJis extends DoubleByteDecoder {
    private final PairTable jis0208 = PairTable.jis0208();

    @Override
    int single(int b) {
      if (b == 0x80) return b;
      if (isIn(b, 0xa1, 0xdf)) return 0xff61 - 0xa1 + b;
      return isIn(b, 0x81, 0x9f) || isIn(b, 0xe0, 0xfc) ? MORE : ERROR;
    }

    @Override
    int pair(int lead, int trail) {
      if (!isIn(trail, 0x40, 0x7e) && !isIn(trail, 0x80, 0xfc)) return ERROR;
      int pointer =
          (lead - (lead < 0xa0 ? 0x81 : 0xc1)) * 188 + trail - (trail < 0x7f ? 0x40 : 0x41);
      // Characters that users defined.
      if (isIn(pointer, 8836, 10715)) return 0xe000 + pointer - 8836;
      return orError(jis0208.ofJis0208(pointer / 94, pointer % 94));
    }
  }

  static final class EucJp extends DoubleByteDecoder {
    private final PairTable jis0208 = PairTable.jis0208();
    private final PairTable jis0212 = PairTable.jis0212();
    private boolean isJis0212;

    @Override
    int single(int b) {
      return b == 0x8e || b == 0x8f || isIn(b, 0xa1, 0xfe) ? MORE : ERROR;
    }

    @Override
    int pair(int lead, int trail) {
      if (lead == 0x8e && isIn(trail, 0xa1, 0xdf)) return 0xff61 - 0xa1 + trail;
      if (lead == 0x8f && isIn(trail, 0xa1, 0xfe)) {
        isJis0212 = true;
        return MORE;
      }
      boolean is0212 = isJis0212;
      isJis0212 = false;
      if (!isIn(lead, 0xa1, 0xfe) || !isIn(trail, 0xa1, 0xfe)) return ERROR;
      return orError(
          is0212 ? jis0212.ofJis0212(lead, trail) : jis0208.ofJis0208(lead - 0xa1, trail - 0xa1));
    }
  }
}
