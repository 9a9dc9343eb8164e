package dev.penstock.engine.control;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import java.time.Duration;

/** How the gateway stops (O1). */
@Doc("How the gateway stops when it is told to.")
public record ShutdownConfig(
    @Doc(
            "How long it still accepts connections after /readyz says no, so that load balancers notice.")
        @Default("5s")
        @Range("0..1h")
        Duration preStop,
    @Doc("How long requests and tunnels under way may take after that; then they are cut off.")
        @Default("30s")
        @Range("0..24h")
        Duration grace) {}
