package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import java.time.Duration;
import java.util.List;

/**
 * Whether a failed attempt is followed by another (U4 to U7). {@link RetryPolicy} is what they
 * mean.
 */
@Doc("When a request is sent again to another endpoint.")
public record RetryRules(
    @Doc("Tries in total, the first included; 1 means no retry.") @Default("2") @Range("1..10")
        int attempts,
    @Doc(
            "What is tried again: connect, reset, timeout, and statuses from 400 to 599. A connection"
                + " that was kept open and turns out to be closed is always replaced.")
        @Default("[connect, reset]")
        List<Object> on,
    @Doc("Retries under way may be at most this share of the requests under way.")
        @Default("20%")
        @Percent
        @Range("0..1")
        double budget,
    @Doc("So many retries may be under way whatever the share.") @Default("3") @Range("0..10000")
        int minBudget,
    @Doc("A retry waits a random time up to this, doubled with each further one.")
        @Default("25ms")
        @Range("0s..60s")
        Duration backoff,
    @Doc("No retry waits longer than this by itself.") @Default("250ms") @Range("0s..60s")
        Duration maxBackoff,
    @Doc("Whether methods that are not idempotent, such as POST, may be sent again.")
        @Default("false")
        boolean unsafeMethods,
    @Doc("Whether a request that carries an Idempotency-Key may be sent again.") @Default("false")
        boolean idempotencyKey,
    @Doc("Whether PUT and DELETE may be sent again, as their definition allows.") @Default("true")
        boolean putDelete,
    @Doc("How much of a request body is kept to be sent again; beyond it there is no retry.")
        @Default("64KiB")
        @Bytes
        @Range("0..16MiB")
        int replayBody) {

  public static final RetryRules DEFAULT =
      new RetryRules(
          2,
          List.of("connect", "reset"),
          0.2,
          3,
          Duration.ofMillis(25),
          Duration.ofMillis(250),
          false,
          false,
          true,
          64 << 10);

  public RetryRules {
    on = List.copyOf(on);
    Rules.between("attempts", attempts, 1, 10);
    Rules.share("budget", budget);
    Rules.between("min-budget", minBudget, 0, 10_000);
    Rules.between("backoff", backoff, Duration.ZERO, Duration.ofSeconds(60));
    Rules.between("max-backoff", maxBackoff, Duration.ZERO, Duration.ofSeconds(60));
    Rules.between("replay-body", replayBody, 0, 16 << 20);
    for (Object condition : on) RetryPolicy.checkCondition(condition);
  }

  /** These rules with other conditions and attempts. */
  public RetryRules with(int newAttempts, Object... newOn) {
    return new RetryRules(
        newAttempts,
        List.of(newOn),
        budget,
        minBudget,
        backoff,
        maxBackoff,
        unsafeMethods,
        idempotencyKey,
        putDelete,
        replayBody);
  }
}
