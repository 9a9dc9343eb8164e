package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Offered;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.EndpointDiscovery;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who finds endpoints besides the configuration, and how those whose address holds a host name are
 * resolved (U19). Address literals are never looked up.
 */
@Doc(
    "Where endpoints come from besides endpoints:, and how their host names are resolved, off the workers, again whenever the answer expires.")
public record DiscoveryRules(
    @Doc(
            "A plugin that finds endpoints, by its name or with its settings, as in"
                + " { consul: { service: users } }. When it fails, the last ones stay. Absent: those"
                + " under endpoints: are all.")
        @Offered(EndpointDiscovery.class)
        @Nullable Object from,
    @Doc("An answer is kept at least this long, whatever its TTL.")
        @Default("1s")
        @Range("100ms..1h")
        Duration minTtl,
    @Doc("An answer is kept at most this long, whatever its TTL.")
        @Default("300s")
        @Range("1s..24h")
        Duration maxTtl,
    @Doc("After a failure the last good answer stays, and the next try is made after this time.")
        @Default("5s")
        @Range("100ms..1h")
        Duration negativeTtl,
    @Doc(
            "false: a name is one endpoint with several addresses, tried in turn; true: each address"
                + " is an endpoint of its own.")
        @Default("false")
        boolean expand,
    @Doc("Which addresses of a name are used.") @Default("any") Family family) {

  /** Which kind of address is wanted. */
  public enum Family {
    ANY,
    IPV4,
    IPV6
  }

  public static final DiscoveryRules DEFAULT =
      new DiscoveryRules(
          null,
          Duration.ofSeconds(1),
          Duration.ofSeconds(300),
          Duration.ofSeconds(5),
          false,
          Family.ANY);

  public DiscoveryRules {
    Rules.between("min-ttl", minTtl, Duration.ofMillis(100), Duration.ofHours(1));
    Rules.between("max-ttl", maxTtl, Duration.ofSeconds(1), Duration.ofHours(24));
    Rules.between("negative-ttl", negativeTtl, Duration.ofMillis(100), Duration.ofHours(1));
    if (minTtl.compareTo(maxTtl) > 0) {
      throw new IllegalArgumentException("min-ttl is not longer than max-ttl");
    }
  }

  /** {@code ttl} within what these rules allow. */
  Duration clamp(Duration ttl) {
    if (ttl.compareTo(minTtl) < 0) return minTtl;
    return ttl.compareTo(maxTtl) > 0 ? maxTtl : ttl;
  }
}
