package dev.penstock.engine.upstream;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.BalancerFactory.BalancerTemplate;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.FilterScope;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends what has the same key to the same endpoint. When that one cannot serve, the next at the
 * following positions does; the others keep what they have. A request without the key goes
 * anywhere.
 *
 * <p>With bounded load (Mirrokni, Thorup, Zadimoghaddam 2016) an endpoint that has more than its
 * share of what is under way passes the rest on in the same order.
 */
final class HashBalancer implements Balancer {
  /**
   * So few requests are no overload: a page's parallel requests stay together on a quiet upstream.
   */
  private static final int FREE_LOAD = 8;

  /** After so many positions in vain it is worth looking whether anybody can serve at all. */
  private static final int PATIENCE = 128;

  private final Template template;
  private final RandomGenerator random;
  private final MessageDigest md5 = Digests.md5();
  private final byte[] digest = new byte[Digests.LENGTH];
  private final Slice key = new Slice();
  private @Nullable HashTable own;

  private HashBalancer(Template template, RandomGenerator random) {
    this.template = template;
    this.random = random;
  }

  /** The table that all workers share, and how to read a key. */
  static final class Template implements BalancerTemplate {
    private final HashTable.Maker maker;
    private final HashKey key;
    private final double boundedLoad;
    private final Seeds seeds;
    private volatile @Nullable HashTable table;

    /**
     * For all workers of an upstream.
     *
     * @param boundedLoad how many times its share an endpoint takes; 0 for no bound
     */
    Template(HashTable.Maker maker, HashKey key, double boundedLoad, Seeds seeds) {
      this.maker = maker;
      this.key = key;
      this.boundedLoad = boundedLoad;
      this.seeds = seeds;
    }

    @Override
    public void onEndpoints(EndpointSet endpoints) {
      table = maker.make(endpoints);
    }

    @Override
    public Balancer create(FilterScope scope) {
      return new HashBalancer(this, seeds.next(scope));
    }
  }

  @Override
  public @Nullable Endpoint choose(Exchange exchange, EndpointSet endpoints) {
    HashTable table = table(endpoints);
    int size = table.size();
    if (size == 0) return null;
    int position = position(exchange, table);
    double bound = bound(endpoints);
    int fallback = -1;
    int refused = -1;
    for (int i = 0; i < size; i++, position = position + 1 == size ? 0 : position + 1) {
      int index = table.endpoint(position);
      if (i == PATIENCE && fallback < 0 && !anyUsable(endpoints)) return null;
      // A run of one endpoint's points is asked once.
      if (index == refused) continue;
      if (endpoints.isUsable(index)) {
        Endpoint endpoint = endpoints.get(index);
        if (bound == 0 || endpoint.inFlight() < Math.ceil(bound * endpoint.weight())) {
          return endpoint;
        }
        if (fallback < 0) fallback = index;
      }
      refused = index;
    }
    return fallback < 0 ? null : endpoints.get(fallback);
  }

  private static boolean anyUsable(EndpointSet endpoints) {
    for (int i = 0; i < endpoints.size(); i++) {
      if (endpoints.isUsable(i)) return true;
    }
    return false;
  }

  private int position(Exchange exchange, HashTable table) {
    if (!template.key.read(exchange, key)) return random.nextInt(table.size());
    md5.update(key.array(), key.offset(), key.length());
    try {
      md5.digest(digest, 0, digest.length);
    } catch (DigestException e) {
      throw new IllegalStateException("16 bytes hold an MD5", e);
    }
    return table.position(digest);
  }

  private HashTable table(EndpointSet endpoints) {
    HashTable table = template.table;
    if (table != null && table.version() == endpoints.version()) return table;
    // The set is older or newer than what the control loop has published, for this one moment.
    table = own;
    if (table == null || table.version() != endpoints.version()) {
      own = table = template.maker.make(endpoints);
    }
    return table;
  }

  /** Requests under way that one unit of weight may have; 0 when there is no bound. */
  private double bound(EndpointSet endpoints) {
    if (template.boundedLoad == 0) return 0;
    long load = 1;
    long weight = 0;
    for (int i = 0; i < endpoints.size(); i++) {
      if (!endpoints.isUsable(i)) continue;
      load += endpoints.get(i).inFlight();
      weight += endpoints.get(i).weight();
    }
    if (weight == 0 || load <= FREE_LOAD) return 0;
    return template.boundedLoad * load / weight;
  }
}
