package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.plugins.rules.When;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How many requests in how long. */
@Doc(
    "Limits how often: whoever asks for more gets 429 and is told when to come back. Counts over all workers; a"
        + " limit that stays as it is keeps its counts when the configuration changes.")
public record RateLimitConfig(
    @Doc(
            "How many requests. This and per, burst, algorithm, key are one limit; for more than one, use limits.")
        @Range("1..1000000000")
        @Nullable Long requests,
    @Doc("In how long.") @Default("1s") @Range("10ms..8760h") Duration per,
    @Doc("How many at once, for token-bucket; without it, as many as requests.")
        @Range("1..1000000000")
        @Nullable Long burst,
    @Doc(
            "token-bucket: as many as burst at once, then evenly. sliding-window: never more in any stretch of that length.")
        @Default("token-bucket")
        Rate.Algorithm algorithm,
    @Doc(LimitKey.DOC) @Default("client-ip") List<String> key,
    @Doc("Limits that all must have room; what one refuses is not counted by the others.")
        @Default("[]")
        List<Limit> limits,
    @Doc("What a request without the key is counted by: its address, nothing, or all together.")
        @Default("client-ip")
        LimitKey.WithoutKey withoutKey,
    @Doc(
            "What one request takes: a number, or a template such as \"{var.cost}\" that a script has set.")
        @Default("1")
        String cost,
    @Doc(
            "What is taken in addition when the exchange is over: a template such as \"{var.tokens}\". May go below nothing.")
        @Nullable String charge,
    @Doc("Only counts: what would be refused is noted in the variable rate-limit.would-refuse.")
        @Default("false")
        boolean dryRun,
    @Doc(
            "What responses tell: rate-limit (RateLimit and RateLimit-Policy of the IETF's draft), x-rate-limit (the older fields), both,"
                + " or none.")
        @Default("rate-limit")
        Tell tell,
    @Doc("About how many keys are counted at a time, for each limit.")
        @Default("100000")
        @Range("8..10000000")
        int maxKeys,
    @Doc(
            "When there is no place for a new key: forget the one used longest ago, allow the new one, or refuse it.")
        @Default("forget")
        KeyTable.WhenFull whenFull,
    @Doc("Which requests count.") @Default("{}") When when) {

  /** What responses tell about limits. */
  public enum Tell {
    RATE_LIMIT,
    X_RATE_LIMIT,
    BOTH,
    NONE
  }

  /** One of several limits. */
  @Doc("One limit.")
  public record Limit(
      @Doc("What it is called in fields and logs.") String name,
      @Doc("How many requests.") @Range("1..1000000000") long requests,
      @Doc("In how long.") @Default("1s") @Range("10ms..8760h") Duration per,
      @Doc("How many at once, for token-bucket; without it, as many as requests.")
          @Range("1..1000000000")
          @Nullable Long burst,
      @Doc("token-bucket or sliding-window.") @Default("token-bucket") Rate.Algorithm algorithm,
      @Doc("By what is counted, as above.") @Default("client-ip") List<String> key) {
    public Limit {
      key = List.copyOf(key);
      if (!name.matches("[A-Za-z0-9_.-]{1,40}"))
        throw new ConfigException(
            "\"%s\" is no name of a limit; use letters, digits, \"-\", \"_\", \".\""
                .formatted(name));
      Rate.of(algorithm, requests, per, burst == null ? requests : burst);
    }

    Rate rate() {
      return Rate.of(algorithm, requests, per, burst == null ? requests : burst);
    }
  }

  public RateLimitConfig {
    key = List.copyOf(key);
    limits = List.copyOf(limits);
    if (requests == null && limits.isEmpty())
      throw new ConfigException("nothing is limited; set \"requests\", or \"limits\"");
    if (requests != null && !limits.isEmpty())
      throw new ConfigException("either \"requests\" or \"limits\", not both");
    if (requests != null) new Limit("default", requests, per, burst, algorithm, key);
    Set<String> names = new HashSet<>();
    for (Limit limit : limits) {
      if (!names.add(limit.name()))
        throw new ConfigException("two limits are called \"%s\"".formatted(limit.name()));
    }
  }

  /** The limits, however they were written. */
  List<Limit> all() {
    return requests == null
        ? limits
        : List.of(new Limit("default", requests, per, burst, algorithm, key));
  }
}
