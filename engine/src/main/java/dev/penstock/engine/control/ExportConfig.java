package dev.penstock.engine.control;

import dev.penstock.engine.spi.AccessLogExporter;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Offered;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.MetricsExporter;
import java.time.Duration;
import java.util.List;

/** Where plugins send what the gateway knows. */
@Doc("Where plugins send exchanges and metrics, besides the access log and /metrics.")
public record ExportConfig(
    @Doc("Plugins that get each exchange when it has ended.")
        @Default("[]")
        @Offered(AccessLogExporter.class)
        List<ComponentConfig> accessLog,
    @Doc("Plugins that get all metrics, again and again.")
        @Default("[]")
        @Offered(MetricsExporter.class)
        List<ComponentConfig> metrics,
    @Doc("How many exchanges may wait for each plugin; what does not fit is dropped and counted.")
        @Default("10000")
        @Range("1..10000000")
        int queue,
    @Doc("From one look at the metrics to the next.") @Default("10s") @Range("100ms..1h")
        Duration interval) {}
