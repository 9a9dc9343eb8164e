package dev.penstock.engine.upstream;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What outlives the snapshots of an upstream of one name: its endpoints' states, what is under way,
 * resolved names.
 */
final class UpstreamState {
  final String name;
  final WorkerCounters counters;
  final ConcurrentMap<HostPort, List<InetSocketAddress>> resolved = new ConcurrentHashMap<>();

  /** What discoveries found last, by what the configuration says of each. */
  final ConcurrentMap<Object, List<EndpointRules>> found = new ConcurrentHashMap<>();

  final CopyOnWriteArrayList<Upstream> live = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<String, EndpointState> endpoints = new ConcurrentHashMap<>();
  private final UpstreamLane[] lanes;

  private final EndpointEvent.Listener listener;

  /**
   * @param listener is told when an endpoint is taken out or back
   */
  UpstreamState(String name, int workers, EndpointEvent.Listener listener) {
    this.listener = listener;
    this.name = name;
    this.counters = new WorkerCounters(workers);
    this.lanes = new UpstreamLane[workers];
    for (int i = 0; i < workers; i++) lanes[i] = new UpstreamLane(this, i);
  }

  /** On the control loop: an endpoint was taken out or back. */
  void tell(EndpointState endpoint, EndpointEvent.State became, String reason, long atMillis) {
    EndpointEvent event = new EndpointEvent(name, endpoint.name, became, reason, atMillis);
    endpoint.remember(event);
    listener.onEvent(event);
  }

  UpstreamLane lane(int worker) {
    return lanes[worker];
  }

  EndpointState endpoint(String endpoint, long nowNs) {
    return endpoints.computeIfAbsent(
        endpoint, n -> new EndpointState(n, counters.workers(), nowNs));
  }

  /** After one worker's request is over: the others may have somebody who waits for its place. */
  void wakeOthers(int worker) {
    for (int i = 0; i < lanes.length; i++) {
      if (i != worker && lanes[i].isAwaited()) lanes[i].wake();
    }
  }

  /** On the control loop: something about the endpoints changed that every snapshot has to know. */
  void refresh() {
    for (Upstream upstream : live) upstream.refresh();
    for (UpstreamLane lane : lanes) {
      if (lane.isAwaited()) lane.wake();
    }
  }

  /** Forgets endpoints and names that no snapshot has. On the control loop. */
  void prune() {
    Set<Object> used = new HashSet<>();
    for (Upstream upstream : live) {
      EndpointsView view = upstream.view();
      for (int i = 0; i < view.size(); i++) used.add(view.get(i).name());
      for (EndpointRules rules : upstream.endpointRules()) used.add(rules.hostPort());
      Object from = upstream.rules().discovery().from();
      if (from != null) used.add(from);
    }
    found.keySet().removeIf(key -> !used.contains(key));
    endpoints.keySet().removeIf(key -> !used.contains(key));
    resolved.keySet().removeIf(key -> !used.contains(key));
  }
}
