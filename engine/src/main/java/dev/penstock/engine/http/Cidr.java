package dev.penstock.engine.http;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * One IP network in CIDR notation (RFC 4632, RFC 4291 §2.3), as numbers. IPv4-mapped IPv6 is kept
 * as IPv4.
 *
 * @param high upper half of the first address; 0 for IPv4
 * @param low lower half of the first address, or the IPv4 address
 * @param bits prefix length, 0 to 32 for IPv4 and to 128 for IPv6
 */
record Cidr(String text, boolean isV4, long high, long low, int bits) implements Comparable<Cidr> {

  /**
   * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or an address alone. Never asks DNS.
   *
   * @throws IllegalArgumentException with the remedy
   */
  static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    InetAddress parsed = address(address, text);
    byte[] b = parsed.getAddress();
    boolean isV4 = parsed instanceof Inet4Address;
    // Java has turned a mapped address into IPv4; its prefix length still counts the 96 bits in
    // front.
    boolean isMapped = isV4 && address.indexOf(':') >= 0;
    int most = isV4 && !isMapped ? 32 : 128;
    int bits = slash < 0 ? most : prefixLength(text, slash + 1, most);
    if (isMapped) {
      if (bits < 96) {
        throw new IllegalArgumentException(
            "\"%s\" covers more than the IPv4-mapped addresses; write the IPv4 and the IPv6 network as two entries"
                .formatted(text));
      }
      bits -= 96;
    }
    Cidr cidr =
        new Cidr(
            text, isV4, isV4 ? 0 : number(b, 0, 8), number(b, isV4 ? 0 : 8, isV4 ? 4 : 8), bits);
    if ((cidr.low & ~cidr.lowMask()) != 0 || (cidr.high & ~cidr.highMask()) != 0) {
      throw new IllegalArgumentException(
          "\"%s\" has bits set behind its prefix; write \"%s\" for the network, or the address alone for one host"
              .formatted(text, cidr.network()));
    }
    return cidr;
  }

  private static InetAddress address(String address, String text) {
    // What the parser of the JDK takes beyond the standard form has two readings: 010.0.0.1, 10.1,
    // fe80::1%eth0.
    boolean isPlain =
        address.indexOf(':') >= 0 ? address.matches("[0-9A-Fa-f:.]+") : isDottedQuad(address);
    if (isPlain) {
      try {
        return InetAddress.ofLiteral(address);
      } catch (IllegalArgumentException e) {
        // Falls through to the message that teaches.
      }
    }
    throw new IllegalArgumentException(
        "\"%s\" is not an IP network; write an address or a network such as \"10.0.0.0/8\" or \"2001:db8::/32\""
            .formatted(text));
  }

  private static boolean isDottedQuad(String address) {
    return address.matches("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  }

  private static int prefixLength(String text, int from, int most) {
    String digits = text.substring(from);
    if (digits.matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(digits) <= most)
      return Integer.parseInt(digits);
    throw new IllegalArgumentException(
        "\"%s\" has no valid prefix length; it is a number from 0 to %d".formatted(text, most));
  }

  /** The {@code length} bytes from {@code from} as a number in network order. */
  static long number(byte[] b, int from, int length) {
    long n = 0;
    for (int i = from; i < from + length; i++) n = (n << 8) | (b[i] & 0xff);
    return n;
  }

  private long highMask() {
    if (isV4 || bits == 0) return 0;
    return bits >= 64 ? -1L : -1L << (64 - bits);
  }

  private long lowMask() {
    if (isV4) return bits == 0 ? 0 : 0xffff_ffffL << (32 - bits) & 0xffff_ffffL;
    if (bits <= 64) return 0;
    return -1L << (128 - bits);
  }

  long lastHigh() {
    return isV4 ? 0 : high | ~highMask();
  }

  long lastLow() {
    return isV4 ? low | (~lowMask() & 0xffff_ffffL) : low | ~lowMask();
  }

  boolean contains(Cidr other) {
    return isV4 == other.isV4
        && bits <= other.bits
        && (other.low & lowMask()) == low
        && (other.high & highMask()) == high;
  }

  private String network() {
    if (isV4) {
      long n = low & lowMask();
      return "%d.%d.%d.%d/%d".formatted(n >> 24, n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff, bits);
    }
    byte[] b = new byte[16];
    for (int i = 0; i < 8; i++) {
      b[i] = (byte) ((high & highMask()) >> (56 - 8 * i));
      b[8 + i] = (byte) ((low & lowMask()) >> (56 - 8 * i));
    }
    try {
      return InetAddress.getByAddress(b).getHostAddress() + "/" + bits;
    } catch (java.net.UnknownHostException e) {
      throw new AssertionError("16 bytes are an address", e);
    }
  }

  /** By first address, wider networks first. */
  @Override
  public int compareTo(Cidr other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    if (byHigh != 0) return byHigh;
    int byLow = Long.compareUnsigned(low, other.low);
    return byLow != 0 ? byLow : Integer.compare(bits, other.bits);
  }
}
