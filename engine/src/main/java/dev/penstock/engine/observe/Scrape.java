package dev.penstock.engine.observe;

import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h2.Breach;
import dev.penstock.engine.spi.ProxyError;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One look at the numbers of all workers, written family by family. */
@SuppressWarnings("EnumOrdinal") // arrays of counts are indexed by it, within one process
final class Scrape {
  private final Metrics metrics;
  private final MetricFamilies out;
  private final long nowNs;

  Scrape(Metrics metrics, MetricFamilies out, long nowNs) {
    this.metrics = metrics;
    this.out = out;
    this.nowNs = nowNs;
  }

  void write() {
    routes();
    exchanges();
    listeners();
    upstreams();
    endpoints();
    filters();
    workers();
    overflow();
  }

  private void routes() {
    var rows = sums(metrics.routes, RouteMetrics.CELLS, RouteMetrics::addTo);
    out.counter("penstock_requests", "Exchanges that have ended, by route and status.");
    for (var row : rows) {
      for (int i = 0; i < StatusTable.SLOTS; i++) {
        long n = row.cells[i];
        if (n != 0) out.value(n, "route", row.key, "code", StatusTable.label(i));
      }
    }
    counter(
        "penstock_request_body_bytes",
        "Body bytes from clients.",
        rows,
        RouteMetrics.REQUEST_BYTES,
        "route");
    counter(
        "penstock_response_body_bytes",
        "Body bytes to clients.",
        rows,
        RouteMetrics.RESPONSE_BYTES,
        "route");
    out.histogram(
        "penstock_request_duration_seconds",
        "From the first byte of the request to the last of the response.");
    for (var row : rows) histogram(row.byWorker, RouteMetrics::durations, "route", row.key);
  }

  private void exchanges() {
    out.counter("penstock_exchanges_ended", "Exchanges by who ended them and in which state.");
    String[] codes = TerminationCode.codesByNumber();
    totals(codes.length, WorkerMetrics::addTerminationsTo, i -> codes[i], "termination");
    out.counter("penstock_errors", "Errors that ended an exchange or an attempt.");
    ProxyError.Kind[] kinds = ProxyError.Kind.values();
    totals(kinds.length, WorkerMetrics::addErrorsTo, i -> Metrics.label(kinds[i]), "kind");
    Violation[] violations = Violation.values();
    out.counter("penstock_violations", "Messages refused for a breach of the protocol.");
    totals(
        violations.length,
        WorkerMetrics::addViolationsTo,
        i -> Metrics.label(violations[i]),
        "violation");
    Breach[] breaches = Breach.values();
    out.counter("penstock_http2_breaches", "Streams and connections ended for a breach of HTTP/2.");
    totals(
        breaches.length, WorkerMetrics::addBreachesTo, i -> Metrics.label(breaches[i]), "breach");
    out.counter(
        "penstock_violations_tolerated", "Breaches of the protocol that a listener let pass.");
    totals(
        violations.length,
        WorkerMetrics::addToleratedTo,
        i -> Metrics.label(violations[i]),
        "violation");
  }

  private void listeners() {
    var rows = sums(metrics.listeners, ListenerMetrics.CELLS, ListenerMetrics::addTo);
    counter(
        "penstock_connections_accepted",
        "Connections of clients.",
        rows,
        ListenerMetrics.ACCEPTED,
        "listener");
    gauge(
        "penstock_connections_open",
        "Connections of clients that are open.",
        rows,
        ListenerMetrics.OPEN,
        "listener");
    out.counter("penstock_connections_refused", "Connections of clients that were turned away.");
    for (var row : rows) {
      for (ListenerMetrics.Refusal why : ListenerMetrics.Refusal.values()) {
        long n = row.cells[ListenerMetrics.REFUSED + why.ordinal()];
        if (n != 0) out.value(n, "listener", row.key, "reason", Metrics.label(why));
      }
    }
  }

