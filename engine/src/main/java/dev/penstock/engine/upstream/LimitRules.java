package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import java.time.Duration;

/** The circuit of an upstream: what may be under way at once over all workers; 0 is no limit. */
@Doc("What may be under way at once; what comes on top waits in a queue or is refused with 503.")
public record LimitRules(
    @Doc("Connections to all endpoints together; 0 for no limit.")
        @Default("10000")
        @Range("0..1000000")
        int maxConnections,
    @Doc("Requests to all endpoints together; 0 for no limit.")
        @Default("10000")
        @Range("0..1000000")
        int maxRequests,
    @Doc("Requests to one endpoint; 0 for no limit.") @Default("0") @Range("0..1000000")
        int maxRequestsPerEndpoint,
    @Doc("Requests that may wait for their turn, per worker; 0 refuses at once.")
        @Default("1000")
        @Range("0..100000")
        int queue,
    @Doc("How long a request waits for its turn at most.") @Default("1s") @Range("1ms..60s")
        Duration queueTimeout) {

  public static final LimitRules DEFAULT =
      new LimitRules(10_000, 10_000, 0, 1000, Duration.ofSeconds(1));

  public LimitRules {
    Rules.between("max-connections", maxConnections, 0, 1_000_000);
    Rules.between("max-requests", maxRequests, 0, 1_000_000);
    Rules.between("max-requests-per-endpoint", maxRequestsPerEndpoint, 0, 1_000_000);
    Rules.between("queue", queue, 0, 100_000);
    Rules.between("queue-timeout", queueTimeout, Duration.ofMillis(1), Duration.ofSeconds(60));
  }
}
