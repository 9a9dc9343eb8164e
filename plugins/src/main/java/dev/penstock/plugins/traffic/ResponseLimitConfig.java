package dev.penstock.plugins.traffic;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.ConfigException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How large an answer may be, and how long it may take to come through. */
@Doc(
    "Limits what an upstream may answer. Requests are limited by the route (max-body, timeouts.total) and the listener.")
public record ResponseLimitConfig(
    @Doc("Largest body. When the length is told before: 502; otherwise the response is broken off.")
        @Bytes
        @Range("0..")
        @Nullable Long maxBody,
    @Doc("Most bytes of all fields together; beyond: 502.") @Default("64KiB") @Bytes @Range("64..")
        int maxFields,
    @Doc(
            "Longest time from the head of a response to its end; what still comes afterwards is broken off. That nothing comes at all is"
                + " the business of the upstream's idle time.")
        @Range("1ms..24h")
        @Nullable Duration maxTime) {

  public ResponseLimitConfig {
    if (maxBody == null && maxTime == null && maxFields == 64 * 1024)
      throw new ConfigException("nothing is limited; set max-body, max-time or max-fields");
  }
}
