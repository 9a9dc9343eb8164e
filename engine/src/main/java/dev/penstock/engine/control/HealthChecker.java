package dev.penstock.engine.control;

import dev.penstock.engine.spi.HealthCheck;
import dev.penstock.engine.upstream.ControlLoop;
import dev.penstock.engine.upstream.EndpointsView;
import dev.penstock.engine.upstream.HealthCheckRules;
import dev.penstock.engine.upstream.Upstream;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Probes the endpoints of the serving snapshot, each by one probe at a time for the whole process
 * (U18). An endpoint that stays over a change of configuration is probed on without a break; one
 * that goes is not probed any more.
 *
 * <p>Everything but {@link #adopt} and {@link #close} is confined to the control loop.
 */
public final class HealthChecker implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(HealthChecker.class);

  private final ControlLoop loop;
  private final Prober prober;
  private final RandomGenerator random;
  private final Map<Key, Check> checks = new HashMap<>();
  private List<Upstream> current = List.of();
  private final List<Runnable> listeners = new ArrayList<>();

  /** By name: the object behind an endpoint is another one in each snapshot. */
  private record Key(String upstream, String endpoint) {}

  /**
   * Probes by sockets, on virtual threads.
   *
   * @param random seeded; spreads probes in time. Used on the control loop only
   */
  public HealthChecker(ControlLoop loop, RandomGenerator random) {
    this(loop, new SocketProber(loop.clock()), random);
  }

  HealthChecker(ControlLoop loop, Prober prober, RandomGenerator random) {
    this.loop = loop;
    this.prober = prober;
    this.random = random;
  }

  /** These upstreams serve from now on; others are left alone. From any thread. */
  public void adopt(Collection<Upstream> upstreams) {
    List<Upstream> next = List.copyOf(upstreams);
    loop.execute(() -> onAdopt(next));
  }

  @Override
  public void close() {
    adopt(List.of());
  }

  private void onAdopt(List<Upstream> next) {
    listeners.forEach(Runnable::run);
    listeners.clear();
    current = next;
    for (Upstream upstream : next) {
      if (upstream.rules().healthCheck() == null) believe(upstream);
      else listeners.add(upstream.onMembership(this::follow));
    }
    follow();
  }

  /** Nobody asks these endpoints any more, so nobody would find out that one has recovered. */
  private static void believe(Upstream upstream) {
    EndpointsView view = upstream.view();
    for (int i = 0; i < view.size(); i++) {
      if (!view.get(i).isHealthy()) upstream.reportHealth(view.get(i), true);
    }
  }

  /** Brings the checks in line with the endpoints there are. */
  private void follow() {
    Set<Key> wanted = new HashSet<>();
    for (Upstream upstream : current) {
      HealthCheckRules rules = upstream.rules().healthCheck();
      if (rules == null) continue;
      EndpointsView view = upstream.view();
      for (int i = 0; i < view.size(); i++) {
        UpstreamEndpoint endpoint = view.get(i);
        Key key = new Key(upstream.name(), endpoint.name());
        wanted.add(key);
        Check check = checks.get(key);
        if (check != null && check.rules.equals(rules)) {
          check.upstream = upstream;
          check.endpoint = endpoint;
          continue;
        }
        if (check != null) check.stop();
        check = new Check(upstream, endpoint, rules);
        checks.put(key, check);
        check.start();
      }
    }
    checks
        .entrySet()
        .removeIf(entry -> {
          if (wanted.contains(entry.getKey())) return false;
          entry.getValue().stop();
          return true;
        });
  }

  /** The probes of one endpoint and what they say so far. */
  private final class Check {
    private final HealthCheckRules rules;
    private final GuestProbe guest = new GuestProbe(loop);
    private Upstream upstream;
    private UpstreamEndpoint endpoint;
    private int passedInARow;
    private int failedInARow;
    private boolean isStopped;
    private @Nullable Runnable timer;

    Check(Upstream upstream, UpstreamEndpoint endpoint, HealthCheckRules rules) {
      this.upstream = upstream;
      this.endpoint = endpoint;
      this.rules = rules;
    }

    /** The first probes of many endpoints do not all start in one moment. */
    void start() {
      later(random.nextLong(rules.interval().toNanos() / 5));
    }

    void stop() {
      isStopped = true;
      if (timer != null) timer.run();
    }

    private void later(long delayNs) {
      timer = loop.schedule(delayNs, this::probe);
    }

    private void probe() {
      List<InetSocketAddress> addresses = addresses();
      if (addresses.isEmpty()) {
        // Not resolved yet: that is for discovery to tell.
        again();
        return;
      }
      HealthCheck by = upstream.healthCheck();
      if (by == null) {
        prober.probe(
            new Prober.Target(addresses, endpoint.where(), upstream.tls(), rules),
            result -> loop.execute(() -> onResult(result)));
      } else {
        guest.probe(
            by,
            new HealthCheck.Target(
                upstream.name(), endpoint.name(), addresses, endpoint.authority(), rules.timeout()),
            this::onResult);
      }
    }

    private List<InetSocketAddress> addresses() {
      Integer port = rules.port();
      if (port == null) return endpoint.addresses();
      return endpoint.addresses().stream()
          .map(a -> new InetSocketAddress(a.getAddress(), port))
          .toList();
    }

    private void onResult(Prober.Result result) {
      if (isStopped) return;
      if (result.passed()) onPassed();
      else onFailed(result.reason());
      again();
    }

    private void again() {
      long interval = rules.interval().toNanos();
      long tenth = interval / 10;
      later(interval - tenth + random.nextLong(2 * tenth + 1));
    }

    private void onPassed() {
      failedInARow = 0;
      if (passedInARow < rules.healthyAfter()) passedInARow++;
      upstream.reportCheckPassed(endpoint);
      if (endpoint.isHealthy() || passedInARow < rules.healthyAfter()) return;
      LOG.info("upstream {}: endpoint {} is healthy", upstream.name(), endpoint.name());
      upstream.reportHealth(endpoint, true);
    }

    private void onFailed(String reason) {
      passedInARow = 0;
      if (failedInARow < rules.unhealthyAfter()) failedInARow++;
      if (!endpoint.isHealthy() || failedInARow < rules.unhealthyAfter()) return;
      LOG.warn(
          "upstream {}: endpoint {} is unhealthy: {}", upstream.name(), endpoint.name(), reason);
      upstream.reportHealth(endpoint, false, reason);
    }
  }
}
