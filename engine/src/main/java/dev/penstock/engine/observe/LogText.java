package dev.penstock.engine.observe;

/** Numbers and addresses as ASCII, written into an array: no strings are made. */
final class LogText {
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private LogText() {}

  static byte hex(int nibble) {
    return HEX[nibble & 15];
  }

  /** Sixteen digits. */
  static int putHex(byte[] into, int at, long value) {
    for (int shift = 60; shift >= 0; shift -= 4) into[at++] = HEX[(int) (value >>> shift) & 15];
    return at;
  }

  /** Exactly {@code digits} digits, leading zeros included. */
  static int putPadded(byte[] into, int at, int value, int digits) {
    for (int i = at + digits - 1; i >= at; i--) {
      into[i] = (byte) ('0' + value % 10);
      value /= 10;
    }
    return at + digits;
  }

  static int putDecimal(byte[] into, int at, long value) {
    if (value >= 0 && value <= Integer.MAX_VALUE) return putSmall(into, at, (int) value);
    long rest = value;
    if (value < 0) into[at++] = '-';
    else rest = -value; // below zero there is room for every value
    int digits = 1;
    for (long v = rest; v <= -10; v /= 10) digits++;
    for (int i = at + digits - 1; i >= at; i--) {
      long tenth = rest / 10;
      into[i] = (byte) ('0' + (int) (tenth * 10 - rest));
      rest = tenth;
    }
    return at + digits;
  }

  private static int putSmall(byte[] into, int at, int value) {
    int digits = 1;
    for (int power = 10; digits < 10 && value >= power; power *= 10) digits++;
    for (int i = at + digits - 1; i >= at; i--) {
      int tenth = value / 10;
      into[i] = (byte) ('0' + value - tenth * 10);
      value = tenth;
    }
    return at + digits;
  }

  /** Nanoseconds as milliseconds with three decimals, rounded to the nearest. */
  static int putMillis(byte[] into, int at, long ns) {
    long micros = (Math.max(0, ns) + 500) / 1000;
    at = putDecimal(into, at, micros / 1000);
    into[at++] = '.';
    return putPadded(into, at, (int) (micros % 1000), 3);
  }

  /**
   * Dotted decimal, or the canonical form of RFC 5952; {@code -} when there is no address. At most
   * 39 bytes.
   */
  static int putAddress(byte[] into, int at, byte[] address, boolean networkOnly) {
    if (address.length == 4) return putIpv4(into, at, address, 0, networkOnly);
    if (address.length == 16) {
      return isIpv4Mapped(address)
          ? putIpv4(into, at, address, 12, networkOnly)
          : putIpv6(into, at, address, networkOnly);
    }
    into[at++] = '-';
    return at;
  }

  private static int putIpv4(byte[] into, int at, byte[] address, int from, boolean networkOnly) {
    for (int i = 0; i < 4; i++) {
      if (i > 0) into[at++] = '.';
      at = putDecimal(into, at, networkOnly && i == 3 ? 0 : address[from + i] & 0xff);
    }
    return at;
  }

  private static int putIpv6(byte[] into, int at, byte[] address, boolean networkOnly) {
    int groups = networkOnly ? 3 : 8; // a /48
    int gapFrom = -1;
    int gapLength = 1; // RFC 5952 §4.2.2: a single group of zeros is not shortened
    for (int i = 0, length; i < 8; i += Math.max(1, length)) {
      length = 0;
      while (i + length < 8 && group(address, i + length, groups) == 0) length++;
      if (length > gapLength) {
        gapFrom = i;
        gapLength = length;
      }
    }
    for (int i = 0; i < 8; i++) {
      if (i == gapFrom) {
        into[at++] = ':';
        into[at++] = ':';
        i += gapLength - 1;
        continue;
      }
      if (i > 0 && i != gapFrom + gapLength) into[at++] = ':';
      at = putGroup(into, at, group(address, i, groups));
    }
    return at;
  }

  private static int putGroup(byte[] into, int at, int group) {
    for (int shift = 12; shift >= 0; shift -= 4) {
      if (group >>> shift != 0 || shift == 0) into[at++] = HEX[group >>> shift & 15];
    }
    return at;
  }

  private static int group(byte[] address, int i, int groups) {
    return i >= groups ? 0 : ((address[2 * i] & 0xff) << 8) | (address[2 * i + 1] & 0xff);
  }

  private static boolean isIpv4Mapped(byte[] address) {
    for (int i = 0; i < 10; i++) {
      if (address[i] != 0) return false;
    }
    return address[10] == -1 && address[11] == -1;
  }
}
