package dev.penstock.scripting.web;

/** UTF-16 (Encoding §14.2). */
final class Utf16Decoder extends BytewiseDecoder {
  private final boolean isBigEndian;
  private int first = END;
  private int high = END;

  Utf16Decoder(boolean isBigEndian) {
    this.isBigEndian = isBigEndian;
  }

  @Override
  int take(int b) {
    if (b == END) {
      if (first == END && high == END) return END;
      first = high = END;
      return ERROR;
    }
    if (first == END) {
      first = b;
      return MORE;
    }
    int unit = isBigEndian ? first << 8 | b : b << 8 | first;
    int before = first;
    first = END;
    if (high != END) {
      int lead = high;
      high = END;
      if (Character.isLowSurrogate((char) unit))
        return Character.toCodePoint((char) lead, (char) unit);
      restore(b);
      restore(before);
      return ERROR;
    }
    if (Character.isHighSurrogate((char) unit)) {
      high = unit;
      return MORE;
    }
    return Character.isLowSurrogate((char) unit) ? ERROR : unit;
  }
}
