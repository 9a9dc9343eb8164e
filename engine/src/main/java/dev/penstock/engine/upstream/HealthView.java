package dev.penstock.engine.upstream;

import java.util.ArrayList;
import java.util.List;

/**
 * The state of an upstream for people and metrics; a moment's.
 *
 * @param panic too few endpoints can be used, so health is ignored
 */
public record HealthView(String upstream, boolean panic, List<EndpointHealth> endpoints) {

  /**
   * One endpoint.
   *
   * @param addresses where it is, as text; empty while its name is not resolved
   * @param ejectedForNs until it is taken back, 0 when it is not ejected
   * @param latencyNs moving average, 0 before the first answer
   * @param history the last times it was taken out or back, oldest first
   */
  public record EndpointHealth(
      String name,
      List<String> addresses,
      int weight,
      double effectiveWeight,
      boolean backup,
      boolean healthy,
      boolean ejected,
      long ejectedForNs,
      int inFlight,
      int connections,
      long requests,
      long failures,
      long latencyNs,
      List<EndpointEvent> history) {}

  static HealthView of(Upstream upstream, long nowNs) {
    EndpointsView view = upstream.view();
    List<EndpointHealth> endpoints = new ArrayList<>(view.size());
    for (int i = 0; i < view.size(); i++) {
      UpstreamEndpoint endpoint = view.get(i);
      boolean ejected = endpoint.isEjected();
      endpoints.add(
          new EndpointHealth(
              endpoint.name(),
              endpoint.addresses().stream()
                  .map(a -> a.getAddress().getHostAddress() + ":" + a.getPort())
                  .toList(),
              endpoint.weight(),
              endpoint.effectiveWeight(),
              endpoint.isBackup(),
              endpoint.isHealthy(),
              ejected,
              ejected ? Math.max(0, endpoint.state.ejectedUntilNs - nowNs) : 0,
              endpoint.inFlight(),
              endpoint.connections(),
              endpoint.requests(),
              endpoint.failures(),
              endpoint.latencyNs(),
              endpoint.state.history()));
    }
    return new HealthView(upstream.name(), view.isPanic(), endpoints);
  }
}
