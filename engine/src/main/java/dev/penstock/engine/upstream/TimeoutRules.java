package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import java.time.Duration;

/** How long an upstream may take. What runs out before the response head gives 504 (U8). */
@Doc("How long to wait for an upstream.")
public record TimeoutRules(
    @Doc("From the first packet to a TCP connection, all addresses of a name together.")
        @Default("5s")
        @Range("1ms..60s")
        Duration connect,
    @Doc("The TLS handshake.") @Default("5s") @Range("1ms..60s") Duration tls,
    @Doc("From the end of the request to the head of the response; of each attempt.")
        @Default("30s")
        @Range("1ms..1h")
        Duration responseHead,
    @Doc("Between two parts of a body, in either direction.") @Default("30s") @Range("1ms..1h")
        Duration idle,
    @Doc("Without a byte in either direction of a tunnel or WebSocket.")
        @Default("60s")
        @Range("1s..24h")
        Duration tunnelIdle,
    @Doc(
            "A client that waits for 100 is told to go on when the endpoint has said nothing for so long (E2).")
        @Default("1s")
        @Range("1ms..1h")
        Duration expectContinue,
    @Doc("How long a connection waits for its next request; less where the endpoint says less.")
        @Default("60s")
        @Range("0s..1h")
        Duration keepAlive) {

  public static final TimeoutRules DEFAULT =
      new TimeoutRules(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(1),
          Duration.ofSeconds(60));

  public TimeoutRules {
    Duration ms = Duration.ofMillis(1);
    Rules.between("connect", connect, ms, Duration.ofSeconds(60));
    Rules.between("tls", tls, ms, Duration.ofSeconds(60));
    Rules.between("response-head", responseHead, ms, Duration.ofHours(1));
    Rules.between("idle", idle, ms, Duration.ofHours(1));
    Rules.between("tunnel-idle", tunnelIdle, Duration.ofSeconds(1), Duration.ofHours(24));
    Rules.between("expect-continue", expectContinue, ms, Duration.ofHours(1));
    Rules.between("keep-alive", keepAlive, Duration.ZERO, Duration.ofHours(1));
  }
}
