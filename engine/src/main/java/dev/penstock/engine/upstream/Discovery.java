package dev.penstock.engine.upstream;

import dev.penstock.engine.upstream.NameResolver.Answer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the addresses of an upstream's host names up to date (U19). What is under way on an address
 * that disappears is not touched; a failed look-up changes nothing but the time of the next.
 *
 * <p>Confined to the control loop, except where said.
 */
final class Discovery {
  private static final Logger LOG = LogManager.getLogger(Discovery.class);

  private final Upstream upstream;
  private final NameResolver resolver;
  private final ControlLoop loop;
  private final DiscoveryRules rules;
  private final Set<HostPort> names = new HashSet<>();
  private final Map<HostPort, Runnable> timers = new HashMap<>();
  private final Set<HostPort> failing = new HashSet<>();
  private boolean isRunning;

  Discovery(Upstream upstream, NameResolver resolver, ControlLoop loop) {
    this.upstream = upstream;
    this.resolver = resolver;
    this.loop = loop;
    this.rules = upstream.rules().discovery();
    for (EndpointRules endpoint : upstream.rules().endpoints()) {
      if (endpoint.hostPort().literal() == null) names.add(endpoint.hostPort());
    }
  }

  /** From any thread: a first look at the names of which nothing is known. */
  CompletableFuture<Void> resolveUnknown() {
    CompletableFuture<?>[] all =
        names.stream()
            .filter(name -> !upstream.state.resolved.containsKey(name))
            .map(this::look)
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(all);
  }

  void start() {
    if (isRunning) return;
    isRunning = true;
    for (HostPort name : names) again(name, Duration.ZERO);
  }

  void stop() {
    isRunning = false;
    timers.values().forEach(Runnable::run);
    timers.clear();
  }

  private void again(HostPort name, Duration after) {
    if (!isRunning) return;
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
