package dev.penstock.engine.proxy;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h2.Breach;
import dev.penstock.engine.observe.AccessLogWriter;
import dev.penstock.engine.observe.EndpointMetrics;
import dev.penstock.engine.observe.ExchangeRecord;
import dev.penstock.engine.observe.LoopPulse;
import dev.penstock.engine.observe.TerminationCode;
import dev.penstock.engine.observe.TerminationCode.State;
import dev.penstock.engine.observe.UpstreamMetrics;
import dev.penstock.engine.observe.WorkerMetrics;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import dev.penstock.engine.upstream.UpstreamWorker;
import dev.penstock.engine.wire.WorkerThread;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what happens on one worker into log entries and counts. Worker-confined. */
public final class WorkerObserver implements Observer {
  /** Of exchanges that found no route. */
  private static final String NO_ROUTE = "-";

  private static final int MAX_KNOWN = 10_000;

  private final WorkerThread worker;
  private final WorkerMetrics metrics;
  private final AccessLogWriter log;
  private final LoopPulse pulse;
  private final Map<UpstreamEndpoint, EndpointMetrics> endpoints = new IdentityHashMap<>();
  private final Map<UpstreamWorker, UpstreamMetrics> upstreams = new IdentityHashMap<>();

  public WorkerObserver(
      WorkerThread worker, WorkerMetrics metrics, AccessLogWriter log, LoopPulse pulse) {
    this.worker = worker;
    this.metrics = metrics;
    this.log = log;
    this.pulse = pulse;
  }

  public WorkerMetrics metrics() {
    return metrics;
  }

  @Override
  public void onOver(LiveExchange exchange) {
    long nowNs = worker.clock().nanoTime();
    UpstreamWorker upstream = exchange.upstream;
    if (upstream != null && exchange.attempts > 0) count(upstream).request();
    if (exchange.isSubrequest) return;
    ExchangeRecord record = exchange.record;
    fill(record, exchange, nowNs);
    log.log(record, nowNs);
    ProxyError error = exchange.error;
    if (error != null) metrics.error(error.kind());
    metrics.exchangeEnded(
        exchange.route == null
            ? metrics.route(NO_ROUTE)
            : ExchangeDriver.plan(exchange).metrics(exchange.route),
        record);
  }

  private static void fill(ExchangeRecord record, LiveExchange exchange, long nowNs) {
    HeaderMap headers = exchange.request.headers();
    record.id = exchange.number;
    record.connectionId = exchange.connectionNumber;
    record.startMillis = exchange.startMillis;
    record.totalNs = nowNs - exchange.startNs;
    Attempt attempt = exchange.attempt;
    if (attempt.connectedNs != 0) record.connectNs = attempt.connectedNs - attempt.beganNs;
    if (attempt.headNs != 0) record.headNs = attempt.headNs - attempt.connectedNs;
    record.requestBytes = exchange.requestRelay.received();
    record.responseBytes = exchange.responseRelay.sent();
    record.upstreamRequestBytes = exchange.requestRelay.sent();
    record.upstreamResponseBytes = attempt.upstreamBytes;
    Tunnel tunnel = exchange.tunnel;
    if (tunnel != null) {
      record.requestBytes = tunnel.fromClient();
      record.responseBytes = tunnel.toClient();
    }
    record.method = exchange.request.method();
    point(record.target, exchange.request.target());
    point(record.host, exchange.request.authority());
    int at = headers.find(HeaderName.X_REQUEST_ID);
    if (at >= 0) headers.value(at, record.requestId);
    at = headers.find(HeaderName.USER_AGENT);
    if (at >= 0) headers.value(at, record.userAgent);
    at = headers.find(HeaderName.REFERER);
    if (at >= 0) headers.value(at, record.referer);
    record.version = exchange.request.version();
    record.status = exchange.isHeadSent ? exchange.response.status() : 0;
    record.listener = exchange.listener;
    TlsFacts tls = exchange.tls;
    if (tls != null) {
      record.tlsVersion = tls.version();
      record.tlsCipher = tls.cipher();
      record.serverName = tls.serverName();
    }
    record.route = exchange.route == null ? null : exchange.route.id();
    record.user = exchange.identity == null ? null : exchange.identity.subject();
    record.upstream = exchange.upstream();
    record.endpoint = exchange.endpoint == null ? null : exchange.endpoint.name();
    record.attempts = exchange.attempts;
    record.clientAddress = exchange.clientAddressBytes();
    record.clientPort = exchange.peer.getPort();
    record.termination = termination(exchange);
    record.errorDetail = exchange.error == null ? null : exchange.error.detail();
    record.requestHeaders = headers;
    record.responseHeaders = exchange.hasResponse ? exchange.response.headers() : null;
    record.vars = exchange.varsOrNone();
  }

