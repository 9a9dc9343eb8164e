package dev.penstock.perf.micro;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.CanonicalPath;
import dev.penstock.engine.plan.MatchResult;
import dev.penstock.engine.plan.PathRules;
import dev.penstock.engine.plan.RouteFacts;
import dev.penstock.engine.plan.RouteMatch;
import dev.penstock.engine.plan.RouteTable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Finding the route of a request, and bringing its path into canonical form. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouterBench {
  private static final RouteFacts FACTS =
      new Facts(InetAddress.ofLiteral("192.0.2.1"), "web", false);

  @Param({"10", "1000", "100000"})
  public int routes = 10;

  private RouteTable<String> table = RouteTable.compile(List.of());
  private final MatchResult<String> result = new MatchResult<>();
  private RequestHead prefix = new RequestHead();
  private RequestHead parameter = prefix;
  private RequestHead none = prefix;
  private final CanonicalPath canonical = new CanonicalPath(PathRules.DEFAULT);

  private record Facts(InetAddress clientAddress, String listener, boolean isSecure)
      implements RouteFacts {}

  /** Half of the routes take all below a path, half a path with a parameter. */
  @Setup
  public void compile() {
    List<RouteTable.Rule<String>> rules = new ArrayList<>();
    for (int i = 0; i < routes; i++) {
      String path = i % 2 == 0 ? "/svc/" + i + "/**" : "/users" + i + "/{id}/orders";
      rules.add(new RouteTable.Rule<>("r" + i, RouteMatch.path(path), 0, path));
    }
    table = RouteTable.compile(rules);
    prefix = get("/svc/" + (routes / 2 & ~1) + "/items?page=2");
    parameter = get("/users" + (routes / 2 | 1) + "/42/orders");
    none = get("/nowhere/at/all");
  }

  private static RequestHead get(String target) {
    return Heads.request("GET " + target + " HTTP/1.1\r\nHost: shop.example\r\n\r\n");
  }

  @Benchmark
  public RouteTable.Outcome prefix() {
    return table.match(prefix, FACTS, result);
  }

  @Benchmark
  public RouteTable.Outcome parameter() {
    return table.match(parameter, FACTS, result);
  }

  @Benchmark
  public RouteTable.Outcome notFound() {
    return table.match(none, FACTS, result);
  }

  @Benchmark
  public CanonicalPath.Result canonicalPath() {
    return canonical.apply(prefix);
  }
}
