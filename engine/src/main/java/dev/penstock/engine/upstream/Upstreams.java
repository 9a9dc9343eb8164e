package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.BalancerFactory.BalancerTemplate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All upstreams of the process and what of them outlives a snapshot.
 *
 * <pre>
 *   prepare (compiling) ─► adopt (switching) ─► … next snapshot … ─► Upstream.close (drained)
 * </pre>
 */
public final class Upstreams {
  private static final Logger LOG = LogManager.getLogger(Upstreams.class);

  private final ControlLoop loop;
  private final NameResolver resolver;
  private final int workers;
  private final byte[] stickyKey;
  private final List<EndpointEvent.Listener> listeners = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<String, UpstreamState> states = new ConcurrentHashMap<>();
  private final ConcurrentMap<Upstream, Discovery> discoveries = new ConcurrentHashMap<>();

  // Confined to the control loop.
  private Set<Upstream> current = new HashSet<>();

  /**
   * An empty set.
   *
   * @param stickyKey at least 16 secret bytes for sticky cookies without a configured secret
   */
  public Upstreams(ControlLoop loop, NameResolver resolver, int workers, byte[] stickyKey) {
    if (stickyKey.length < 16)
      throw new IllegalArgumentException("a sticky key has 16 bytes or more");
    this.loop = loop;
    this.resolver = resolver;
    this.workers = workers;
    this.stickyKey = stickyKey.clone();
  }

  /** As {@link #prepare(String, UpstreamRules, UpstreamParts)}, of a balancer alone. */
  public Upstream prepare(String name, UpstreamRules rules, BalancerTemplate balancer) {
    return prepare(name, rules, UpstreamParts.of(balancer));
  }

  /**
   * Makes an upstream for a new snapshot beside the running one; health, ejections, counters and
   * resolved names of endpoints with the same name go on. From any thread.
   *
   * @param parts closed with the upstream
   */
  public Upstream prepare(String name, UpstreamRules rules, UpstreamParts parts) {
    Upstream upstream;
    try {
      upstream = make(name, rules, parts);
    } catch (RuntimeException | LinkageError e) {
      parts.balancer().close();
      closeAside(name, parts.discovery());
      closeAside(name, parts.healthCheck());
      throw e;
    }
    discoveries.put(upstream, new Discovery(upstream, resolver, loop));
    // What the control loop changed while we looked is seen by this second look.
    loop.execute(upstream::refresh);
    return upstream;
  }

  private Upstream make(String name, UpstreamRules rules, UpstreamParts parts) {
    Upstream[] made = new Upstream[1];
    states.compute(
        name,
        (n, old) -> {
          UpstreamState state = old == null ? new UpstreamState(n, workers, this::tell) : old;
          Upstream[] self = new Upstream[1];
          Upstream upstream =
              new Upstream(n, rules, parts, state, loop, stickyKey, () -> release(self[0]));
          self[0] = upstream;
          made[0] = upstream;
          state.live.add(upstream);
          return state;
        });
    return made[0];
  }

  /** Tells {@code listener} of endpoints that are taken out or back. */
  public void listen(EndpointEvent.Listener listener) {
    listeners.add(listener);
  }

  private void tell(EndpointEvent event) {
    listeners.forEach(each -> each.onEvent(event));
  }

  /**
   * Looks up the names of endpoints that were never resolved; completes when each has an answer or
   * has failed once. A new snapshot waits for it, for a while, so that its first request does not
   * find an empty upstream.
   */
  public CompletableFuture<Void> resolve(Collection<Upstream> upstreams) {
    List<CompletableFuture<Void>> all =
        upstreams.stream().map(u -> discoveryOf(u).resolveUnknown()).toList();
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
  }

  /** Looks after {@code upstream}, which belongs to no snapshot, until it is closed. */
  void start(Upstream upstream) {
    loop.execute(() -> {
      upstream.outliers().start();
      discoveryOf(upstream).start();
    });
  }

  /** These are the upstreams of the snapshot that serves from now on. From any thread. */
  public void adopt(Collection<Upstream> upstreams) {
    Set<Upstream> next = new HashSet<>(upstreams);
    loop.execute(() -> onAdopt(next));
  }

  private void onAdopt(Set<Upstream> next) {
    for (Upstream upstream : current) {
      if (next.contains(upstream)) continue;
      upstream.outliers().stop();
      discoveryOf(upstream).stop();
    }
    for (Upstream upstream : next) {
      upstream.outliers().start();
      discoveryOf(upstream).start();
    }
    current = next;
  }

  private void release(Upstream upstream) {
    loop.execute(() -> {
      upstream.outliers().stop();
      Discovery discovery = discoveries.remove(upstream);
      if (discovery != null) discovery.stop();
      current.remove(upstream);
      upstream.balancer().close();
      closeAside(upstream.name(), upstream.parts().discovery());
      closeAside(upstream.name(), upstream.parts().healthCheck());
      upstream.forget();
      states.computeIfPresent(
          upstream.name(),
          (n, state) -> {
            state.live.remove(upstream);
            state.prune();
            return state.live.isEmpty() ? null : state;
          });
    });
  }

  /** What may block is not closed on the control loop. */
  private static void closeAside(String upstream, @Nullable AutoCloseable part) {
    if (part == null) return;
    Thread.ofVirtual()
        .name("close-" + upstream)
        .start(() -> {
          try {
            part.close();
          } catch (Exception | LinkageError | AssertionError e) {
            LOG.warn("upstream {}: {} could not be closed", upstream, part, e);
          }
        });
  }

  private Discovery discoveryOf(Upstream upstream) {
    Discovery discovery = discoveries.get(upstream);
    if (discovery == null) throw new IllegalStateException(upstream + " is closed");
    return discovery;
  }
}
