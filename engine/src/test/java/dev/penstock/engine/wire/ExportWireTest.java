package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.AccessLogExporter;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.FinishedExchange;
import dev.penstock.engine.spi.MetricsExporter;
import dev.penstock.engine.spi.Offer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Extensions that send exchanges and metrics elsewhere. */
final class ExportWireTest {
  private static final class Sending implements Extension {
    record Settings(String topic) {}

    final Queue<FinishedExchange> exchanges = new ConcurrentLinkedQueue<>();
    final Queue<List<MetricsExporter.Family>> metrics = new ConcurrentLinkedQueue<>();
    final AtomicInteger closed = new AtomicInteger();
    volatile AccessLogExporter how = exchanges::addAll;

    @Override
    public String name() {
      return "sending";
    }

    @Override
    public void register(Registry registry) {
      registry.offer(
          Offer.accessLogExporter("queue", Settings.class, (config, scope) -> new Exchanges()));
      registry.offer(
          Offer.metricsExporter("numbers", Settings.class, (config, scope) -> metrics::add));
    }

    private final class Exchanges implements AccessLogExporter {
      @Override
      public void export(List<FinishedExchange> batch) throws Exception {
        assertThat(Thread.currentThread().isVirtual()).isTrue();
        how.export(batch);
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    }
  }

  private static String yaml(ScriptedUpstream up, String export) {
    return """
    upstreams: { up: { endpoints: [ { address: "%s", name: one } ] } }
    routes: { all: { upstream: up } }
    access-log: { to: off, client-address: network }
    export: { %s }
    """
        .formatted(up.address(), export);
  }

  @Test
  void anExporterGetsEachExchangeWithoutItsSecrets() {
    Sending sending = new Sending();
    try (ScriptedUpstream up = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(yaml(up, "access-log: { queue: { topic: t } }"), sending);
        RawClient client = gateway.connect()) {
      client.get("/a?token=s3cret&b=1");
      client.get("/b");
      TestGateway.await(() -> sending.exchanges.size() == 2, sending.exchanges::size);
      FinishedExchange first = sending.exchanges.remove();
      assertThat(first.target()).isEqualTo("/a?token=***&b=1");
      assertThat(first.method()).isEqualTo("GET");
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.route()).isEqualTo("all");
      assertThat(first.upstream()).isEqualTo("up");
      assertThat(first.endpoint()).isEqualTo("one");
      assertThat(first.client()).isEqualTo("127.0.0.0");
      assertThat(first.termination()).isEqualTo("--");
      assertThat(first.responseBytes()).isEqualTo(2);
      assertThat(first.totalNs()).isPositive();
    }
  }

  @Test
  void whatWaitsAtTheEndIsStillSent() {
    Sending sending = new Sending();
    try (ScriptedUpstream up = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(yaml(up, "access-log: { queue: { topic: t } }"), sending);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 20; i++) client.get("/" + i);
      gateway.reload(yaml(up, ""));
      TestGateway.await(() -> sending.closed.get() == 1, sending.closed::get);
      assertThat(sending.exchanges).hasSize(20);
      client.get("/after");
    }
    assertThat(sending.exchanges).hasSize(20);
  }

  @Test
  void oneThatHangsCostsRecordsAndNoRequest() {
    Sending sending = new Sending();
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    sending.how =
        batch -> {
          calls.incrementAndGet();
          goOn.await();
          sending.exchanges.addAll(batch);
        };
    try (ScriptedUpstream up = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(yaml(up, "access-log: { queue: { topic: t } }, queue: 3"), sending);
        RawClient client = gateway.connect()) {
      client.get("/first");
      TestGateway.await(() -> calls.get() == 1, calls::get);
      for (int i = 0; i < 10; i++) assertThat(client.get("/" + i).status()).isEqualTo(200);
      gateway.awaitMetric(
          "penstock_extension_dropped_total", 7, "kind=\"access log exporter\"", "name=\"queue\"");
      goOn.countDown();
      TestGateway.await(() -> sending.exchanges.size() == 4, sending.exchanges::size);
    }
  }

  @Test
  void oneThatThrowsLosesItsBatchAndGetsTheNext() {
    Sending sending = new Sending();
    sending.how =
        batch -> {
          throw new IllegalStateException("no broker");
        };
    try (ScriptedUpstream up = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(yaml(up, "access-log: { queue: { topic: t } }"), sending);
        RawClient client = gateway.connect()) {
      client.get("/lost");
      gateway.awaitMetric("penstock_extension_errors_total", 1, "name=\"queue\"");
      sending.how = sending.exchanges::addAll;
      client.get("/kept");
      TestGateway.await(() -> sending.exchanges.size() == 1, sending.exchanges::size);
      assertThat(sending.exchanges.remove().target()).isEqualTo("/kept");
    }
  }

  @Test
  void metricsComeAtTheIntervalByFamily() {
    Sending sending = new Sending();
    try (ScriptedUpstream up = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(
                yaml(up, "metrics: { numbers: { topic: t } }, interval: 100ms"), sending);
        RawClient client = gateway.connect()) {
      client.get("/");
      TestGateway.await(
          () -> sending.metrics.stream().anyMatch(all -> requests(all) == 1),
          sending.metrics::size);
      List<MetricsExporter.Family> all = sending.metrics.stream().toList().getLast();
      MetricsExporter.Family durations = family(all, "penstock_request_duration_seconds");
      assertThat(durations.type()).isEqualTo(MetricsExporter.Type.HISTOGRAM);
      assertThat(durations.samples())
          .anySatisfy(sample -> {
            assertThat(sample.name()).isEqualTo("penstock_request_duration_seconds_bucket");
            assertThat(sample.labels()).containsEntry("le", "+Inf").containsEntry("route", "all");
            assertThat(sample.value()).isEqualTo(1);
          });
    }
  }

  private static double requests(List<MetricsExporter.Family> all) {
    return family(all, "penstock_requests").samples().stream()
        .mapToDouble(MetricsExporter.Sample::value)
        .sum();
  }

  private static MetricsExporter.Family family(List<MetricsExporter.Family> all, String name) {
    return all.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name));
  }
}
