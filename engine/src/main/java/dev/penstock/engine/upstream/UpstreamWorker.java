package dev.penstock.engine.upstream;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.wire.WorkerThread;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One worker's side of an upstream in one snapshot: lets requests in, chooses endpoints, takes note
 * of what came of it.
 *
 * <pre>
 *   admit ─► ( choose ─► begin ─► end )* ─► leave
 *                  takeRetry before, retryDone after, each attempt but the first
 * </pre>
 *
 * <p>Worker-confined; takes no locks; {@link #choose} allocates nothing with balancers that do not.
 */
public final class UpstreamWorker {
  /**
   * What a failed attempt counts as in the moving average: an endpoint that fails fast must not
   * look quick.
   */
  private static final long FAILURE_LATENCY_NS = 1_000_000_000L;

  private final Upstream upstream;
  private final UpstreamState state;
  private final UpstreamLane lane;
  private final Balancer balancer;
  private final Candidates candidates;
  private final RandomGenerator random;
  private final int worker;
  private final int maxQueue;
  private final long queueTimeoutNs;
  private final int maxConnections;
  private final double retryShare;
  private final int minRetries;
  private final long responseHeadNs;
  private final long idleNs;
  private final long tunnelIdleNs;
  private final long expectContinueNs;
  private final @Nullable StickyCookie sticky;
  private final Slice scratch = new Slice();

  /**
   * Makes the worker's side, on its thread.
   *
   * @param random seeded; for back-off
   */
  public UpstreamWorker(Upstream upstream, FilterScope scope, RandomGenerator random) {
    WorkerThread thread = scope.worker();
    this.upstream = upstream;
    this.state = upstream.state;
    this.worker = thread.index();
    this.lane = state.lane(worker);
    this.random = random;
    lane.attach(thread);
    UpstreamRules rules = upstream.rules();
    this.candidates = new Candidates(rules.limits().maxRequestsPerEndpoint(), upstream.view());
    this.maxQueue = rules.limits().queue();
    this.queueTimeoutNs = rules.limits().queueTimeout().toNanos();
    this.maxConnections = rules.limits().maxConnections();
    this.retryShare = rules.retry().budget();
    this.minRetries = rules.retry().minBudget();
    this.responseHeadNs = rules.timeouts().responseHead().toNanos();
    this.idleNs = rules.timeouts().idle().toNanos();
    this.tunnelIdleNs = rules.timeouts().tunnelIdle().toNanos();
    this.expectContinueNs = rules.timeouts().expectContinue().toNanos();
    this.sticky = upstream.sticky();
    this.balancer = upstream.balancer().create(scope);
  }

  public Upstream upstream() {
    return upstream;
  }

  /**
   * Asks for a place for one exchange, for all its attempts.
   *
   * @param waiter told later when the answer is {@code QUEUED}; not used otherwise
   */
  public Admission admit(Waiter waiter, long nowNs) {
    return lane.admit(waiter, upstream.capacity(), maxQueue, nowNs + queueTimeoutNs);
  }

  /**
   * The exchange no longer wants in, for instance because its client went away. Nothing happens if
   * it does not wait.
   */
  public void cancel(Waiter waiter) {
    if (waiter.cancel()) lane.leave();
  }

  /** The exchange is over: once for each {@code ADMITTED} and each {@link Waiter#onAdmitted}. */
  public void leave() {
    lane.leave();
  }

  /**
   * Chooses the endpoint of the next attempt: one that was not tried before while there is such a
   * one (U6).
   *
   * @return null when none can be used; {@link #whyNone} says why
   */
  public @Nullable UpstreamEndpoint choose(Exchange exchange, TriedEndpoints tried, long nowNs) {
    EndpointsView view = upstream.view();
    UpstreamEndpoint chosen = chooseFrom(exchange, view, tried);
    if (chosen != null || tried.isEmpty()) return chosen;
    return chooseFrom(exchange, view, null);
  }

  /** Whether the next attempt can go to an endpoint that was not {@code tried}. */
  public boolean hasUntried(TriedEndpoints tried) {
    candidates.look(upstream.view(), tried);
    return candidates.anyUsable();
  }

  /** Why {@link #choose} found nothing just now. */
  public ProxyError.Kind whyNone() {
    return upstream.whyNone();
  }

  /** An attempt on {@code endpoint} begins. */
  public void begin(UpstreamEndpoint endpoint) {
    endpoint.state.counters.add(worker, EndpointState.IN_FLIGHT, 1);
  }

  /**
   * An attempt has ended; once for each {@link #begin}, whatever happened.
   *
   * @param latencyNs from begin to the response head, or to the failure
   */
  public void end(UpstreamEndpoint endpoint, Outcome outcome, long latencyNs, long nowNs) {
    EndpointState of = endpoint.state;
    of.counters.add(worker, EndpointState.IN_FLIGHT, -1);
    assert of.counters.get(worker, EndpointState.IN_FLIGHT) >= 0 : "ended more often than begun";
    boolean failed = outcome.isFailure();
    if (outcome != Outcome.LOCAL) {
      of.counters.add(worker, EndpointState.REQUESTS, 1);
      if (failed) of.counters.add(worker, EndpointState.FAILURES, 1);
      if (outcome == Outcome.CONNECT_FAILED) {
        of.counters.add(worker, EndpointState.CONNECT_FAILURES, 1);
      }
      of.observeLatency(
          worker, failed ? Math.max(latencyNs, FAILURE_LATENCY_NS) : latencyNs, nowNs);
    }
    upstream.outliers().onOutcome(of, outcome);
    balancer.onDone(endpoint, failed, latencyNs);
  }

  /** Whether another connection may be opened: the circuit's limit, over all workers. */
  public boolean mayConnect() {
    return maxConnections == 0 || state.counters.sum(UpstreamLane.CONNECTIONS) < maxConnections;
  }

  /** A connection is being opened; counts until {@link #connectionClosed}. */
  public void connectionOpened(UpstreamEndpoint endpoint) {
    state.counters.add(worker, UpstreamLane.CONNECTIONS, 1);
    endpoint.state.counters.add(worker, EndpointState.CONNECTIONS, 1);
  }

  /** A connection is gone, or was never made; once for each {@link #connectionOpened}. */
  public void connectionClosed(UpstreamEndpoint endpoint) {
    state.counters.add(worker, UpstreamLane.CONNECTIONS, -1);
    endpoint.state.counters.add(worker, EndpointState.CONNECTIONS, -1);
  }

  /**
   * Takes one retry out of the budget (U7): retries under way are at most a share of the requests
   * under way.
   *
   * @return false when the budget is spent; otherwise {@link #retryDone} later
   */
  public boolean takeRetry() {
    double allowed = Math.max(minRetries, retryShare * state.counters.sum(UpstreamLane.ADMITTED));
    if (state.counters.sum(UpstreamLane.RETRIES) + 1 > allowed) return false;
    state.counters.add(worker, UpstreamLane.RETRIES, 1);
    return true;
  }

  /** The attempt for which {@link #takeRetry} said yes is over, or was not made after all. */
  public void retryDone() {
    state.counters.add(worker, UpstreamLane.RETRIES, -1);
  }

  /**
   * How long the next attempt waits.
   *
   * @param retry 1 for the first retry
   */
  public long backoffNs(int retry) {
    return upstream.retry().backoffNs(retry, random);
  }

  /** How long to wait for a response head, in nanoseconds. */
  public long responseHeadNs() {
    return responseHeadNs;
  }

  /** How long a body may stand still, in nanoseconds. */
  public long idleNs() {
    return idleNs;
  }

  /** How long a tunnel may stand still, in nanoseconds. */
  public long tunnelIdleNs() {
    return tunnelIdleNs;
  }

  /** How long a client that expects 100 waits for a silent endpoint, in nanoseconds (E2). */
  public long expectContinueNs() {
    return expectContinueNs;
  }

  /** What {@code Host} becomes on the way to {@code endpoint}; null leaves the client's. */
  public @Nullable String hostFor(UpstreamEndpoint endpoint) {
    String host = upstream.rules().host();
    return switch (host) {
      case UpstreamRules.HOST_PRESERVE -> null;
      case UpstreamRules.HOST_ENDPOINT -> endpoint.authority();
      default -> host;
    };
  }

  /**
   * The {@code Set-Cookie} that belongs into a response of {@code endpoint}; null when none is
   * needed.
   */
  public @Nullable String setCookie(Exchange exchange, UpstreamEndpoint endpoint) {
    if (sticky == null) return null;
    EndpointsView view = upstream.view();
    int index = view.indexOf(endpoint);
    // A draining endpoint keeps the sessions it has and gets no new ones.
    if (index < 0 || endpoint.weight() == 0) return null;
    if (sticky.find(exchange.request(), view, scratch) == index) return null;
    return sticky.setCookie(view, index);
  }

  private @Nullable UpstreamEndpoint chooseFrom(
      Exchange exchange, EndpointsView view, @Nullable TriedEndpoints tried) {
    candidates.look(view, tried);
    if (sticky != null) {
      int index = sticky.find(exchange.request(), view, scratch);
      if (index >= 0 && candidates.keepsSession(index)) return view.get(index);
    }
    Endpoint chosen = balancer.choose(exchange, candidates);
    if (!(chosen instanceof UpstreamEndpoint endpoint)) return null;
    int index = view.indexOf(endpoint);
    return index >= 0 && candidates.isUsable(index) ? endpoint : null;
  }
}
