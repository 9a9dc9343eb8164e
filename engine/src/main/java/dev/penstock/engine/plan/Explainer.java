package dev.penstock.engine.plan;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.Conditions.Miss;
import dev.penstock.engine.plan.Explanation.Loser;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks every route on its own why it does not take a request. Slow and plain; the table answers who
 * does.
 */
final class Explainer {
  private Explainer() {}

  static <R> Explanation explain(
      RouteTable<R> table,
      List<RouteEntry<R>> entries,
      RequestHead head,
      RouteFacts facts,
      int limit) {
    MatchResult<R> result = new MatchResult<>();
    RouteTable.Outcome outcome = table.match(head, facts, result);
    RouteEntry<R> winner = result.best();
    Map<Integer, List<RouteEntry<R>>> routes =
        entries.stream()
            .collect(
                Collectors.groupingBy(RouteEntry::document, TreeMap::new, Collectors.toList()));
    List<Loser> losers = new ArrayList<>();
    int omitted = 0;
    for (List<RouteEntry<R>> ways : routes.values()) {
      if (winner != null && ways.getFirst().document() == winner.document()) continue;
      String reason = reachedReason(ways, winner, head, facts);
      if (reason != null) {
        losers.add(new Loser(ways.getFirst().id(), reason));
      } else if (routes.size() <= limit) {
        losers.add(new Loser(ways.getFirst().id(), unreachedReason(ways, head)));
      } else {
        omitted++;
      }
    }
    List<String> allow =
        outcome == RouteTable.Outcome.METHOD_NOT_ALLOWED ? table.allowed(head, facts) : List.of();
    if (winner == null) return new Explanation(outcome, null, "", Map.of(), allow, losers, omitted);
    return new Explanation(
        outcome, winner.id(), because(winner, head), result.parameters(), allow, losers, omitted);
  }

  /** Why a route lost of which host and path match; null when they do not. */
  private static <R> @Nullable String reachedReason(
      List<RouteEntry<R>> ways,
      @Nullable RouteEntry<R> winner,
      RequestHead head,
      RouteFacts facts) {
    String host = host(head);
    for (RouteEntry<R> way : ways) {
      if (!way.host().matches(host) || !way.path().matches(head.path())) continue;
      Miss miss = way.conditions().check(head, facts, new Slice());
      if (miss != Miss.NONE) return way.conditions().reason(miss, head, facts);
      if (winner != null) return way.whyBehind(winner);
    }
    return null;
  }

  private static <R> String unreachedReason(List<RouteEntry<R>> ways, RequestHead head) {
    String host = host(head);
    List<RouteEntry<R>> ofHost = ways.stream().filter(way -> way.host().matches(host)).toList();
    if (ofHost.isEmpty()) {
      return "host \"%s\" is not %s"
          .formatted(
              host, either(ways.stream().map(w -> '"' + w.host().toString() + '"').toList()));
    }
    return "path \"%s\" does not match %s"
        .formatted(head.path(), either(ofHost.stream().map(w -> w.path().quoted()).toList()));
  }

  private static String either(Collection<String> texts) {
    return texts.stream().distinct().collect(Collectors.joining(" or "));
  }

  private static <R> String because(RouteEntry<R> winner, RequestHead head) {
    StringBuilder text = new StringBuilder();
    if (winner.host().kind() != HostPattern.Kind.ANY) {
      text.append("host \"")
          .append(host(head))
          .append("\" matches \"")
          .append(winner.host())
          .append("\", ");
    }
    if (winner.path().tail() == PathPattern.Tail.ANY) text.append("it takes any path");
    else
      text.append("path \"")
          .append(head.path())
          .append("\" matches ")
          .append(winner.path().quoted());
    int conditions = winner.conditions().count();
    if (conditions == 1) text.append(", and its other condition holds");
    if (conditions > 1)
      text.append(", and its ").append(conditions).append(" other conditions hold");
    if (winner.priority() != 0) text.append("; priority ").append(winner.priority());
    return text.toString();
  }

  private static String host(RequestHead head) {
    Slice authority = head.authority();
    return authority.substring(0, HostIndex.hostLength(authority)).toLowerCase(Locale.ROOT);
  }
}
