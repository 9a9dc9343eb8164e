package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.time.NanoClock;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One server as one snapshot's rules treat it. Thread-safe; what is known of the server outlives
 * the snapshot.
 */
public final class UpstreamEndpoint implements Endpoint {
  /** Share of its weight that an endpoint gets at the beginning of a slow start (U15). */
  private static final double SLOW_START_FLOOR = 0.1;

  final EndpointState state;
  private final int weight;
  private final boolean isBackup;
  private final HostPort where;
  private final String authority;
  private final long slowStartNs;
  private final NanoClock clock;
  private volatile List<InetSocketAddress> addresses = List.of();

  UpstreamEndpoint(
      EndpointState state, EndpointRules rules, HostPort where, long slowStartNs, NanoClock clock) {
    this.state = state;
    this.weight = rules.weight();
    this.isBackup = rules.backup();
    this.where = where;
    this.authority = where.authority();
    this.slowStartNs = slowStartNs;
    this.clock = clock;
  }

  /** Whether these rules would make the same of it. */
  boolean isAs(EndpointRules rules, HostPort where) {
    return weight == rules.weight() && isBackup == rules.backup() && this.where.equals(where);
  }

  @Override
  public String name() {
    return state.name;
  }

  @Override
  public int weight() {
    return weight;
  }

  @Override
  public double effectiveWeight() {
    if (slowStartNs == 0 || weight == 0) return weight;
    double ramp = (double) (clock.nanoTime() - state.servingSinceNs) / slowStartNs;
    return ramp >= 1 ? weight : weight * Math.max(SLOW_START_FLOOR, ramp);
  }

  @Override
  public int inFlight() {
    return state.inFlight();
  }

  @Override
  public long latencyNs() {
    return state.latencyNs();
  }

  /** As active checks see it; ejection is another matter. */
  @Override
  public boolean isHealthy() {
    return state.isHealthy;
  }

  /** Left out for a while because of its answers to requests. */
  public boolean isEjected() {
    return state.isEjected;
  }

  @Override
  public boolean isBackup() {
    return isBackup;
  }

  /**
   * Where to connect, best first: families take turns (RFC 8305 §4). Empty while its name is not
   * resolved.
   */
  public List<InetSocketAddress> addresses() {
    return addresses;
  }

  /** On the control loop. */
  void addresses(List<InetSocketAddress> now) {
    addresses = now;
  }

  /**
   * Whether {@code remote} is still one of {@link #addresses}: a kept connection elsewhere should
   * not be reused.
   */
  public boolean isAt(InetSocketAddress remote) {
    List<InetSocketAddress> now = addresses;
    for (int i = 0; i < now.size(); i++) {
      if (now.get(i).equals(remote)) return true;
    }
    return false;
  }

  /** Host and port as the configuration has them: the name that TLS verifies. */
  public HostPort where() {
    return where;
  }

  /** {@link #where} as it stands in {@code Host}. */
  public String authority() {
    return authority;
  }

  /** Equal for the same server of the same upstream in all snapshots: the key of pools. */
  public Object key() {
    return state;
  }

  /** Connections to it over all workers. */
  public int connections() {
    return (int) state.counters.sum(EndpointState.CONNECTIONS);
  }

  /** Attempts that have ended, over all workers. */
  public long requests() {
    return state.counters.sum(EndpointState.REQUESTS);
  }

  /** Attempts that ended badly, over all workers. */
  public long failures() {
    return state.counters.sum(EndpointState.FAILURES);
  }

  /** Attempts that found no connection, over all workers; also among {@link #failures}. */
  public long connectFailures() {
    return state.counters.sum(EndpointState.CONNECT_FAILURES);
  }

  @Override
  public String toString() {
    return state.name;
  }
}
