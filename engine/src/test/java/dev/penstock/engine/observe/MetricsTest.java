package dev.penstock.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.Violation;
import dev.penstock.engine.observe.ListenerMetrics.Refusal;
import dev.penstock.engine.spi.ProxyError.Kind;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
  private static final long MINUTE_NS = 60_000_000_000L;

  private final Metrics metrics = new Metrics(2);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aScrapeAddsUpTheWorkersInBothFormats(boolean isOpenMetrics) {
    for (int i = 0; i < 2; i++) {
      WorkerMetrics worker = metrics.worker(i);
      ExchangeRecord good = Records.good();
      good.totalNs = 60_000;
      worker.exchangeEnded(worker.route("users"), good);
      worker.exchangeEnded(worker.route("users"), Records.slowUpstream());
      worker.error(Kind.UPSTREAM_TIMEOUT);
      worker.violation(Violation.BARE_LF);
      worker.tolerated(Violation.BARE_LF);
      worker.turn(1_000_000);
      worker.timers(3 + i);
      worker.shed();
      ListenerMetrics listener = worker.listener("web");
      listener.accepted();
      listener.accepted();
      listener.closed();
      listener.refused(Refusal.TOO_MANY_OF_CLIENT);
      UpstreamMetrics upstream = worker.upstream("users");
      upstream.request();
      upstream.retry();
      upstream.retryRefused();
      upstream.rejected();
      upstream.enqueued();
      upstream.enqueued();
      upstream.dequeued(5_000_000, true);
      EndpointMetrics endpoint = worker.endpoint("users", "127.0.0.1:9001");
      endpoint.connected(300_000);
      endpoint.attemptBegan();
      endpoint.attemptBegan();
      endpoint.attemptBegan();
      endpoint.headTime(2_000_000);
      endpoint.attemptAnswered(200);
      endpoint.attemptFailed(Kind.CONNECT_REFUSED);
      endpoint.reused();
      endpoint.idle(4);
      FilterMetrics filter = worker.filter("jwt");
      filter.called(1_500_000_000);
      filter.failed();
    }
    metrics.applied(3, 1_700_000_000_000L);
    metrics.refused();
    metrics.add(out -> out.gauge("penstock_extra", "help \\ with\nall \"kinds\""));
    Exposition seen = Exposition.of(metrics.scrape(isOpenMetrics, 0), isOpenMetrics);

    assertThat(seen.value("penstock_requests_total", "route", "users", "code", "200")).isEqualTo(2);
    assertThat(seen.value("penstock_requests_total", "route", "users", "code", "504")).isEqualTo(2);
    assertThat(seen.value("penstock_response_body_bytes_total", "route", "users")).isEqualTo(4096);
    assertThat(seen.value("penstock_request_duration_seconds_count", "route", "users"))
        .isEqualTo(4);
    assertThat(
            seen.value(
                "penstock_request_duration_seconds_bucket", "route", "users", "le", "0.00005"))
        .isZero();
    assertThat(
            seen.value(
                "penstock_request_duration_seconds_bucket", "route", "users", "le", "0.0001"))
        .isEqualTo(2);
    assertThat(seen.value("penstock_request_duration_seconds_sum", "route", "users"))
        .isEqualTo(0.024811356);
    assertThat(seen.value("penstock_exchanges_ended_total", "termination", "--")).isEqualTo(2);
    assertThat(seen.value("penstock_exchanges_ended_total", "termination", "sH")).isEqualTo(2);
    assertThat(seen.value("penstock_errors_total", "kind", "upstream-timeout")).isEqualTo(2);
    assertThat(seen.value("penstock_violations_total", "violation", "bare-lf")).isEqualTo(2);
    assertThat(seen.value("penstock_violations_tolerated_total", "violation", "bare-lf"))
        .isEqualTo(2);
    assertThat(seen.value("penstock_connections_accepted_total", "listener", "web")).isEqualTo(4);
    assertThat(seen.value("penstock_connections_open", "listener", "web")).isEqualTo(2);
    assertThat(
            seen.value(
                "penstock_connections_refused_total",
                "listener",
                "web",
                "reason",
                "too-many-of-client"))
        .isEqualTo(2);
    assertThat(seen.value("penstock_upstream_requests_total", "upstream", "users")).isEqualTo(2);
    assertThat(seen.value("penstock_upstream_queued", "upstream", "users")).isEqualTo(2);
    assertThat(seen.value("penstock_upstream_queue_timeouts_total", "upstream", "users"))
        .isEqualTo(2);
    assertThat(seen.value("penstock_upstream_queue_seconds_count", "upstream", "users"))
        .isEqualTo(2);
    String[] endpoint = {"upstream", "users", "endpoint", "127.0.0.1:9001"};
    assertThat(seen.value("penstock_endpoint_requests_in_flight", endpoint)).isEqualTo(2);
    assertThat(seen.value("penstock_endpoint_connections_idle", endpoint)).isEqualTo(8);
    assertThat(seen.value("penstock_endpoint_connections_open", endpoint)).isEqualTo(2);
    assertThat(
            seen.value(
                "penstock_endpoint_attempts_total",
                "upstream",
                "users",
                "endpoint",
                "127.0.0.1:9001",
                "outcome",
                "connect-refused"))
        .isEqualTo(2);
    assertThat(seen.value("penstock_endpoint_response_head_seconds_sum", endpoint))
        .isEqualTo(0.004);
    assertThat(seen.value("penstock_filter_seconds_total", "filter", "jwt")).isEqualTo(3);
    assertThat(seen.value("penstock_filter_errors_total", "filter", "jwt")).isEqualTo(2);
    assertThat(seen.value("penstock_worker_timers", "worker", "1")).isEqualTo(4);
    assertThat(seen.value("penstock_worker_turn_seconds_count", "worker", "0")).isEqualTo(1);
    assertThat(seen.value("penstock_config_reloads_total", "result", "refused")).isEqualTo(1);
    assertThat(seen.value("penstock_config_version")).isEqualTo(3);
    assertThat(seen.value("penstock_config_applied_timestamp_seconds")).isEqualTo(1_700_000_000);
  }

  @Test
  void namesAreEscaped() {
    WorkerMetrics worker = metrics.worker(0);
    worker.exchangeEnded(worker.route("a\"b\\c\nd"), Records.good());
    Exposition seen = Exposition.of(metrics.scrape(false, 0), false);
    assertThat(seen.value("penstock_requests_total", "route", "a\"b\\c\nd", "code", "200"))
        .isEqualTo(1);
  }

  @Test
  void statusesNobodyKnowsShareTheirClass() { // O7
    WorkerMetrics worker = metrics.worker(0);
    ExchangeRecord record = Records.good();
    for (int status = 0; status < 600; status++) {
      record.status = status;
      worker.exchangeEnded(worker.route("r"), record);
    }
    Exposition seen = Exposition.of(metrics.scrape(false, 0), false);
    assertThat(
            seen.samples().keySet().stream().filter(k -> k.startsWith("penstock_requests_total")))
        .hasSize(StatusTable.SLOTS);
    assertThat(seen.value("penstock_requests_total", "route", "r", "code", "404")).isEqualTo(1);
    assertThat(seen.value("penstock_requests_total", "route", "r", "code", "4xx"))
        .isGreaterThan(60);
    assertThat(seen.value("penstock_requests_total", "route", "r", "code", "none")).isEqualTo(100);
  }

  @Test
  void theNumberOfNamesIsBounded() { // O7
    Metrics small = new Metrics(1, 3);
    WorkerMetrics worker = small.worker(0);
    for (int i = 0; i < 10; i++) worker.exchangeEnded(worker.route("r" + i), Records.good());
    Exposition seen = Exposition.of(small.scrape(false, 0), false);
    assertThat(seen.value("penstock_requests_total", "route", "r2", "code", "200")).isEqualTo(1);
    assertThat(seen.value("penstock_requests_total", "route", "r3", "code", "200")).isNull();
    assertThat(seen.value("penstock_requests_total", "route", "_other", "code", "200"))
        .isEqualTo(7);
    assertThat(seen.value("penstock_metrics_overflows_total", "of", "routes")).isEqualTo(7);
  }

  @Test
  void countsOutliveReloadsAndRemovedNamesAgeOut() {
    WorkerMetrics worker = metrics.worker(0);
    worker.exchangeEnded(worker.route("stays"), Records.good());
    worker.exchangeEnded(worker.route("goes"), Records.good());
    worker.endpoint("u", "a:1").reused();
    worker.endpoint("u", "b:1").reused();
    metrics.retain(Set.of("stays"), Set.of(), Set.of(), 0);
    metrics.retainEndpoints(Map.of("u", Set.of("a:1")), 0);
    worker.exchangeEnded(worker.route("stays"), Records.good());
    Exposition early = Exposition.of(metrics.scrape(false, 9 * MINUTE_NS), false);
    assertThat(early.value("penstock_requests_total", "route", "stays", "code", "200"))
        .isEqualTo(2);
    assertThat(early.value("penstock_requests_total", "route", "goes", "code", "200")).isEqualTo(1);
    Exposition late = Exposition.of(metrics.scrape(false, 11 * MINUTE_NS), false);
    assertThat(late.value("penstock_requests_total", "route", "stays", "code", "200")).isEqualTo(2);
    assertThat(late.value("penstock_requests_total", "route", "goes", "code", "200")).isNull();
    assertThat(late.value("penstock_endpoint_connections_idle", "upstream", "u", "endpoint", "a:1"))
        .isZero();
    assertThat(late.value("penstock_endpoint_connections_idle", "upstream", "u", "endpoint", "b:1"))
        .isNull();
  }

  @Test
  void aNameThatComesBackInTimeGoesOnCounting() {
    WorkerMetrics worker = metrics.worker(0);
    worker.exchangeEnded(worker.route("r"), Records.good());
    metrics.retain(Set.of(), Set.of(), Set.of(), 0);
    worker.exchangeEnded(worker.route("r"), Records.good());
    metrics.retain(Set.of("r"), Set.of(), Set.of(), MINUTE_NS);
    Exposition seen = Exposition.of(metrics.scrape(false, 60 * MINUTE_NS), false);
    assertThat(seen.value("penstock_requests_total", "route", "r", "code", "200")).isEqualTo(2);
  }

  @Test
  void scrapesWhileWorkersCountAreWholeAndNeverGoBack() throws Exception {
    int n = 200_000;
    CountDownLatch started = new CountDownLatch(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?>[] counting = new Future<?>[2];
      for (int i = 0; i < 2; i++) {
        WorkerMetrics worker = metrics.worker(i);
        RouteMetrics route = worker.route("r");
        counting[i] =
            threads.submit(() -> {
              ExchangeRecord record = Records.good();
              started.countDown();
              for (int k = 0; k < n; k++) {
                record.totalNs = k * 1000L;
                worker.exchangeEnded(route, record);
              }
            });
      }
      started.await();
      double last = 0;
      while (!counting[0].isDone() || !counting[1].isDone()) {
        Exposition seen =
            Exposition.of(metrics.scrape(true, 0), true); // checks buckets against the count
        Double now = seen.value("penstock_requests_total", "route", "r", "code", "200");
        if (now == null) continue;
        assertThat(now).isGreaterThanOrEqualTo(last);
        last = now;
      }
      for (Future<?> each : counting) each.get();
    } finally {
      threads.shutdownNow();
    }
    Exposition seen = Exposition.of(metrics.scrape(true, 0), true);
    assertThat(seen.value("penstock_requests_total", "route", "r", "code", "200")).isEqualTo(2 * n);
    assertThat(seen.value("penstock_request_duration_seconds_count", "route", "r"))
        .isEqualTo(2 * n);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.CsvSource({
    "0, 0.0",
    "1, 0.000000001",
    "50000, 0.00005",
    "1000000000, 1.0",
    "104857600000, 104.8576",
    "1500000000, 1.5"
  })
  void writesSecondsAsPlainDecimals(long ns, String text) {
    assertThat(PrometheusText.seconds(ns)).isEqualTo(text);
  }
}
