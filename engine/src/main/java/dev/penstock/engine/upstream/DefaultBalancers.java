package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.time.NanoClock;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The balancers that come with the engine, by the names of the configuration. */
public final class DefaultBalancers {
  private DefaultBalancers() {}

  /**
   * All of them.
   *
   * @param seed of everything they leave to chance
   */
  public static List<BalancerFactory<?>> all(long seed) {
    Seeds seeds = new Seeds(seed);
    return List.of(
        simple("round-robin", scope -> new RoundRobin(scope.worker().index())),
        simple("least-requests", scope -> new LeastRequests(seeds.next(scope))),
        simple("random-two", scope -> new RandomTwo(seeds.next(scope), LeastRequests::load)),
        simple("ewma", scope -> new RandomTwo(seeds.next(scope), peakEwma(scope.worker().clock()))),
        new Factory<>(
            "ip-hash",
            IpHash.class,
            (config, at) ->
                new HashBalancer.Template(
                    KetamaRing::of,
                    HashKey.clientIp(config.prefix == IpHash.Prefix.NETWORK),
                    0,
                    seeds)),
        new Factory<>(
            "consistent-hash",
            ConsistentHash.class,
            (config, at) ->
                new HashBalancer.Template(
                    KetamaRing::of, HashKey.of(config.key), config.boundedLoad, seeds)),
        new Factory<>(
            "maglev",
            Maglev.class,
            (config, at) ->
                new HashBalancer.Template(
                    MaglevTable::of, HashKey.of(config.key), config.boundedLoad, seeds)));
  }

  /** For balancers that have nothing to set. */
  public record NoSettings() {}

  /** Settings of {@code ip-hash}. */
  public record IpHash(
      @Doc("full: the whole address; network: the first three octets of IPv4, as nginx's ip_hash.")
          @Default("full")
          @Shorthand
          Prefix prefix) {
    /** How much of an address counts. */
    public enum Prefix {
      FULL,
      NETWORK
    }
  }

  /** Settings of {@code consistent-hash}. */
  public record ConsistentHash(
      @Doc(
              "What decides: client-ip, path, uri, header:NAME, cookie:NAME, query:NAME. A request"
                  + " without it goes anywhere.")
          @Default("client-ip")
          @Shorthand
          String key,
      @Doc(
              "An endpoint with more than so many times its share of the requests under way passes the"
                  + " rest on; 0 for no bound. More than 8 requests under way count as load.")
          @Default("1.25")
          @Range("0..1000")
          double boundedLoad) {
    public ConsistentHash {
      checkHash(key, boundedLoad);
    }
  }

  /** Settings of {@code maglev}. */
  public record Maglev(
      @Doc(
              "What decides: client-ip, path, uri, header:NAME, cookie:NAME, query:NAME. A request"
                  + " without it goes anywhere.")
          @Default("client-ip")
          @Shorthand
          String key,
      @Doc(
              "An endpoint with more than so many times its share of the requests under way passes the"
                  + " rest on; 0 for no bound. More than 8 requests under way count as load.")
          @Default("1.25")
          @Range("0..1000")
          double boundedLoad) {
    public Maglev {
      checkHash(key, boundedLoad);
    }
  }

  private static void checkHash(String key, double boundedLoad) {
    HashKey.of(key);
    if (boundedLoad != 0 && !(boundedLoad >= 1 && boundedLoad <= 1000)) {
      throw new IllegalArgumentException("bounded-load is 0 for none, or 1 to 1000");
    }
  }

  /**
   * Time to the head that a request has to expect: the moving average, which jumps up at once, for
   * each request that is already under way there. An endpoint that has not answered yet counts as
   * free.
   */
  private static RandomTwo.Load peakEwma(NanoClock clock) {
    return endpoint -> {
      double latency =
          endpoint instanceof UpstreamEndpoint ours
              ? ours.state.latencyNs(clock.nanoTime())
              : endpoint.latencyNs();
      return (latency + 1) * LeastRequests.load(endpoint);
    };
  }

  private static BalancerFactory<NoSettings> simple(
      String name, Function<FilterScope, Balancer> make) {
    return new Factory<>(name, NoSettings.class, (config, at) -> make::apply);
  }

  private record Factory<C extends Record>(
      String name, Class<C> configType, BiFunction<C, PrepareScope, BalancerTemplate> preparing)
      implements BalancerFactory<C> {
    @Override
    public BalancerTemplate prepare(C config, PrepareScope scope) {
      return preparing.apply(config, scope);
    }
  }
}
