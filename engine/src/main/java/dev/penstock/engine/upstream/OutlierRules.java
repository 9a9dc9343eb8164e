package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import java.time.Duration;

/** When an endpoint that fails in traffic is ejected (U16). */
@Doc("Leaves an endpoint out for a while when its answers to real requests are bad.")
public record OutlierRules(
    @Doc("Whether endpoints are ejected at all.") @Default("true") boolean enabled,
    @Doc("So many answers with a 5xx status, or failures, in a row eject; 0 turns the rule off.")
        @Default("5")
        @Range("0..1000")
        int consecutiveFailures,
    @Doc(
            "So many 502, 503, 504, failed connects, resets or time-outs in a row eject; 0 turns the"
                + " rule off.")
        @Default("5")
        @Range("0..1000")
        int consecutiveGatewayErrors,
    @Doc("How long the first ejection lasts; each further one lasts once more as long.")
        @Default("30s")
        @Range("1ms..1h")
        Duration ejectFor,
    @Doc("No ejection lasts longer.") @Default("300s") @Range("1ms..24h") Duration maxEjectFor,
    @Doc("No more than this share of the endpoints is ejected at once.")
        @Default("10%")
        @Percent
        @Range("0..1")
        double maxEjected,
    @Doc("So many may be ejected whatever their share; never the last one that serves.")
        @Default("1")
        @Range("0..1000")
        int minEjected,
    @Doc("How often success rates are compared.") @Default("10s") @Range("100ms..10m")
        Duration interval,
    @Doc("Success rates are compared when so many endpoints have traffic enough.")
        @Default("5")
        @Range("2..1000")
        int successRateEndpoints,
    @Doc("Traffic enough: so many requests in an interval.") @Default("100") @Range("1..1000000")
        int successRateRequests,
    @Doc(
            "An endpoint is ejected when its success rate is this many standard deviations below the"
                + " mean; 0 turns the rule off.")
        @Default("1.9")
        @Range("0..100")
        double successRateDeviations) {

  public static final OutlierRules DEFAULT =
      new OutlierRules(
          true,
          5,
          5,
          Duration.ofSeconds(30),
          Duration.ofSeconds(300),
          0.1,
          1,
          Duration.ofSeconds(10),
          5,
          100,
          1.9);

  public OutlierRules {
    Rules.between("consecutive-failures", consecutiveFailures, 0, 1000);
    Rules.between("consecutive-gateway-errors", consecutiveGatewayErrors, 0, 1000);
    Rules.between("eject-for", ejectFor, Duration.ofMillis(1), Duration.ofHours(1));
    Rules.between("max-eject-for", maxEjectFor, Duration.ofMillis(1), Duration.ofHours(24));
    Rules.share("max-ejected", maxEjected);
    Rules.between("min-ejected", minEjected, 0, 1000);
    Rules.between("interval", interval, Duration.ofMillis(100), Duration.ofMinutes(10));
    Rules.between("success-rate-endpoints", successRateEndpoints, 2, 1000);
    Rules.between("success-rate-requests", successRateRequests, 1, 1_000_000);
    if (!(successRateDeviations >= 0 && successRateDeviations <= 100)) {
      throw new IllegalArgumentException("success-rate-deviations is 0 to 100");
    }
  }
}
