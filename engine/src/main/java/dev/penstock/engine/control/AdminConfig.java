package dev.penstock.engine.control;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Shorthand;

/** Where operators look in: metrics, probes, the admin API. */
@Doc("Metrics, probes and the admin API.")
public record AdminConfig(
    @Doc(
            "Address and port. Whoever reaches it can watch the gateway: keep it on the loopback or behind a firewall.")
        @Default("127.0.0.1:9000")
        @Shorthand
        BindAddress bind) {}
