package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.EndpointSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The ring of libketama (U14): 160 points per weight, four of each MD5 of {@code name-i}; a key
 * belongs to the first point at or after its own MD5. Same names and weights give the same places
 * as nginx's {@code hash … consistent} of memcached clients, and as libketama while weights are
 * equal.
 */
final class KetamaRing implements HashTable {
  private static final int DIGESTS_PER_WEIGHT = 40;

  /** Weights are scaled down to stay below; half a million points are 6 MB. */
  private static final int MAX_DIGESTS = 1 << 17;

  private final long version;
  private final long[] points;
  private final int[] owners;

  private KetamaRing(long version, long[] points, int[] owners) {
    this.version = version;
    this.points = points;
    this.owners = owners;
  }

  static KetamaRing of(EndpointSet endpoints) {
    int[] digests = digestsOf(endpoints);
    long[] packed = new long[4 * Arrays.stream(digests).sum()];
    MessageDigest md5 = Digests.md5();
    int filled = 0;
    for (int i = 0; i < digests.length; i++) {
      String name = endpoints.get(i).name();
      for (int k = 0; k < digests[i]; k++) {
        byte[] digest = md5.digest((name + "-" + k).getBytes(StandardCharsets.UTF_8));
        // The owner rides below the point: one sort of longs orders both.
        for (int h = 0; h < 4; h++) packed[filled++] = Digests.unsigned(digest, 4 * h) << 31 | i;
      }
    }
    Arrays.sort(packed);
    long[] points = new long[filled];
    int[] owners = new int[filled];
    for (int i = 0; i < filled; i++) {
      points[i] = packed[i] >>> 31;
      owners[i] = (int) (packed[i] & 0x7fff_ffff);
    }
    return new KetamaRing(endpoints.version(), points, owners);
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public int size() {
    return points.length;
  }

  @Override
  public int position(byte[] digest) {
    int at = Arrays.binarySearch(points, Digests.unsigned(digest, 0));
    if (at < 0) at = -at - 1;
    // Of equal points the first counts, wherever the search landed.
    while (at > 0 && at < points.length && points[at - 1] == points[at]) at--;
    return at == points.length ? 0 : at;
  }

  @Override
  public int endpoint(int position) {
    return owners[position];
  }

  private static int[] digestsOf(EndpointSet endpoints) {
    int divisor = 0;
    long total = 0;
    for (int i = 0; i < endpoints.size(); i++) {
      divisor = gcd(divisor, endpoints.get(i).weight());
      total += endpoints.get(i).weight();
    }
    int[] digests = new int[endpoints.size()];
    if (divisor == 0) return digests;
    double scale = Math.min(1, (double) MAX_DIGESTS * divisor / (DIGESTS_PER_WEIGHT * total));
    for (int i = 0; i < digests.length; i++) {
      int weight = endpoints.get(i).weight() / divisor;
      if (weight > 0) digests[i] = (int) Math.max(1, weight * DIGESTS_PER_WEIGHT * scale);
    }
    return digests;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