  private void upstreams() {
    var rows = sums(metrics.upstreams, UpstreamMetrics.CELLS, UpstreamMetrics::addTo);
    String label = "upstream";
    counter(
        "penstock_upstream_requests",
        "Exchanges sent to an upstream.",
        rows,
        UpstreamMetrics.REQUESTS,
        label);
    counter(
        "penstock_upstream_retries",
        "Attempts after the first.",
        rows,
        UpstreamMetrics.RETRIES,
        label);
    counter(
        "penstock_upstream_retries_refused",
        "Attempts that the retry budget did not allow.",
        rows,
        UpstreamMetrics.RETRIES_REFUSED,
        label);
    counter(
        "penstock_upstream_rejected",
        "Exchanges turned away by a limit.",
        rows,
        UpstreamMetrics.REJECTED,
        label);
    counter(
        "penstock_upstream_queue_timeouts",
        "Exchanges that waited too long for a place.",
        rows,
        UpstreamMetrics.QUEUE_TIMEOUTS,
        label);
    gauge(
        "penstock_upstream_queued",
        "Exchanges that wait for a place.",
        rows,
        UpstreamMetrics.QUEUED,
        label);
    out.histogram("penstock_upstream_queue_seconds", "Time spent waiting for a place.");
    for (var row : rows) histogram(row.byWorker, UpstreamMetrics::queueTimes, label, row.key);
  }

  private void endpoints() {
    var rows = sums(metrics.endpoints, EndpointMetrics.CELLS, EndpointMetrics::addTo);
    out.counter(
        "penstock_endpoint_attempts", "Attempts by their outcome: a class of status or an error.");
    for (var row : rows) {
      for (int i = 0; i < EndpointMetrics.OUTCOMES; i++) {
        if (row.cells[i] != 0)
          endpoint(row.key, row.cells[i], "outcome", EndpointMetrics.outcome(i));
      }
    }
    out.counter(
        "penstock_endpoint_connections",
        "Connections for attempts: a new one, or one from the pool.");
    for (var row : rows) {
      endpoint(row.key, row.cells[EndpointMetrics.OPENED], "kind", "new");
      endpoint(row.key, row.cells[EndpointMetrics.REUSED], "kind", "reused");
    }
    out.gauge("penstock_endpoint_connections_open", "Connections to an endpoint.");
    for (var row : rows) endpoint(row.key, row.cells[EndpointMetrics.OPEN]);
    out.gauge(
        "penstock_endpoint_connections_idle", "Connections to an endpoint that wait in a pool.");
    for (var row : rows) endpoint(row.key, row.cells[EndpointMetrics.IDLE]);
    out.gauge("penstock_endpoint_requests_in_flight", "Attempts under way.");
    for (var row : rows) endpoint(row.key, row.cells[EndpointMetrics.IN_FLIGHT]);
    out.histogram("penstock_endpoint_connect_seconds", "Time to connect, TLS included.");
    for (var row : rows) endpointTimes(row, EndpointMetrics::connectTimes);
    out.histogram(
        "penstock_endpoint_response_head_seconds",
        "From sending a request to the head of its response.");
    for (var row : rows) endpointTimes(row, EndpointMetrics::headTimes);
  }

  private void endpoint(Metrics.EndpointKey key, long value, String... more) {
    String[] labels = new String[4 + more.length];
    labels[0] = "upstream";
    labels[1] = key.upstream();
    labels[2] = "endpoint";
    labels[3] = key.endpoint();
    System.arraycopy(more, 0, labels, 4, more.length);
    out.value(value, labels);
  }

  private void endpointTimes(
      Row<Metrics.EndpointKey, EndpointMetrics> row,
      Function<EndpointMetrics, @Nullable Histogram> which) {
    histogram(row.byWorker, which, "upstream", row.key.upstream(), "endpoint", row.key.endpoint());
  }

  private void filters() {
    var rows = sums(metrics.filters, FilterMetrics.CELLS, FilterMetrics::addTo);
    counter(
        "penstock_filter_calls",
        "Calls of a filter, script or plugin.",
        rows,
        FilterMetrics.CALLS,
        "filter");
    counter("penstock_filter_errors", "Calls that failed.", rows, FilterMetrics.ERRORS, "filter");
    out.counter("penstock_filter_seconds", "Time spent in calls.");
    for (var row : rows) out.value(row.cells[FilterMetrics.NANOS] / 1e9, "filter", row.key);
  }

