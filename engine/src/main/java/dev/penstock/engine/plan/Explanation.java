package dev.penstock.engine.plan;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which route takes a request, and why the others do not: for {@code penstock routes} and the admin
 * API.
 *
 * @param winner id of the route; null when there is none
 * @param because the host and path of the winner that matched, in words; empty when there is none
 * @param parameters of the path, decoded
 * @param allow methods that would find a route, when the outcome is {@code METHOD_NOT_ALLOWED}
 * @param losers in the order of the configuration
 * @param omitted how many routes are not listed, since host or path do not match
 */
public record Explanation(
    RouteTable.Outcome outcome,
    @Nullable String winner,
    String because,
    Map<String, String> parameters,
    List<String> allow,
    List<Loser> losers,
    int omitted) {

  /**
   * A route that did not win.
   *
   * @param reason one sentence without its stop
   */
  public record Loser(String route, String reason) {}

  /** As text of several lines for a terminal. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    switch (outcome) {
      case FOUND ->
          text.append("route \"").append(winner).append("\": ").append(because).append('\n');
      case METHOD_NOT_ALLOWED ->
          text.append("no route takes this method; others would: ")
              .append(String.join(", ", allow))
              .append('\n');
      case NOT_FOUND -> text.append("no route takes this request\n");
    }
    parameters.forEach(
        (name, value) -> text.append("  {").append(name).append("} = ").append(value).append('\n'));
    for (Loser loser : losers) {
      text.append("not \"")
          .append(loser.route())
          .append("\": ")
          .append(loser.reason())
          .append('\n');
    }
    if (omitted > 0)
      text.append("and ").append(omitted).append(" more whose host or path does not match\n");
    return text.toString();
  }
}
