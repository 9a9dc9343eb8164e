package dev.penstock.engine.upstream;

import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Ejects endpoints whose answers to real requests are bad, and takes them back (U16).
 *
 * <p>Workers report outcomes, by atomic counters and, when a row of failures is complete, one
 * command; everything is decided on the control loop. State lives with the endpoints, so a new
 * snapshot goes on where the old one was.
 */
final class OutlierDetector {
  private static final Logger LOG = LogManager.getLogger(OutlierDetector.class);

  private final Upstream upstream;
  private final OutlierRules rules;
  private final ControlLoop loop;
  private boolean isRunning;

  OutlierDetector(Upstream upstream, ControlLoop loop) {
    this.upstream = upstream;
    this.rules = upstream.rules().outlier();
    this.loop = loop;
  }

  /** From any worker. */
  void onOutcome(EndpointState endpoint, Outcome outcome) {
    if (!rules.enabled() || outcome == Outcome.LOCAL) return;
    if (!outcome.isFailure()) {
      // Read first: in good times nobody writes, and the line stays in every worker's cache.
      if (endpoint.failuresInARow.get() != 0) endpoint.failuresInARow.set(0);
      if (endpoint.gatewayErrorsInARow.get() != 0) endpoint.gatewayErrorsInARow.set(0);
      return;
    }
    int failures = endpoint.failuresInARow.incrementAndGet();
    if (failures == rules.consecutiveFailures()) {
      loop.execute(() -> eject(endpoint, failures + " failures in a row"));
    }
    if (outcome == Outcome.STATUS_5XX) {
      endpoint.gatewayErrorsInARow.set(0);
      return;
    }
    int errors = endpoint.gatewayErrorsInARow.incrementAndGet();
    if (errors == rules.consecutiveGatewayErrors()) {
      loop.execute(() -> eject(endpoint, errors + " gateway errors in a row"));
    }
  }

  /** On the control loop: begins to compare success rates. */
  void start() {
    if (isRunning || !rules.enabled()) return;
    isRunning = true;
    next();
  }

  /** On the control loop. */
  void stop() {
    isRunning = false;
  }

  /** On the control loop: takes {@code endpoint} back at once. */
  void release(EndpointState endpoint) {
    if (!endpoint.isEjected) return;
    endpoint.isEjected = false;
    endpoint.servingSinceNs = loop.clock().nanoTime();
    forgetRow(endpoint);
    LOG.info("upstream {}: endpoint {} is taken back", upstream.name(), endpoint.name);
    tell(endpoint, EndpointEvent.State.RESTORED, "");
    upstream.state.refresh();
  }

  private void next() {
    loop.schedule(rules.interval().toNanos(), this::onInterval);
  }

  private void onInterval() {
    if (!isRunning) return;
    EndpointsView view = upstream.view();
    List<EndpointState> busy = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < view.size(); i++) {
      EndpointState endpoint = view.get(i).state;
      forgive(endpoint);
      long requests = endpoint.counters.sum(EndpointState.REQUESTS);
      long failures = endpoint.counters.sum(EndpointState.FAILURES);
      long newRequests = requests - endpoint.seenRequests;
      long newFailures = failures - endpoint.seenFailures;
      endpoint.seenRequests = requests;
      endpoint.seenFailures = failures;
      if (newRequests < rules.successRateRequests() || endpoint.isEjected) continue;
      busy.add(endpoint);
      rates.add(1 - (double) Math.min(newFailures, newRequests) / newRequests);
    }
    compare(busy, rates);
    next();
  }

  /** A whole interval without ejection makes up for one. */
  private void forgive(EndpointState endpoint) {
    if (endpoint.isEjected || endpoint.ejections == 0) return;
    long servingNs = loop.clock().nanoTime() - endpoint.servingSinceNs;
    if (servingNs >= rules.interval().toNanos()) endpoint.ejections--;
  }

  private void compare(List<EndpointState> busy, List<Double> rates) {
    if (rules.successRateDeviations() == 0 || busy.size() < rules.successRateEndpoints()) return;
    double mean = rates.stream().mapToDouble(r -> r).average().orElse(1);
    double variance = rates.stream().mapToDouble(r -> (r - mean) * (r - mean)).average().orElse(0);
    double floor = mean - rules.successRateDeviations() * Math.sqrt(variance);
    for (int i = 0; i < busy.size(); i++) {
      if (rates.get(i) >= floor) continue;
      eject(busy.get(i), "success rate %.3f below %.3f".formatted(rates.get(i), floor));
    }
  }

  private void eject(EndpointState endpoint, String why) {
    forgetRow(endpoint);
    if (endpoint.isEjected || !mayEject(endpoint)) return;
    endpoint.ejections++;
    long lastsNs =
        Math.min(
            rules.maxEjectFor().toNanos(), rules.ejectFor().toNanos() * (long) endpoint.ejections);
    long untilNs = loop.clock().nanoTime() + lastsNs;
    endpoint.ejectedUntilNs = untilNs;
    endpoint.isEjected = true;
    LOG.warn(
        "upstream {}: endpoint {} is ejected for {} ms: {}",
        upstream.name(),
        endpoint.name,
        lastsNs / 1_000_000,
        why);
    tell(endpoint, EndpointEvent.State.EJECTED, why);
    loop.schedule(
        lastsNs,
        () -> {
          // Released and ejected again meanwhile: another command waits for that end.
          if (endpoint.ejectedUntilNs == untilNs) release(endpoint);
        });
    upstream.state.refresh();
  }

  private void tell(EndpointState endpoint, EndpointEvent.State became, String reason) {
    upstream.state.tell(endpoint, became, reason, loop.clock().wallMillis());
  }

  private boolean mayEject(EndpointState endpoint) {
    EndpointsView view = upstream.view();
    int ejected = 0;
    int others = 0;
    boolean isMember = false;
    for (int i = 0; i < view.size(); i++) {
      EndpointState each = view.get(i).state;
      isMember |= each == endpoint;
      if (each.isEjected) ejected++;
      else if (each != endpoint && view.isAvailable(i) && view.get(i).weight() > 0) others++;
    }
    int allowed = Math.max(rules.minEjected(), (int) (view.size() * rules.maxEjected()));
    // Without the last one that serves there would be nothing but panic.
    return isMember && ejected < allowed && others > 0;
  }

  private static void forgetRow(EndpointState endpoint) {
    endpoint.failuresInARow.set(0);
    endpoint.gatewayErrorsInARow.set(0);
  }
}