  private void workers() {
    out.histogram("penstock_worker_turn_seconds", "Length of the turns of a worker's loop.");
    for (WorkerMetrics worker : metrics.workers()) {
      histogram(List.of(worker), WorkerMetrics::turns, "worker", Integer.toString(worker.index()));
    }
    out.gauge("penstock_worker_timers", "Timers that are set.");
    for (WorkerMetrics worker : metrics.workers()) {
      out.value(worker.loop(WorkerMetrics.TIMERS), "worker", Integer.toString(worker.index()));
    }
    out.gauge(
        "penstock_worker_buffered_bytes", "Buffers lent to connections whose peers are slow.");
    for (WorkerMetrics worker : metrics.workers()) {
      out.value(worker.loop(WorkerMetrics.BUFFERED), "worker", Integer.toString(worker.index()));
    }
    out.gauge("penstock_worker_exchanges", "Exchanges under way, tunnels included.");
    for (WorkerMetrics worker : metrics.workers()) {
      out.value(worker.loop(WorkerMetrics.LIVE), "worker", Integer.toString(worker.index()));
    }
    out.counter("penstock_worker_shed", "Requests turned away because the worker lags.");
    for (WorkerMetrics worker : metrics.workers()) {
      out.value(worker.loop(WorkerMetrics.SHED), "worker", Integer.toString(worker.index()));
    }
    out.counter(
        "penstock_worker_evicted", "Connections of slow peers reset because memory ran short.");
    for (WorkerMetrics worker : metrics.workers()) {
      out.value(worker.loop(WorkerMetrics.EVICTED), "worker", Integer.toString(worker.index()));
    }
  }

  private void overflow() {
    out.counter(
        "penstock_metrics_overflows", "Names that had to share a row because there are too many.");
    out.value(metrics.routes.overflows(), "of", "routes");
    out.value(metrics.upstreams.overflows(), "of", "upstreams");
    out.value(metrics.endpoints.overflows(), "of", "endpoints");
    out.value(metrics.listeners.overflows(), "of", "listeners");
    out.value(metrics.filters.overflows(), "of", "filters");
  }

  /** A name, its counts added up over the workers, and its objects for what else they hold. */
  private static final class Row<K, T> {
    final K key;
    final long[] cells;
    final List<T> byWorker;

    Row(K key, long[] cells, List<T> byWorker) {
      this.key = key;
      this.cells = cells;
      this.byWorker = byWorker;
    }
  }

  private <K, T> List<Row<K, T>> sums(
      MetricRows<K, T> rows, int cells, BiConsumer<T, long[]> adder) {
    return rows.snapshot(nowNs).stream()
        .map((Map.Entry<K, List<T>> entry) -> {
          long[] sums = new long[cells];
          for (T each : entry.getValue()) adder.accept(each, sums);
          return new Row<>(entry.getKey(), sums, entry.getValue());
        })
        .toList();
  }

  private <T> void counter(
      String name, String help, List<Row<String, T>> rows, int cell, String label) {
    out.counter(name, help);
    for (Row<String, T> row : rows) out.value(row.cells[cell], label, row.key);
  }

  private <T> void gauge(
      String name, String help, List<Row<String, T>> rows, int cell, String label) {
    out.gauge(name, help);
    for (Row<String, T> row : rows) out.value(row.cells[cell], label, row.key);
  }

  private void totals(
      int cells,
      BiConsumer<WorkerMetrics, long[]> adder,
      java.util.function.IntFunction<String> text,
      String label) {
    long[] sums = new long[cells];
    for (WorkerMetrics worker : metrics.workers()) adder.accept(worker, sums);
    for (int i = 0; i < cells; i++) {
      if (sums[i] != 0) out.value(sums[i], label, text.apply(i));
    }
  }

  private <T> void histogram(
      List<T> parts, Function<T, @Nullable Histogram> which, String... labels) {
    long[] buckets = new long[Histogram.BUCKETS];
    long sumNs = 0;
    boolean any = false;
    for (T part : parts) {
      Histogram histogram = which.apply(part);
      if (histogram == null) continue;
      any = true;
      sumNs += histogram.addTo(buckets);
    }
    if (any) out.buckets(buckets, sumNs, labels);
  }
}