  private static void point(
      dev.penstock.engine.bytes.Slice into, dev.penstock.engine.bytes.Slice at) {
    into.point(at.array(), at.offset(), at.length());
  }

  private static TerminationCode termination(LiveExchange exchange) {
    TerminationCode known = exchange.termination;
    if (known != null) return known;
    ProxyError error = exchange.error;
    if (error != null) return TerminationCode.of(error.kind(), state(exchange));
    return exchange.isLocal ? TerminationCode.LOCAL : TerminationCode.NORMAL;
  }

  private static State state(LiveExchange exchange) {
    Attempt attempt = exchange.attempt;
    if (exchange.tunnel != null) return State.TUNNEL;
    if (exchange.isHeadSent && !exchange.isLocal)
      return exchange.responseRelay.isDone() ? State.LAST : State.DATA;
    if (attempt.headNs != 0 || attempt.connectedNs != 0) return State.HEAD;
    if (exchange.attempts > 0) return State.CONNECT;
    return exchange.queuedNs != 0 ? State.QUEUE : State.REQUEST;
  }

  @Override
  public void onAttemptEnded(
      LiveExchange exchange, UpstreamEndpoint endpoint, @Nullable ProxyError error) {
    UpstreamWorker upstream = exchange.upstream;
    if (upstream == null) return;
    EndpointMetrics counts = counts(upstream, endpoint);
    Attempt attempt = exchange.attempt;
    if (error != null) {
      counts.attemptFailed(error.kind());
      return;
    }
    int status = attempt.status();
    if (status == 0) {
      counts.attemptCancelled();
      return;
    }
    counts.attemptAnswered(status);
    counts.headTime(attempt.headNs - attempt.connectedNs);
    if (attempt.wasReused()) counts.reused();
  }

  @Override
  public void onAttemptBegan(UpstreamWorker upstream, UpstreamEndpoint endpoint) {
    counts(upstream, endpoint).attemptBegan();
  }

  @Override
  public void onRetryRefused(UpstreamWorker upstream) {
    count(upstream).retryRefused();
  }

  @Override
  public void onEnqueued(UpstreamWorker upstream) {
    count(upstream).enqueued();
  }

  @Override
  public void onDequeued(UpstreamWorker upstream, long waitedNs, boolean timedOut) {
    count(upstream).dequeued(waitedNs, timedOut);
  }

  @Override
  public void onRejected(UpstreamWorker upstream) {
    count(upstream).rejected();
  }

  @Override
  public EndpointMetrics counts(UpstreamWorker upstream, UpstreamEndpoint endpoint) {
    EndpointMetrics counts = endpoints.get(endpoint);
    if (counts == null) {
      if (endpoints.size() >= MAX_KNOWN) endpoints.clear();
      counts = metrics.endpoint(upstream.upstream().name(), endpoint.name());
      endpoints.put(endpoint, counts);
    }
    return counts;
  }

  private UpstreamMetrics count(UpstreamWorker upstream) {
    UpstreamMetrics counts = upstreams.get(upstream);
    if (counts == null) {
      if (upstreams.size() >= MAX_KNOWN) upstreams.clear();
      counts = metrics.upstream(upstream.upstream().name());
      upstreams.put(upstream, counts);
    }
    return counts;
  }

  /** What belongs to plans that are gone need not be remembered. */
  public void forget() {
    endpoints.clear();
    upstreams.clear();
  }

  @Override
  public void onRetry(LiveExchange exchange) {
    UpstreamWorker upstream = exchange.upstream;
    if (upstream != null) count(upstream).retry();
  }

  @Override
  public void onViolation(String listener, Violation violation, boolean tolerated) {
    if (tolerated) metrics.tolerated(violation);
    else metrics.violation(violation);
  }

  @Override
  public void onBreach(Breach breach) {
    metrics.breach(breach);
  }

  @Override
  public boolean isOverloaded() {
    if (!pulse.isLagging()) return false;
    metrics.shed();
    return true;
  }
}
