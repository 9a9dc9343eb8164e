package dev.penstock.engine.plan;

import dev.penstock.engine.upstream.Upstream;
import java.util.List;
import java.util.Map;

/**
 * All that the engine should do, compiled and numbered. Immutable; made by the control plane,
 * shared by all workers.
 *
 * @param version grows with each change
 * @param routes in the order of the configuration
 * @param table finds a route
 * @param canonical the one form of a path
 * @param upstreams by name
 * @param listeners by name
 * @param forwarding fields that we add
 */
public record Snapshot(
    long version,
    List<Route> routes,
    RouteTable<Route> table,
    CanonicalPath canonical,
    Map<String, Upstream> upstreams,
    Map<String, ListenerPolicy> listeners,
    ForwardingRules forwarding) {

  public Snapshot {
    routes = List.copyOf(routes);
    upstreams = Map.copyOf(upstreams);
    listeners = Map.copyOf(listeners);
  }
}
