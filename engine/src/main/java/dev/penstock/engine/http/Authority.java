package dev.penstock.engine.http;

import dev.penstock.engine.bytes.Ascii;

/**
 * The rules for host and port, as they stand in {@code Host}, {@code :authority} and request
 * targets (RFC 3986 §3.2, RFC 9110 §4.2 and §7.2).
 *
 * <p>A little stricter than the grammar where readers are known to disagree: no comma (some join
 * two fields with it), no colon without a port behind it, no zone of an IPv6 address.
 */
public final class Authority {
  private static final boolean[] REG_NAME = new boolean[256];

  static {
    for (int c = '0'; c <= '9'; c++) REG_NAME[c] = true;
    for (int c = 'a'; c <= 'z'; c++) REG_NAME[c] = true;
    for (int c = 'A'; c <= 'Z'; c++) REG_NAME[c] = true;
    for (char c : "-._~!$&'()*+;=%".toCharArray()) REG_NAME[c] = true;
  }

  private Authority() {}

  /** Whether these bytes are a host, with or without a port of 0 to 65535. */
  public static boolean isValid(byte[] b, int offset, int length) {
    return hostEnd(b, offset, offset + length) >= 0;
  }

  /** Whether these bytes are a host and a port. */
  public static boolean hasPort(byte[] b, int offset, int length) {
    int hostEnd = hostEnd(b, offset, offset + length);
    return hostEnd >= 0 && hostEnd < offset + length;
  }

  /** Index behind the host of a valid authority, or -1. */
  private static int hostEnd(byte[] b, int from, int end) {
    if (from == end) return -1;
    int i = from;
    if (b[i] == '[') {
      i = addressEnd(b, i + 1, end);
      if (i < 0) return -1;
    } else {
      while (i < end && REG_NAME[b[i] & 0xff]) {
        if (b[i] == '%' && !isEncoded(b, i, end)) return -1;
        i++;
      }
      if (i == from) return -1;
    }
    if (i == end) return i;
    return b[i] == ':' && isPort(b, i + 1, end) ? i : -1;
  }

  private static boolean isEncoded(byte[] b, int i, int end) {
    return i + 2 < end && Ascii.hexValue(b[i + 1]) >= 0 && Ascii.hexValue(b[i + 2]) >= 0;
  }

  private static boolean isPort(byte[] b, int from, int end) {
    int port = 0;
    for (int i = from; i < end; i++) {
      if (!Ascii.isDigit(b[i])) return false;
      port = port * 10 + b[i] - '0';
      if (port > 65535) return false;
    }
    return from < end;
  }

  /** Index behind the bracket that closes an IPv6 address, or -1. */
  private static int addressEnd(byte[] b, int from, int end) {
    int groups = 0;
    boolean elided = false;
    int i = from;
    if (startsWithColons(b, i, end)) {
      elided = true;
      i += 2;
    }
    while (i < end && b[i] != ']') {
      int digits = i;
      while (digits < end && digits - i < 5 && Ascii.hexValue(b[digits]) >= 0) digits++;
      if (digits < end && b[digits] == '.') {
        i = dottedEnd(b, i, end);
        if (i < 0 || i >= end || b[i] != ']') return -1;
        groups += 2;
        break;
      }
      if (digits == i || digits - i > 4) return -1;
      groups++;
      i = digits;
      if (i >= end) return -1;
      if (b[i] == ']') break;
      if (startsWithColons(b, i, end)) {
        if (elided) return -1;
        elided = true;
        i += 2;
      } else {
        if (b[i] != ':' || i + 1 >= end || b[i + 1] == ']') return -1;
        i++;
      }
    }
    if (i >= end) return -1;
    boolean isComplete = elided ? groups <= 7 : groups == 8;
    return isComplete ? i + 1 : -1;
  }

  private static boolean startsWithColons(byte[] b, int i, int end) {
    return i + 1 < end && b[i] == ':' && b[i + 1] == ':';
  }

  /** Index behind four decimal octets without leading zeros, or -1. */
  private static int dottedEnd(byte[] b, int from, int end) {
    int i = from;
    for (int octet = 0; octet < 4; octet++) {
      if (octet > 0 && (i >= end || b[i++] != '.')) return -1;
      int first = i;
      int value = 0;
      while (i < end && i - first < 3 && Ascii.isDigit(b[i])) value = value * 10 + b[i++] - '0';
      if (i == first || value > 255 || (i - first > 1 && b[first] == '0')) return -1;
    }
    return i;
  }
}
