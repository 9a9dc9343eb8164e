package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.BalancerFactory.BalancerTemplate;
import dev.penstock.engine.spi.HealthCheck;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.tls.TlsClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An upstream as one snapshot has it: rules, balancer and the view of its endpoints that workers
 * read.
 *
 * <p>Thread-safe. The view is replaced by the control loop only. Made by {@link Upstreams#prepare},
 * closed when the last exchange of its snapshot is over; what is known of the endpoints outlives
 * it.
 */
public final class Upstream implements AutoCloseable {
  private static final AtomicLong VERSIONS = new AtomicLong();

  private final String name;
  private final UpstreamRules rules;
  private final RetryPolicy retry;
  private volatile UpstreamParts parts;
  private final @Nullable StickyCookie sticky;
  private final NanoClock clock;
  private final OutlierDetector outliers;
  private final Runnable onClose;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final List<Runnable> membershipListeners = new CopyOnWriteArrayList<>();
  final UpstreamState state;
  private volatile EndpointsView view;
  private volatile long capacity;

  Upstream(
      String name,
      UpstreamRules rules,
      UpstreamParts parts,
      UpstreamState state,
      ControlLoop loop,
      byte[] stickyKey,
      Runnable onClose) {
    this.name = name;
    this.rules = rules;
    this.retry = new RetryPolicy(rules.retry());
    this.parts = parts;
    this.state = state;
    this.clock = loop.clock();
    this.onClose = onClose;
    StickyRules stickyRules = rules.sticky();
    this.sticky = stickyRules == null ? null : new StickyCookie(stickyRules, name, stickyKey);
    this.outliers = new OutlierDetector(this, loop);
    this.view = look(members(new HashMap<>()), VERSIONS.incrementAndGet());
    parts.balancer().onEndpoints(view);
    this.capacity = capacityOf(view);
  }

  public String name() {
    return name;
  }

  public UpstreamRules rules() {
    return rules;
  }

  /** How its endpoints are spoken to; null for plain connections. */
  public @Nullable TlsClient tls() {
    return parts.tls();
  }

  public RetryPolicy retry() {
    return retry;
  }

  /** The endpoints at this moment; read it once per decision. */
  public EndpointsView view() {
    return view;
  }

  /** What the admin API and metrics show. */
  public HealthView health() {
    return HealthView.of(this, clock.nanoTime());
  }

  /** Requests under way over all workers, waiting ones not counted. */
  public int inFlight() {
    return (int) state.counters.sum(UpstreamLane.ADMITTED);
  }

  /** Requests that wait for their turn, over all workers. */
  public int waiting() {
    int waiting = 0;
    for (int i = 0; i < state.counters.workers(); i++) waiting += state.lane(i).waiting();
    return waiting;
  }

  /**
   * The result of an active check, already smoothed by rise and fall. From any thread that the
   * control loop's commands happen before: usually the loop itself.
   */
  public void reportHealth(UpstreamEndpoint endpoint, boolean healthy) {
    reportHealth(endpoint, healthy, "");
  }

  /**
   * As {@link #reportHealth(UpstreamEndpoint, boolean)}.
   *
   * @param reason for people; may be empty
   */
  public void reportHealth(UpstreamEndpoint endpoint, boolean healthy, String reason) {
    EndpointState of = endpoint.state;
    if (healthy && of.isEjected) outliers.release(of);
    if (of.isHealthy == healthy) return;
    if (healthy) of.servingSinceNs = clock.nanoTime();
    of.isHealthy = healthy;
    state.tell(
        of,
        healthy ? EndpointEvent.State.HEALTHY : EndpointEvent.State.UNHEALTHY,
        reason,
        clock.wallMillis());
    state.refresh();
  }

  /**
   * A single active check has passed: an endpoint that was ejected is taken back (U16). On the
   * control loop.
   */
  public void reportCheckPassed(UpstreamEndpoint endpoint) {
    if (endpoint.state.isEjected) outliers.release(endpoint.state);
  }

  /** Calls {@code listener} on the control loop whenever endpoints have come or gone. */
  public Runnable onMembership(Runnable listener) {
    membershipListeners.add(listener);
    return () -> membershipListeners.remove(listener);
  }

  /** No exchange uses this any more. Idempotent. */
  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) onClose.run();
  }

  /** Asks the endpoints in place of the gateway; null where it asks itself, or nobody does. */
  public @Nullable HealthCheck healthCheck() {
    return parts.healthCheck();
  }

  /**
   * On the control loop, when it is closed: a connection in a pool may remember it for long, and
   * must not keep a plugin's classes in memory.
   */
  void forget() {
    parts = parts.withoutExtensions();
  }

  UpstreamParts parts() {
    return parts;
  }

  BalancerTemplate balancer() {
    return parts.balancer();
  }

  /** Those of the configuration, and what was found last. */
  List<EndpointRules> endpointRules() {
    Object from = rules.discovery().from();
    List<EndpointRules> found = from == null ? null : state.found.get(from);
    if (found == null || found.isEmpty()) return rules.endpoints();
    List<EndpointRules> all = new ArrayList<>(rules.endpoints());
    all.addAll(found);
    return all;
  }

  @Nullable StickyCookie sticky() {
    return sticky;
  }

  OutlierDetector outliers() {
    return outliers;
  }

  long capacity() {
    return capacity;
  }

  /** Why nothing could be chosen just now. */
  ProxyError.Kind whyNone() {
    EndpointsView now = view;
    boolean anyResolved = false;
    int perEndpoint = rules.limits().maxRequestsPerEndpoint();
    for (int i = 0; i < now.size(); i++) {
      UpstreamEndpoint endpoint = now.get(i);
      anyResolved |= !endpoint.addresses().isEmpty();
      boolean wouldServe = endpoint.weight() > 0 && (now.isAvailable(i) || now.isPanic());
      if (wouldServe && perEndpoint > 0 && endpoint.inFlight() >= perEndpoint) {
        return ProxyError.Kind.CIRCUIT_OPEN;
      }
    }
    return anyResolved || now.size() == 0
        ? ProxyError.Kind.NO_ENDPOINT
        : ProxyError.Kind.DNS_FAILED;
  }

  /** On the control loop: looks again at members and their health and publishes what it sees. */
  void refresh() {
    EndpointsView old = view;
    Map<String, UpstreamEndpoint> known = new HashMap<>();
    for (int i = 0; i < old.size(); i++) known.put(old.get(i).name(), old.get(i));
    UpstreamEndpoint[] members = members(known);
    boolean same = members.length == old.size();
    for (int i = 0; same && i < members.length; i++) same = members[i] == old.get(i);
    EndpointsView next = look(members, same ? old.version() : VERSIONS.incrementAndGet());
    if (!same) parts.balancer().onEndpoints(next);
    view = next;
    capacity = capacityOf(next);
    for (int i = 0; i < state.counters.workers(); i++) state.lane(i).capacity(capacity);
    if (!same) membershipListeners.forEach(Runnable::run);
  }

  private EndpointsView look(UpstreamEndpoint[] members, long version) {
    return EndpointsView.of(version, members, rules.panicThreshold());
  }

  private UpstreamEndpoint[] members(Map<String, UpstreamEndpoint> known) {
    List<UpstreamEndpoint> members = new ArrayList<>();
    for (EndpointRules endpoint : endpointRules()) {
      HostPort at = endpoint.hostPort();
      InetAddress literal = at.literal();
      List<InetSocketAddress> addresses =
          literal == null
              ? state.resolved.getOrDefault(at, List.of())
              : List.of(new InetSocketAddress(literal, at.port()));
      if (rules.discovery().expand() && literal == null) {
        for (InetSocketAddress each : addresses) {
          String label = literal(each);
          members.add(member(known, endpoint, label, at, List.of(each)));
        }
      } else {
        members.add(member(known, endpoint, endpoint.label(), at, addresses));
      }
    }
    return members.toArray(UpstreamEndpoint[]::new);
  }

  private UpstreamEndpoint member(
      Map<String, UpstreamEndpoint> known,
      EndpointRules endpoint,
      String label,
      HostPort at,
      List<InetSocketAddress> addresses) {
    EndpointState of = state.endpoint(label, clock.nanoTime());
    UpstreamEndpoint same = known.get(label);
    if (same == null || same.state != of || !same.isAs(endpoint, at)) {
      same = new UpstreamEndpoint(of, endpoint, at, rules.slowStart().toNanos(), clock);
    }
    same.addresses(addresses);
    return same;
  }

  /**
   * How many requests may be under way: no more than the endpoints that serve may take together.
   */
  private long capacityOf(EndpointsView of) {
    LimitRules limits = rules.limits();
    long all = limits.maxRequests() == 0 ? Long.MAX_VALUE : limits.maxRequests();
    if (limits.maxRequestsPerEndpoint() == 0 || of.serving() == 0) return all;
    return Math.min(all, (long) limits.maxRequestsPerEndpoint() * of.serving());
  }

  private static String literal(InetSocketAddress address) {
    return new HostPort(address.getAddress().getHostAddress(), address.getPort()).authority();
  }

  @Override
  public String toString() {
    return name;
  }
}
