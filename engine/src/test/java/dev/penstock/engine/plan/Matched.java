package dev.penstock.engine.plan;

import dev.penstock.engine.http.RequestHead;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a secure request from 192.0.2.1, whose parameters are what {@code match}
 * captures.
 */
record Matched(RequestHead request, String requestId, String route, RouteMatch match)
    implements Variables {

  @Override
  public InetAddress clientAddress() {
    return InetAddress.ofLiteral("192.0.2.1");
  }

  @Override
  public String scheme() {
    return "https";
  }

  @Override
  public @Nullable String parameter(String name) {
    RouteTable<String> table =
        RouteTable.compile(List.of(new RouteTable.Rule<>("r", match, 0, "")));
    MatchResult<String> result = new MatchResult<>();
    boolean isFound = table.match(request, Requests.FACTS, result) == RouteTable.Outcome.FOUND;
    return isFound ? result.rawParameter(name) : null;
  }
}
