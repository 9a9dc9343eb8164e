package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import java.time.Duration;

/**
 * How connections are kept for further requests (U2, U3, F23). Their idle time is {@link
 * TimeoutRules#keepAlive}.
 */
@Doc("How connections are kept for further requests.")
public record PoolRules(
    @Doc("Idle connections that one worker keeps for one endpoint.")
        @Default("64")
        @Range("0..10000")
        int maxIdle,
    @Doc("Connections older than this are not used again; varied by a tenth.")
        @Default("1h")
        @Range("1s..24h")
        Duration maxAge,
    @Doc(
            "safe: a request that is not idempotent takes only a connection that has been reused"
                + " before; always: any; never: a connection for each request.")
        @Default("safe")
        Reuse reuse,
    @Doc(
            "HTTP/2: a connection on which nothing has come for this time is asked once, by PING, whether"
                + " anybody is there, and closed without an answer; 0s never asks.")
        @Default("20s")
        @Range("0s..1h")
        Duration pingAfter) {

  /** When a kept connection may be used. */
  public enum Reuse {
    SAFE,
    ALWAYS,
    NEVER
  }

  public static final PoolRules DEFAULT =
      new PoolRules(64, Duration.ofHours(1), Reuse.SAFE, Duration.ofSeconds(20));

  public PoolRules {
    Rules.between("max-idle", maxIdle, 0, 10_000);
    Rules.between("max-age", maxAge, Duration.ofSeconds(1), Duration.ofHours(24));
    Rules.between("ping-after", pingAfter, Duration.ZERO, Duration.ofHours(1));
  }
}
