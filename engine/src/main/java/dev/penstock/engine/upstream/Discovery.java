package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.EndpointDiscovery;
import dev.penstock.engine.upstream.NameResolver.Answer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the endpoints of an upstream up to date, those that are found and those that have host
 * names (U19). What is under way on an address that disappears is not touched; a failed look-up
 * changes nothing but the time of the next.
 *
 * <p>Confined to the control loop, except where said.
 */
final class Discovery {
  private static final Logger LOG = LogManager.getLogger(Discovery.class);
  private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

  private final Upstream upstream;
  private final NameResolver resolver;
  private final ControlLoop loop;
  private final DiscoveryRules rules;
  private final Set<HostPort> names = ConcurrentHashMap.newKeySet();
  private final @Nullable EndpointWatch watch;
  private final Map<HostPort, Runnable> timers = new HashMap<>();
  private final Set<HostPort> failing = new HashSet<>();
  private boolean isRunning;
  private boolean isStopped;

  Discovery(Upstream upstream, NameResolver resolver, ControlLoop loop) {
    this.upstream = upstream;
    this.resolver = resolver;
    this.loop = loop;
    this.rules = upstream.rules().discovery();
    EndpointDiscovery finder = upstream.parts().discovery();
    this.watch = finder == null ? null : new EndpointWatch(upstream, finder, this::found);
    names.addAll(namesNow());
  }

  private Set<HostPort> namesNow() {
    Set<HostPort> now = new HashSet<>();
    for (EndpointRules endpoint : upstream.endpointRules()) {
      if (endpoint.hostPort().literal() == null) now.add(endpoint.hostPort());
    }
    return now;
  }

  /**
   * From any thread: a first look at what nothing is known of. Endpoints that were found under the
   * configuration before are waited for no more.
   */
  CompletableFuture<Void> resolveUnknown() {
    CompletableFuture<Void> found = watch == null ? NOTHING : watch.start();
    Object from = rules.from();
    boolean isKnown = from == null || upstream.state.found.containsKey(from);
    return CompletableFuture.allOf(lookAtUnknown(), isKnown ? NOTHING : found);
  }

  private CompletableFuture<Void> lookAtUnknown() {
    CompletableFuture<?>[] all =
        names.stream()
            .filter(name -> !upstream.state.resolved.containsKey(name))
            .map(this::look)
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(all);
  }

  /** From any thread: these were found, all of them. */
  private CompletableFuture<Void> found(List<EndpointRules> all) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> {
      onFound(all);
      CompletableFuture<Void> _ =
          lookAtUnknown().whenComplete((looked, failure) -> done.complete(null));
    });
    return done;
  }

  private void onFound(List<EndpointRules> all) {
    Object from = rules.from();
    // Whoever was stopped knows less than who came after.
    if (isStopped || from == null) return;
    if (all.equals(upstream.state.found.put(from, all))) return;
    LOG.info(
        "upstream {}: endpoints found: {}",
        upstream.name(),
        all.stream().map(EndpointRules::label).toList());
    followNames();
    upstream.state.refresh();
    upstream.state.prune();
  }

  private void followNames() {
    Set<HostPort> now = namesNow();
    for (HostPort gone : Set.copyOf(names)) {
      if (now.contains(gone)) continue;
      names.remove(gone);
      failing.remove(gone);
      Runnable timer = timers.remove(gone);
      if (timer != null) timer.run();
    }
    for (HostPort name : now) {
      if (names.add(name) && upstream.state.resolved.containsKey(name)) again(name, Duration.ZERO);
    }
  }

  void start() {
    if (isRunning) return;
    isRunning = true;
    if (watch != null) {
      CompletableFuture<Void> _ = watch.start();
    }
    for (HostPort name : names) again(name, Duration.ZERO);
  }

  void stop() {
    isRunning = false;
    isStopped = true;
    if (watch != null) watch.stop();
    timers.values().forEach(Runnable::run);
    timers.clear();
  }

  private void again(HostPort name, Duration after) {
    if (!isRunning || !names.contains(name)) return;
    Runnable old = timers.put(name, loop.schedule(after.toNanos(), () -> onTimer(name)));
    if (old != null) old.run();
  }

  private void onTimer(HostPort name) {
    CompletableFuture<Void> _ = look(name);
  }

  /**
   * Completes on the control loop when an answer or a failure has been taken in; never
   * exceptionally.
   */
  private CompletableFuture<Void> look(HostPort name) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    CompletableFuture<Answer> _ =
        resolver
            .resolve(name.host(), rules.family())
            .whenComplete(
                (answer, failure) -> loop.execute(() -> take(name, answer, failure, done)));
    return done;
  }

  private void take(
      HostPort name,
      @Nullable Answer answer,
      @Nullable Throwable failure,
      CompletableFuture<Void> done) {
    again(name, onResult(name, answer, failure));
    done.complete(null);
  }

  private Duration onResult(HostPort name, @Nullable Answer answer, @Nullable Throwable failure) {
    if (answer == null) {
      if (failing.add(name)) {
        LOG.warn(
            "upstream {}: {} cannot be resolved, {}: {}",
            upstream.name(),
            name.host(),
            upstream.state.resolved.containsKey(name)
                ? "its last addresses stay"
                : "it is not used",
            String.valueOf(failure));
      }
      return rules.negativeTtl();
    }
    if (failing.remove(name)) LOG.info("upstream {}: {} resolves", upstream.name(), name.host());
    List<InetSocketAddress> addresses =
        answer.addresses().stream().map(a -> new InetSocketAddress(a, name.port())).toList();
    List<InetSocketAddress> old = upstream.state.resolved.put(name, addresses);
    if (!addresses.equals(old)) {
      LOG.info("upstream {}: {} is at {}", upstream.name(), name.host(), answer.addresses());
      upstream.state.refresh();
    }
    return rules.clamp(answer.ttl());
  }
}
