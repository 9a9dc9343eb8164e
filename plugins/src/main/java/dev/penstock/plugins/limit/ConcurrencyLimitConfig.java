package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import java.time.Duration;
import java.util.List;

/** How many requests at a time. */
@Doc(
    "Limits how many requests are under way at a time, WebSockets included; some more may wait for a place. The rest"
        + " gets 429, or 503 where the limit is the whole route's.")
public record ConcurrencyLimitConfig(
    @Doc("How many at a time, over all workers.") @Shorthand @Range("1..1000000") int atATime,
    @Doc(LimitKey.DOC) @Default("client-ip") List<String> key,
    @Doc("What a request without the key is counted by: its address, nothing, or all together.")
        @Default("client-ip")
        LimitKey.WithoutKey withoutKey,
    @Doc("How many may wait for a place, for each key.") @Default("0") @Range("0..1000000")
        int maxWaiting,
    @Doc("How long they wait.") @Default("1s") @Range("1ms..10m") Duration maxWait,
    @Doc(
            "Only counts: what would be refused is noted in the variable concurrency-limit.would-refuse.")
        @Default("false")
        boolean dryRun) {

  public ConcurrencyLimitConfig {
    key = List.copyOf(key);
  }
}
