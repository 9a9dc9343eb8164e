package dev.penstock.engine.observe;

import dev.penstock.engine.spi.MetricsExporter;
import dev.penstock.engine.spi.ProxyError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All numbers of the process. Workers count in {@link WorkerMetrics} of their own; a scrape adds
 * them up, without making anybody wait. Thread-safe.
 */
public final class Metrics {
  private static final long RETENTION_NS = 600_000_000_000L;
  private static final String OTHERS = "_other";

  /** Which endpoint, of which upstream. */
  record EndpointKey(String upstream, String endpoint) {}

  final MetricRows<String, RouteMetrics> routes;
  final MetricRows<String, UpstreamMetrics> upstreams;
  final MetricRows<EndpointKey, EndpointMetrics> endpoints;
  final MetricRows<String, ListenerMetrics> listeners;
  final MetricRows<String, FilterMetrics> filters;

  private final ExchangeTap tap = new ExchangeTap();
  private final List<WorkerMetrics> workers;
  private final List<MetricSource> sources = new CopyOnWriteArrayList<>();
  private final AtomicLong reloads = new AtomicLong();
  private final AtomicLong reloadFailures = new AtomicLong();
  private volatile long configVersion;
  private volatile long configAppliedMillis;

  public Metrics(int workers) {
    this(workers, 10_000);
  }

  /**
   * As {@link #Metrics(int)}.
   *
   * @param mostRows how many routes, upstreams, endpoints, listeners and filters, of each, have
   *     counts of their own
   */
  public Metrics(int workers, int mostRows) {
    routes = new MetricRows<>(workers, mostRows, RETENTION_NS, OTHERS, RouteMetrics::new);
    upstreams = new MetricRows<>(workers, mostRows, RETENTION_NS, OTHERS, UpstreamMetrics::new);
    endpoints =
        new MetricRows<>(
            workers, mostRows, RETENTION_NS, new EndpointKey(OTHERS, OTHERS), EndpointMetrics::new);
    listeners = new MetricRows<>(workers, mostRows, RETENTION_NS, OTHERS, ListenerMetrics::new);
    filters = new MetricRows<>(workers, mostRows, RETENTION_NS, OTHERS, FilterMetrics::new);
    this.workers = IntStream.range(0, workers).mapToObj(i -> new WorkerMetrics(this, i)).toList();
  }

  public WorkerMetrics worker(int index) {
    return workers.get(index);
  }

  /** Where exchanges can be seen as they end. */
  public ExchangeTap tap() {
    return tap;
  }

  /** By route; {@code -} stands for exchanges that found none. */
  public Map<String, Traffic> traffic(long nowNs) {
    Map<String, Traffic> all = new LinkedHashMap<>();
    for (var row : routes.snapshot(nowNs)) all.put(row.getKey(), Traffic.of(row.getValue()));
    return all;
  }

  /** By upstream. */
  public Map<String, UpstreamTraffic> upstreamTraffic(long nowNs) {
    Map<String, UpstreamTraffic> all = new LinkedHashMap<>();
    for (var row : upstreams.snapshot(nowNs)) {
      long[] cells = new long[UpstreamMetrics.CELLS];
      for (UpstreamMetrics each : row.getValue()) each.addTo(cells);
      all.put(
          row.getKey(),
          new UpstreamTraffic(
              cells[UpstreamMetrics.REQUESTS],
              cells[UpstreamMetrics.RETRIES],
              cells[UpstreamMetrics.REJECTED]));
    }
    return all;
  }

  /** Open connections of clients, by listener. */
  public Map<String, Long> openConnections(long nowNs) {
    Map<String, Long> all = new LinkedHashMap<>();
    for (var row : listeners.snapshot(nowNs)) {
      long[] cells = new long[ListenerMetrics.CELLS];
      for (ListenerMetrics each : row.getValue()) each.addTo(cells);
      all.put(row.getKey(), cells[ListenerMetrics.OPEN]);
    }
    return all;
  }

  public int workerCount() {
    return workers.size();
  }

  List<WorkerMetrics> workers() {
    return workers;
  }

  /** Adds numbers to every scrape. */
  public void add(MetricSource source) {
    sources.add(source);
  }

  /** A configuration is in force. */
  public void applied(long version, long wallMillis) {
    reloads.incrementAndGet();
    configVersion = version;
    configAppliedMillis = wallMillis;
  }

  /** A configuration was refused; the one before stays. */
  public void refused() {
    reloadFailures.incrementAndGet();
  }

  /**
   * Says what there is after a change of the configuration. What is not named is shown for ten more
   * minutes and then forgotten, unless it comes back.
   */
  public void retain(
      Set<String> liveRoutes, Set<String> liveListeners, Set<String> liveFilters, long nowNs) {
    routes.retain(liveRoutes::contains, nowNs);
    listeners.retain(liveListeners::contains, nowNs);
    filters.retain(liveFilters::contains, nowNs);
  }

  /**
   * As {@link #retain}, for upstreams and the names of their endpoints; also when discovery finds
   * other endpoints.
   */
  public void retainEndpoints(Map<String, Set<String>> liveByUpstream, long nowNs) {
    upstreams.retain(liveByUpstream::containsKey, nowNs);
    endpoints.retain(
        key -> {
          Set<String> live = liveByUpstream.get(key.upstream());
          return live != null && live.contains(key.endpoint());
        },
        nowNs);
  }

  /**
   * All numbers as text.
   *
   * @param nowNs the monotonic clock
   */
  public byte[] scrape(boolean isOpenMetrics, long nowNs) {
    PrometheusText out = new PrometheusText(isOpenMetrics);
    write(out, nowNs);
    return out.finish();
  }

  /** All numbers, by family. */
  List<MetricsExporter.Family> families(long nowNs) {
    CollectedFamilies out = new CollectedFamilies();
    write(out, nowNs);
    return out.finish();
  }

  private void write(MetricFamilies out, long nowNs) {
    new Scrape(this, out, nowNs).write();
    out.counter("penstock_config_reloads", "Configurations applied or refused.");
    out.value(reloads.get(), "result", "applied");
    out.value(reloadFailures.get(), "result", "refused");
    out.gauge("penstock_config_version", "Number of the configuration in force.");
    out.value(configVersion);
    out.gauge(
        "penstock_config_applied_timestamp_seconds",
        "When the configuration in force was applied.");
    out.value(configAppliedMillis / 1000.0);
    for (MetricSource source : sources) source.writeTo(out);
  }

  static void add(long @Nullable [] cells, long[] sums) {
    if (cells == null) return;
    for (int i = 0; i < cells.length; i++) sums[i] += Cells.get(cells, i);
  }

  /** {@code CONNECT_REFUSED} as {@code connect-refused}. */
  static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static String label(ProxyError.Kind kind) {
    return label((Enum<?>) kind);
  }
}
