package dev.penstock.plugins.traffic;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.plugins.rules.When;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Delays and errors on purpose, to see what callers make of them. */
@Doc(
    "Makes part of the requests late or fail, to see what callers make of it. Delays hold no thread.")
public record FaultConfig(
    @Doc("How long requests are held up before they go on.") @Nullable Delay delay,
    @Doc("How requests fail.") @Nullable Abort abort,
    @Doc("Only requests that ask for it by this field are hit; without it, any.")
        @Nullable String header,
    @Doc("On which requests.") @Default("{}") When when,
    @Doc("Most requests that are held up at a time on each worker; the others are not.")
        @Default("1000")
        @Range("1..1000000")
        int maxDelayed) {

  /** Lateness. */
  @Doc("How long, and how many.")
  public record Delay(
      @Doc("At least this long.") @Range("1ms..10m") Duration time,
      @Doc("Up to so much longer, by chance.") @Default("0s") @Range("0s..10m") Duration jitter,
      @Doc("How many of the requests.") @Default("100%") @Percent double percent) {}

  /** Failure. */
  @Doc("With which status, and how many.")
  public record Abort(
      @Doc("The status.") @Default("503") @Range("400..599") int status,
      @Doc("How many of the requests.") @Default("100%") @Percent double percent) {}

  public FaultConfig {
    if (delay == null && abort == null)
      throw new ConfigException("nothing goes wrong; add \"delay\" or \"abort\"");
    if (header != null && !Ascii.isToken(header))
      throw new ConfigException("\"%s\" is no header name".formatted(header));
  }
}
