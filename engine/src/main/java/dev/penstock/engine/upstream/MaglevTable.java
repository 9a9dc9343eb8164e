package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.EndpointSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Maglev's table (Eisenbud et al., NSDI 2016, §3.4): each endpoint walks its own permutation of the
 * slots and takes the next free one whenever it is its turn, heavier ones more often. Shares are
 * even to a percent, and one endpoint more or less moves hardly any slot of the others (U14).
 */
final class MaglevTable implements HashTable {
  static final int SLOTS = 65_537;

  private final long version;
  private final int[] owners;

  private MaglevTable(long version, int[] owners) {
    this.version = version;
    this.owners = owners;
  }

  static MaglevTable of(EndpointSet endpoints) {
    int count = endpoints.size();
    int heaviest = 0;
    for (int i = 0; i < count; i++) heaviest = Math.max(heaviest, endpoints.get(i).weight());
    if (heaviest == 0) return new MaglevTable(endpoints.version(), new int[0]);
    long[] next = new long[count];
    long[] skip = new long[count];
    MessageDigest md5 = Digests.md5();
    for (int i = 0; i < count; i++) {
      byte[] digest = md5.digest(endpoints.get(i).name().getBytes(StandardCharsets.UTF_8));
      next[i] = Digests.unsigned(digest, 0) % SLOTS;
      skip[i] = Digests.unsigned(digest, 8) % (SLOTS - 1) + 1;
    }
    int[] owners = new int[SLOTS];
    Arrays.fill(owners, -1);
    double[] earned = new double[count];
    for (int filled = 0; filled < SLOTS; ) {
      for (int i = 0; i < count && filled < SLOTS; i++) {
        earned[i] += (double) endpoints.get(i).weight() / heaviest;
        if (earned[i] < 1) continue;
        earned[i] -= 1;
        while (owners[(int) next[i]] >= 0) next[i] = (next[i] + skip[i]) % SLOTS;
        owners[(int) next[i]] = i;
        filled++;
      }
    }
    return new MaglevTable(endpoints.version(), owners);
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public int size() {
    return owners.length;
  }

  @Override
  public int position(byte[] digest) {
    return owners.length == 0 ? 0 : (int) (Digests.unsigned(digest, 0) % SLOTS);
  }

  @Override
  public int endpoint(int position) {
    return owners[position];
  }
}
