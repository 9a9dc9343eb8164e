package dev.penstock.engine.wire;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.upstream.Upstream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A whole gateway on ports that the system chose, without admin and access log unless the
 * configuration has them.
 */
public final class TestGateway implements AutoCloseable {
  private final Gateway gateway;

  private TestGateway(Gateway gateway) {
    this.gateway = gateway;
  }

  /**
   * Starts a gateway.
   *
   * @param yaml the configuration; {@code listeners}, {@code access-log} and {@code workers} are
   *     added when they are not there
   */
  public static TestGateway start(String yaml, Extension... extensions) {
    return new TestGateway(Gateway.start(complete(yaml), Path.of("."), List.of(extensions)));
  }

  private static String complete(String yaml) {
    StringBuilder text = new StringBuilder(yaml.stripIndent()).append('\n');
    if (!hasKey(yaml, "listeners")) text.append("listeners: { web: { bind: \"127.0.0.1:0\" } }\n");
    if (!hasKey(yaml, "access-log")) text.append("access-log: { to: off }\n");
    if (!hasKey(yaml, "workers")) text.append("workers: 1\n");
    return text.toString();
  }

  private static boolean hasKey(String yaml, String key) {
    return Pattern.compile("^" + key + ":", Pattern.MULTILINE).matcher(yaml).find();
  }

  /** One listener, {@code web}, one upstream, {@code up}, and a route for everything. */
  public static TestGateway to(ScriptedUpstream upstream, Extension... extensions) {
    return start(
        """
        upstreams: { up: { endpoints: [ "%s" ] } }
        routes: { all: { upstream: up } }
        """
            .formatted(upstream.address()),
        extensions);
  }

  public Gateway gateway() {
    return gateway;
  }

  public InetSocketAddress address() {
    return gateway.address("web");
  }

  public RawClient connect() {
    return RawClient.connect(address());
  }

  /** Puts another configuration in force. */
  public void reload(String yaml) {
    String problems = gateway.reload(complete(yaml), Path.of("."));
    if (!problems.isEmpty()) throw new AssertionError(problems);
  }

  /** An upstream of the configuration in force. */
  public Upstream upstream(String name) {
    ControlPlane.Active active = gateway.control().active();
    Upstream found = active == null ? null : active.snapshot().upstreams().get(name);
    if (found == null) throw new AssertionError("there is no upstream " + name);
    return found;
  }

  /** Waits until nothing is under way: no exchange, nothing at the upstreams, nothing in line. */
  public void awaitIdle(String... upstreams) {
    for (String name : upstreams) {
      Upstream upstream = upstream(name);
      await(
          () -> upstream.inFlight() == 0 && upstream.waiting() == 0,
          () -> upstream.inFlight() + " in flight, " + upstream.waiting() + " waiting");
    }
    awaitMetric("penstock_worker_exchanges", 0);
  }

  /** The metrics as they would be scraped. */
  public String metrics() {
    return new String(gateway.metrics().scrape(false, System.nanoTime()), StandardCharsets.UTF_8);
  }

  /** The sum of a metric's rows whose labels hold all of {@code labels}, such as {@code x="y"}. */
  public double metric(String name, String... labels) {
    double sum = 0;
    Matcher row =
        Pattern.compile("^" + Pattern.quote(name) + "(\\{[^\n]*})? ([^ \n]+)", Pattern.MULTILINE)
            .matcher(metrics());
    rows:
    while (row.find()) {
      String has = row.group(1) == null ? "" : row.group(1);
      for (String label : labels) {
        if (!has.contains(label)) continue rows;
      }
      sum += Double.parseDouble(row.group(2));
    }
    return sum;
  }

  public void awaitMetric(String name, double value, String... labels) {
    await(
        () -> metric(name, labels) == value,
        () -> name.toLowerCase(Locale.ROOT) + " = " + metric(name, labels) + ", not " + value);
  }

  /** Waits for what other threads do, and says what it saw when that did not come. */
  public static void await(BooleanSupplier condition, Supplier<?> seen) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0)
        throw new AssertionError("not within 10 s; saw: " + seen.get());
      LockSupport.parkNanos(200_000);
    }
  }

  @Override
  public void close() {
    gateway.close(0, 1000);
  }
}
