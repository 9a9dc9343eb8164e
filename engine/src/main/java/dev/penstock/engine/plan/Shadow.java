package dev.penstock.engine.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A route, or one of its paths, that never takes a request, since another one in front of it takes
 * them all.
 *
 * @param route id of the route
 * @param by id of the route in front of it
 * @param sentence for the operator, with the remedy
 */
public record Shadow(String route, String by, String sentence) {

  /**
   * Only sure cases are told: each way into a route is compared with single others, not with
   * several together.
   */
  static <R> List<Shadow> find(List<RouteEntry<R>> entries, HostIndex<R> hosts) {
    Map<Integer, List<RouteEntry<R>>> dead = new LinkedHashMap<>();
    Map<Integer, Integer> ways = new LinkedHashMap<>();
    Map<RouteEntry<R>, RouteEntry<R>> inFront = new LinkedHashMap<>();
    for (RouteEntry<R> entry : entries) {
      ways.merge(entry.document(), 1, Integer::sum);
      RouteEntry<R> other = inFrontOf(entry, hosts);
      if (other == null) continue;
      inFront.put(entry, other);
      dead.computeIfAbsent(entry.document(), _ -> new ArrayList<>()).add(entry);
    }
    List<Shadow> found = new ArrayList<>();
    for (Map.Entry<Integer, List<RouteEntry<R>>> route : dead.entrySet()) {
      boolean isWhole = ways.getOrDefault(route.getKey(), 0) == route.getValue().size();
      for (RouteEntry<R> entry :
          isWhole ? List.of(route.getValue().getFirst()) : route.getValue()) {
        RouteEntry<R> other = inFront.get(entry);
        if (other != null)
          found.add(new Shadow(entry.id(), other.id(), sentence(entry, other, isWhole)));
      }
    }
    return found;
  }

  private static <R> @Nullable RouteEntry<R> inFrontOf(RouteEntry<R> entry, HostIndex<R> hosts) {
    for (RouteEntry<R> other : hosts.covering(entry)) {
      // A route that covers its own narrower path is not a mistake worth a warning.
      if (other.document() == entry.document() || other.rank() >= entry.rank()) continue;
      if (other.covers(entry)) return other;
    }
    return null;
  }

  private static <R> String sentence(RouteEntry<R> entry, RouteEntry<R> other, boolean isWhole) {
    String what =
        isWhole
            ? "route \"%s\"".formatted(entry.id())
            : "%s of route \"%s\"".formatted(entry.path().quoted(), entry.id());
    String why =
        entry.priority() != other.priority()
            ? "which has priority %d".formatted(other.priority())
            : "which has the same host, path and conditions and stands earlier";
    return "%s never takes a request: all it matches goes to \"%s\", %s; remove it, narrow the other, or give it a higher priority"
        .formatted(what, other.id(), why);
  }
}
