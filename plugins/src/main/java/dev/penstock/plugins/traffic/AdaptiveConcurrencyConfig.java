package dev.penstock.plugins.traffic;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.ConfigException;
import java.time.Duration;

/** As many requests at a time as the upstream answers without getting slower. */
@Doc(
    "Finds out how many requests at a time the upstream answers without getting slower, and refuses more with 503 at"
        + " once. Compares the time to the response's head with that of an idle upstream, which it measures now and then by letting"
        + " only min-limit in.")
public record AdaptiveConcurrencyConfig(
    @Doc("Never fewer at a time, over all workers.") @Default("4") @Range("1..100000") int minLimit,
    @Doc("Never more at a time.") @Default("1000") @Range("1..100000") int maxLimit,
    @Doc("The limit at the beginning.") @Default("50") @Range("1..100000") int initialLimit,
    @Doc("How often the limit is adjusted.") @Default("200ms") @Range("10ms..1m") Duration window,
    @Doc("Fewest answers in a window for it to say anything.") @Default("10") @Range("1..10000")
        int minSamples,
    @Doc("How much slower than an idle upstream is fine.") @Default("25%") @Percent
        double tolerance,
    @Doc("How often an idle upstream's time is measured, give or take 15%.")
        @Default("60s")
        @Range("1s..24h")
        Duration probeInterval,
    @Doc("How many answers such a measurement takes.") @Default("50") @Range("1..10000")
        int probeSamples) {

  public AdaptiveConcurrencyConfig {
    if (minLimit > maxLimit)
      throw new ConfigException("min-limit %d is above max-limit %d".formatted(minLimit, maxLimit));
    initialLimit = Math.clamp(initialLimit, minLimit, maxLimit);
  }
}
