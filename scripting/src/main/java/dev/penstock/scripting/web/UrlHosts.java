package dev.penstock.scripting.web;

import org.jspecify.annotations.Nullable;

/** Parses and serialises hosts (URL §3.5, §3.6): domains, IPv4 and IPv6 addresses, opaque hosts. */
final class UrlHosts {
  private static final String FORBIDDEN_HOST = "\0\t\n\r #/:<>?@[\\]^|";

  private UrlHosts() {}

  /** The serialised host, or null on failure. */
  static @Nullable String parse(String input, boolean isOpaque) {
    if (input.startsWith("[")) {
      return input.endsWith("]") ? Ipv6Text.parse(input.substring(1, input.length() - 1)) : null;
    }
    if (isOpaque) return parseOpaque(input);
    String domain = input;
    if (input.indexOf('%') >= 0) domain = Utf8.decode(PercentSet.decode(input), true);
    String ascii = toAscii(domain);
    if (ascii == null || ascii.isEmpty()) return null;
    for (int i = 0; i < ascii.length(); i++) {
      char c = ascii.charAt(i);
      if (isForbidden(c) || c <= 0x1f || c == '%' || c == 0x7f) return null;
    }
    if (!endsInNumber(ascii)) return ascii;
    long address = parseIpv4(ascii);
    return address < 0 ? null : writeIpv4(address);
  }

  private static @Nullable String toAscii(String domain) {
    boolean isPlain = true;
    for (int i = 0; i < domain.length() && isPlain; i++) isPlain = domain.charAt(i) < 128;
    if (isPlain) {
      String lower = domain.toLowerCase(java.util.Locale.ROOT);
      if (!lower.startsWith("xn--") && !lower.contains(".xn--")) return lower;
    }
    return Uts46.toAscii(domain);
  }

  static boolean isForbidden(int c) {
    return FORBIDDEN_HOST.indexOf(c) >= 0;
  }

  private static @Nullable String parseOpaque(String input) {
    for (int i = 0; i < input.length(); i++) {
      if (isForbidden(input.charAt(i))) return null;
    }
    return PercentSet.C0.encode(input);
  }

  private static boolean endsInNumber(String domain) {
    String[] parts = domain.split("\\.", -1);
    int last = parts.length - 1;
    if (parts[last].isEmpty()) {
      if (parts.length == 1) return false;
      last--;
    }
    String part = parts[last];
    boolean isDigits = !part.isEmpty();
    for (int i = 0; i < part.length() && isDigits; i++)
      isDigits = part.charAt(i) >= '0' && part.charAt(i) <= '9';
    return isDigits || parseNumber(part) >= 0;
  }

  /**
   * @return -1 on failure; values beyond 2^40 are cut there, they are too large anyway
   */
  private static long parseNumber(String text) {
    if (text.isEmpty()) return -1;
    int radix = 10;
    int at = 0;
    if (text.startsWith("0x") || text.startsWith("0X")) {
      radix = 16;
      at = 2;
    } else if (text.length() > 1 && text.charAt(0) == '0') {
      radix = 8;
      at = 1;
    }
    long value = 0;
    for (; at < text.length(); at++) {
      int digit = PercentSet.hex(text.charAt(at));
      if (digit < 0 || digit >= radix) return -1;
      value = Math.min(value * radix + digit, 1L << 40);
    }
    return value;
  }

  private static long parseIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    int count = parts.length;
    if (parts[count - 1].isEmpty() && count > 1) count--;
    if (count > 4) return -1;
    long address = 0;
    for (int i = 0; i < count; i++) {
      long n = parseNumber(parts[i]);
      if (n < 0) return -1;
      if (i < count - 1) {
        if (n > 255) return -1;
        address |= n << 8 * (3 - i);
      } else {
        if (n >= 1L << 8 * (5 - count)) return -1;
        address |= n;
      }
    }
    return address;
  }

  private static String writeIpv4(long address) {
    return (address >> 24)
        + "."
        + (address >> 16 & 255)
        + "."
        + (address >> 8 & 255)
        + "."
        + (address & 255);
  }
}
