package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Offered;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.HealthCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint is probed (U18). Redirects are never followed: a 302 is a status like another.
 */
@Doc("Probes of each endpoint, on connections of their own.")
public record HealthCheckRules(
    @Doc("http asks for path; tcp only connects.") @Default("http") Kind type,
    @Doc("What is asked for, with query if any.") @Default("/") @Shorthand String path,
    @Doc("Time between two probes; varied by a tenth so that probes do not march in step.")
        @Default("5s")
        @Range("100ms..1h")
        Duration interval,
    @Doc("A probe that takes longer has failed.") @Default("1s") @Range("10ms..60s")
        Duration timeout,
    @Doc("So many successes in a row make an endpoint healthy.") @Default("2") @Range("1..100")
        int healthyAfter,
    @Doc("So many failures in a row make it unhealthy.") @Default("3") @Range("1..100")
        int unhealthyAfter,
    @Doc("The Host field of the probe. Absent: the endpoint's address.") @Nullable String host,
    @Doc("Statuses that mean healthy: \"200-299\", 204.") @Default("200-299") List<Object> statuses,
    @Doc("Text that the first 1 KiB of the body must hold. Absent: the body is not read.")
        @Nullable String bodyContains,
    @Doc("Another port than that of the endpoint. Absent: the same.") @Range("1..65535")
        @Nullable Integer port,
    @Doc(
            "A plugin that asks in place of type, path, host, statuses and body-contains, by its name"
                + " or with its settings, as in { redis-ping: { database: 2 } }.")
        @Offered(HealthCheck.class)
        @Nullable Object by) {

  /** How an endpoint is asked. */
  public enum Kind {
    HTTP,
    TCP
  }

  /** How much of a body is searched, in bytes. */
  public static final int MAX_BODY_BYTES = 1024;

  public HealthCheckRules {
    statuses = List.copyOf(statuses);
    Rules.between("interval", interval, Duration.ofMillis(100), Duration.ofHours(1));
    Rules.between("timeout", timeout, Duration.ofMillis(10), Duration.ofSeconds(60));
    Rules.between("healthy-after", healthyAfter, 1, 100);
    Rules.between("unhealthy-after", unhealthyAfter, 1, 100);
    if (port != null) Rules.between("port", port, 1, 65535);
    if (!isTarget(path)) {
      throw new IllegalArgumentException("path starts with '/' and holds no spaces or controls");
    }
    if (host != null && !isTarget("/" + host)) {
      throw new IllegalArgumentException("host holds no spaces or controls");
    }
    if (statuses.isEmpty())
      throw new IllegalArgumentException("statuses names at least one status");
    StatusRanges.of(statuses);
    if (bodyContains != null
        && bodyContains.getBytes(StandardCharsets.UTF_8).length > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("body-contains is at most 1 KiB");
    }
  }

  /** Asks for {@code path} every five seconds. */
  public static HealthCheckRules http(String path) {
    return new HealthCheckRules(
        Kind.HTTP,
        path,
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        2,
        3,
        null,
        List.of("200-299"),
        null,
        null,
        null);
  }

  /** The statuses that mean healthy. */
  public StatusRanges healthyStatuses() {
    return StatusRanges.of(statuses);
  }

  private static boolean isTarget(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= 0x20 || c >= 0x7f || c == '#') return false;
    }
    return text.startsWith("/");
  }
}
