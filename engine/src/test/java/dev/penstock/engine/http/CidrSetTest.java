package dev.penstock.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrSetTest {
  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  @Test
  void holdsItsNetworksFromFirstToLastAddressAndNothingBeside() {
    CidrSet set =
        CidrSet.of("10.0.0.0/8", "192.168.1.7", "2001:db8::/33", "0.0.0.0/32", "255.255.255.255");

    for (String in :
        List.of(
            "10.0.0.0",
            "10.255.255.255",
            "192.168.1.7",
            "0.0.0.0",
            "255.255.255.255",
            "2001:db8::",
            "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff")) {
      assertThat(set.contains(ip(in))).as(in).isTrue();
    }
    for (String out :
        List.of(
            "9.255.255.255",
            "11.0.0.0",
            "192.168.1.6",
            "192.168.1.8",
            "0.0.0.1",
            "255.255.255.254",
            "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db8:8000::",
            "::",
            "::a00:0")) {
      assertThat(set.contains(ip(out))).as(out).isFalse();
    }
  }

  @Test
  void zeroPrefixHoldsAllOfItsFamilyOnly() {
    assertThat(CidrSet.of("0.0.0.0/0").contains(ip("203.0.113.9"))).isTrue();
    assertThat(CidrSet.of("0.0.0.0/0").contains(ip("2001:db8::1"))).isFalse();
    assertThat(CidrSet.of("::/0").contains(ip("2001:db8::1"))).isTrue();
    assertThat(CidrSet.of("::/0").contains(ip("203.0.113.9"))).isFalse();
  }

  @Test
  void mappedAddressesCountAsIpv4OnBothSides() {
    CidrSet set = CidrSet.of("::ffff:10.0.0.0/104", "192.0.2.1");

    assertThat(set.contains(ip("10.9.8.7"))).isTrue();
    assertThat(set.containsV6(0, 0xffff_c000_0201L)).isTrue();
    assertThat(set.containsV6(0, 0xffff_0a09_0807L)).isTrue();
    assertThat(set.containsV6(0, 0xffff_0b00_0000L)).isFalse();
  }

  @Test
  void nestedNetworksDoNotHideEachOther() {
    CidrSet set =
        CidrSet.of("10.1.0.0/16", "10.0.0.0/8", "10.2.3.4", "2001:db8:1::/48", "2001:db8::/32");

    assertThat(set.contains(ip("10.200.0.1"))).isTrue();
    assertThat(set.contains(ip("10.2.3.5"))).isTrue();
    assertThat(set.contains(ip("2001:db8:ffff::1"))).isTrue();
  }

  @Test
  void emptySetHoldsNothing() {
    assertThat(CidrSet.EMPTY.contains(ip("127.0.0.1"))).isFalse();
    assertThat(CidrSet.EMPTY.contains(ip("::1"))).isFalse();
    assertThat(CidrSet.EMPTY.isEmpty()).isTrue();
  }

  @Test
  void saysWhetherItHoldsAllOfAnother() {
    CidrSet wide = CidrSet.of("10.0.0.0/8", "2001:db8::/32");

    assertThat(wide.containsAll(CidrSet.of("10.1.0.0/16", "2001:db8:1::/48"))).isTrue();
    assertThat(wide.containsAll(CidrSet.of("10.1.0.0/16", "11.0.0.0/16"))).isFalse();
    assertThat(CidrSet.of("10.1.0.0/16").containsAll(CidrSet.of("10.0.0.0/8"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.5/8          | write \"10.0.0.0/8\" for the network",
        "2001:db8::1/32      | write \"2001:db8:0:0:0:0:0:0/32\" for the network",
        "010.0.0.1           | is not an IP network",
        "10.1                | is not an IP network",
        "10.0.0.256          | is not an IP network",
        "localhost           | is not an IP network",
        "fe80::1%eth0        | is not an IP network",
        "[::1]               | is not an IP network",
        "10.0.0.0/33         | a number from 0 to 32",
        "::/129              | a number from 0 to 128",
        "10.0.0.0/08         | a number from 0 to 32",
        "10.0.0.0/           | a number from 0 to 32",
        "::ffff:0.0.0.0/90   | as two entries",
        "''                  | is not an IP network",
      })
  void refusesWhatHasTwoReadingsAndSaysWhatToWrite(String text, String remedy) {
    assertThatThrownBy(() -> CidrSet.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(remedy);
  }

  /** Against arithmetic on big integers, with networks and addresses drawn close together. */
  @Test
  void agreesWithPlainArithmetic() throws UnknownHostException {
    Random random = new Random(4711);
    for (int round = 0; round < 300; round++) {
      int bytes = random.nextBoolean() ? 4 : 16;
      List<String> networks = new ArrayList<>();
      List<BigInteger[]> ranges = new ArrayList<>();
      for (int n = random.nextInt(6); n >= 0; n--) {
        int prefix = random.nextInt(bytes * 8 + 1);
        BigInteger size = BigInteger.ONE.shiftLeft(bytes * 8 - prefix);
        BigInteger start = close(random, bytes).divide(size).multiply(size);
        networks.add(
            InetAddress.getByAddress(toBytes(start, bytes)).getHostAddress() + "/" + prefix);
        ranges.add(new BigInteger[] {start, start.add(size)});
      }
      CidrSet set = CidrSet.of(networks);
      for (int i = 0; i < 50; i++) {
        BigInteger address = close(random, bytes);
        boolean expected =
            ranges.stream()
                .anyMatch(r -> r[0].compareTo(address) <= 0 && address.compareTo(r[1]) < 0);
        InetAddress asked = InetAddress.getByAddress(toBytes(address, bytes));
        assertThat(set.contains(asked)).as("%s in %s", asked, networks).isEqualTo(expected);
      }
    }
  }

  /**
   * A number with few bits set or few cleared, so that ranges meet their bounds; never one of the
   * mapped addresses.
   */
  private static BigInteger close(Random random, int bytes) {
    BigInteger n =
        random.nextBoolean()
            ? BigInteger.ZERO
            : BigInteger.ONE.shiftLeft(bytes * 8).subtract(BigInteger.ONE);
    for (int i = random.nextInt(4); i > 0; i--) n = n.flipBit(random.nextInt(bytes * 8));
    return n;
  }

  private static byte[] toBytes(BigInteger n, int bytes) {
    byte[] b = new byte[bytes];
    for (int i = 0; i < bytes; i++) b[bytes - 1 - i] = n.shiftRight(8 * i).byteValue();
    return b;
  }
}
