package dev.penstock.engine.plan;

/**
 * One way into a route: one of its hosts with one of its paths.
 *
 * @param document place of the route in the configuration
 */
record RouteEntry<R>(
    String id,
    R payload,
    int priority,
    int document,
    HostPattern host,
    PathPattern path,
    Conditions conditions,
    int rank) {

  RouteEntry<R> ranked(int newRank) {
    return new RouteEntry<>(id, payload, priority, document, host, path, conditions, newRank);
  }

  /** Negative when this one wins where both match; the order that {@link RouteMatch} documents. */
  int comparePrecedence(RouteEntry<R> other) {
    int byPriority = Integer.compare(other.priority, priority);
    if (byPriority != 0) return byPriority;
    int byHost = host.compareSpecificity(other.host);
    if (byHost != 0) return byHost;
    int byPath = path.compareSpecificity(other.path);
    if (byPath != 0) return byPath;
    int byConditions = Integer.compare(other.conditions.count(), conditions.count());
    return byConditions != 0 ? byConditions : Integer.compare(document, other.document);
  }

  /** In words, why {@code winner} goes first where both match. */
  String whyBehind(RouteEntry<R> winner) {
    if (priority != winner.priority) {
      return "it matches too, but its priority %d is below %d of \"%s\""
          .formatted(priority, winner.priority, winner.id);
    }
    if (host.compareSpecificity(winner.host) != 0) {
      return "it matches too, but host \"%s\" is less specific than \"%s\" of \"%s\""
          .formatted(host, winner.host, winner.id);
    }
    if (path.compareSpecificity(winner.path) != 0) {
      return "it matches too, but %s is less specific than %s of \"%s\""
          .formatted(path.quoted(), winner.path.quoted(), winner.id);
    }
    if (conditions.count() != winner.conditions.count()) {
      return "it matches too, but has fewer conditions than \"%s\" (%d, %d)"
          .formatted(winner.id, conditions.count(), winner.conditions.count());
    }
    return "it matches too, but stands behind \"%s\" in the configuration".formatted(winner.id);
  }

  /** Whether this one takes every request that {@code other} would take. */
  boolean covers(RouteEntry<R> other) {
    return host.covers(other.host)
        && path.covers(other.path)
        && conditions.covers(other.conditions);
  }
}
