package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.plugins.rules.When;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How much in a day, a month, or the last thirty days. */
@Doc(
    "Limits how much is used over long times, by requests or bytes of bodies; what was counted is kept in a file over"
        + " restarts. Whoever has used it up gets 429 until there is more. What is under way goes on.")
public record QuotaConfig(
    @Doc("How much: a number of requests, or of bytes with units such as 100GiB.")
        @Bytes
        @Range("1..")
        long amount,
    @Doc("What is counted: requests, request-bytes, response-bytes, or bytes of both.")
        @Default("requests")
        Count count,
    @Doc(
            "In which time: hour, day, week, month, year of the calendar, or any length that ends now, such as 24h or 30d, which is left"
                + " by sixtieths.")
        QuotaWindow window,
    @Doc(LimitKey.DOC) @Default("identity") List<String> key,
    @Doc("What a request without the key is counted by: its address, nothing, or all together.")
        @Default("client-ip")
        LimitKey.WithoutKey withoutKey,
    @Doc(
            "The file that keeps the counts; several quotas may share one. Without it they begin anew with each start.")
        @Nullable String file,
    @Doc(
            "Its name in the file and in fields; quotas of the same name share their counts. Without it, the route's.")
        @Nullable String name,
    @Doc("The time zone of the calendar.") @Default("UTC") String zone,
    @Doc("The day on which months begin.") @Default("1") @Range("1..28") int startsOn,
    @Doc("Whether responses tell what is left, in RateLimit and RateLimit-Policy.") @Default("true")
        boolean tell,
    @Doc("Only counts: what would be refused is noted in the variable quota.would-refuse.")
        @Default("false")
        boolean dryRun,
    @Doc(
            "How many keys are counted; those beyond pass uncounted, with the variable quota.uncounted.")
        @Default("100000")
        @Range("1..10000000")
        int maxKeys,
    @Doc("Which requests count.") @Default("{}") When when) {

  /** What is counted. */
  public enum Count {
    REQUESTS,
    REQUEST_BYTES,
    RESPONSE_BYTES,
    BYTES
  }

  public QuotaConfig {
    key = List.copyOf(key);
    if (name != null && !name.matches("[A-Za-z0-9_.-]{1,60}"))
      throw new ConfigException("\"%s\" is no name; use letters, digits and -_.".formatted(name));
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new ConfigException(
          "there is no time zone \"%s\"; write UTC or Europe/Berlin".formatted(zone));
    }
  }
}
