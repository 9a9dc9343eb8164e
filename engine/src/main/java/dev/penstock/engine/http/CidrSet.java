package dev.penstock.engine.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of IP networks, asked whether it holds an address. Immutable; a lookup is a binary search
 * over ranges that neither touch nor overlap, so it does not matter how many networks there are.
 *
 * <p>IPv4-mapped IPv6 addresses ({@code ::ffff:10.0.0.1}) count as the IPv4 address within,
 * whichever side writes them; otherwise a rule for the one could be passed through the other.
 */
public final class CidrSet {
  public static final CidrSet EMPTY = new CidrSet(List.of());

  // Flipping the sign bit makes signed order the unsigned one.
  private static final int FLIP = Integer.MIN_VALUE;
  private static final long FLIP_LONG = Long.MIN_VALUE;

  private final List<String> texts;
  private final int[] starts4;
  private final int[] ends4;
  private final long[] starts6;
  private final long[] ends6;

  private CidrSet(List<Cidr> networks) {
    texts = networks.stream().map(Cidr::text).toList();
    List<Cidr> all4 = networks.stream().filter(Cidr::isV4).sorted().toList();
    List<Cidr> all6 = networks.stream().filter(c -> !c.isV4()).sorted().toList();
    List<Cidr> v4 = withoutNested(all4);
    List<Cidr> v6 = withoutNested(all6);
    starts4 = new int[v4.size()];
    ends4 = new int[v4.size()];
    for (int i = 0; i < starts4.length; i++) {
      starts4[i] = (int) v4.get(i).low() ^ FLIP;
      ends4[i] = (int) v4.get(i).lastLow() ^ FLIP;
    }
    // Two numbers each: high half, low half.
    starts6 = new long[v6.size() * 2];
    ends6 = new long[v6.size() * 2];
    for (int i = 0; i < v6.size(); i++) {
      starts6[2 * i] = v6.get(i).high() ^ FLIP_LONG;
      starts6[2 * i + 1] = v6.get(i).low() ^ FLIP_LONG;
      ends6[2 * i] = v6.get(i).lastHigh() ^ FLIP_LONG;
      ends6[2 * i + 1] = v6.get(i).lastLow() ^ FLIP_LONG;
    }
  }

  /**
   * Networks nest or are apart, they never overlap in part: dropping the nested ones leaves
   * disjoint ranges.
   */
  private static List<Cidr> withoutNested(List<Cidr> sorted) {
    List<Cidr> kept = new ArrayList<>();
    @Nullable Cidr last = null;
    for (Cidr cidr : sorted) {
      if (last != null && last.contains(cidr)) continue;
      kept.add(cidr);
      last = cidr;
    }
    return kept;
  }

  /**
   * The set of these networks, each an address or {@code address/prefix-length}.
   *
   * @throws IllegalArgumentException when one is neither; the message says what to write instead
   */
  public static CidrSet of(List<String> networks) {
    return networks.isEmpty() ? EMPTY : new CidrSet(networks.stream().map(Cidr::parse).toList());
  }

  /** As {@link #of(List)}. */
  public static CidrSet of(String... networks) {
    return of(Arrays.asList(networks));
  }

  public boolean isEmpty() {
    return texts.isEmpty();
  }

  /** Whether the address lies in one of the networks. */
  public boolean contains(InetAddress address) {
    // Both copies are short-lived arrays of constant size that do not leave this method.
    if (address instanceof Inet4Address) {
      return containsV4((int) Cidr.number(address.getAddress(), 0, 4));
    }
    byte[] b = ((Inet6Address) address).getAddress();
    return containsV6(Cidr.number(b, 0, 8), Cidr.number(b, 8, 8));
  }

  /** Whether an IPv4 address, as a number in network order, lies in one of the networks. */
  public boolean containsV4(int address) {
    int flipped = address ^ FLIP;
    int i = Arrays.binarySearch(starts4, flipped);
    if (i >= 0) return true;
    int before = -i - 2;
    return before >= 0 && flipped <= ends4[before];
  }

  /** Whether an IPv6 address, given by its halves in network order, lies in one of the networks. */
  public boolean containsV6(long high, long low) {
    if (high == 0 && low >>> 32 == 0xffff) return containsV4((int) low);
    long h = high ^ FLIP_LONG;
    long l = low ^ FLIP_LONG;
    int from = 0;
    int to = starts6.length / 2;
    // Finds the last range that starts at or before the address.
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (isAtMost(starts6, middle, h, l)) from = middle + 1;
      else to = middle;
    }
    return from > 0 && isAtLeast(ends6, from - 1, h, l);
  }

  private static boolean isAtMost(long[] pairs, int i, long high, long low) {
    return pairs[2 * i] < high || (pairs[2 * i] == high && pairs[2 * i + 1] <= low);
  }

  private static boolean isAtLeast(long[] pairs, int i, long high, long low) {
    return pairs[2 * i] > high || (pairs[2 * i] == high && pairs[2 * i + 1] >= low);
  }

  /** Whether every address of {@code other} is in this set. Not for the request path. */
  public boolean containsAll(CidrSet other) {
    return other.texts.stream().map(Cidr::parse).allMatch(this::containsAll);
  }

  private boolean containsAll(Cidr cidr) {
    return texts.stream().map(Cidr::parse).anyMatch(own -> own.contains(cidr));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CidrSet set
        && Arrays.equals(starts4, set.starts4)
        && Arrays.equals(ends4, set.ends4)
        && Arrays.equals(starts6, set.starts6)
        && Arrays.equals(ends6, set.ends6);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(starts4) + Arrays.hashCode(starts6);
  }

  /** As given, in the order given. */
  @Override
  public String toString() {
    return String.join(", ", texts);
  }
}
