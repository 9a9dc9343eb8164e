package dev.penstock.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.RouteTable.Outcome;
import dev.penstock.engine.plan.RouteTable.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** The table against the slowest thing that can be right: every route tried, every match sorted. */
class RouteTablePropertyTest {

  /** A route with one host and one path. */
  record Route(String host, String path, int priority, boolean onlyPost, boolean needsHeader) {}

  record Request(String method, String host, String path, boolean hasHeader) {}

  /** A route that matches, and all that precedence looks at. */
  record Candidate(
      int priority,
      int hostKind,
      int hostLength,
      List<Integer> path,
      int conditions,
      int document,
      Map<String, String> parameters) {}

  private static final Comparator<Candidate> PRECEDENCE =
      Comparator.comparingInt((Candidate c) -> -c.priority())
          .thenComparingInt(Candidate::hostKind)
          .thenComparingInt(c -> -c.hostLength())
          .thenComparing(Candidate::path, RouteTablePropertyTest::compareKinds)
          .thenComparingInt(c -> -c.conditions())
          .thenComparingInt(Candidate::document);

  private static int compareKinds(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!a.get(i).equals(b.get(i))) return a.get(i) - b.get(i);
    }
    return 0;
  }

  @Provide
  Arbitrary<Route> routes() {
    Arbitrary<String> hosts = Arbitraries.of("*", "*", "*.b.c", "*.c", "a.b.c", "b.c");
    Arbitrary<String> literalPaths =
        Arbitraries.of("x", "y", "z", "", "{p}", "{p}")
            .list()
            .ofMinSize(1)
            .ofMaxSize(4)
            .map(RouteTablePropertyTest::pattern);
    Arbitrary<String> others =
        Arbitraries.of("any", "/**", "~ ^/x/y", "~ ^/x/.*z$", "~ y", "~ ^/(x|y)/([xyz])");
    return Combinators.combine(
            hosts,
            Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, literalPaths), net.jqwik.api.Tuple.of(1, others)),
            Arbitraries.of(0, 0, 0, 0, 1, -1),
            Arbitraries.of(true, false, false, false),
            Arbitraries.of(true, false, false, false))
        .as(Route::new);
  }

  /**
   * A valid pattern of these parts: names made unique, no empty segment before the end, sometimes a
   * catch-all.
   */
  private static String pattern(List<String> parts) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      boolean isLast = i == parts.size() - 1;
      String part = parts.get(i);
      if (part.isEmpty() && !isLast) part = "x";
      if (part.equals("{p}") && isLast && parts.size() % 2 == 0) part = "{p" + i + "**}";
      if (part.equals("z") && isLast) part = "**";
      path.append('/').append(part.equals("{p}") ? "{p" + i + "}" : part);
    }
    return path.toString();
  }

  @Provide
  Arbitrary<Request> requests() {
    Arbitrary<String> paths =
        Arbitraries.of("x", "y", "z", "xy", "")
            .list()
            .ofMinSize(1)
            .ofMaxSize(5)
            .map(l -> "/" + String.join("/", l));
    return Combinators.combine(
            Arbitraries.of("GET", "POST"),
            Arbitraries.of("a.b.c", "A.B.C:80", "z.b.c", "b.c", "c", "d", ""),
            paths,
            Arbitraries.of(true, false))
        .as(Request::new);
  }

  @Property(tries = 1_000)
  void findsWhatTryingEveryRouteFinds(
      @ForAll @Size(max = 14) List<@net.jqwik.api.From("routes") Route> routes,
      @ForAll @Size(min = 1, max = 8) List<@net.jqwik.api.From("requests") Request> requests) {
    RouteTable<Integer> table = table(routes);
    MatchResult<Integer> result = new MatchResult<>();

    for (Request request : requests) {
      RequestHead head = head(request);
      Outcome outcome = table.match(head, Requests.FACTS, result);
      Candidate best = best(routes, request);
      if (best != null) {
        assertThat(outcome).as("%s in %s", request, routes).isEqualTo(Outcome.FOUND);
        assertThat(result.route()).as("%s in %s", request, routes).isEqualTo(best.document());
        assertThat(result.parameters())
            .as("%s in %s", request, routes)
            .isEqualTo(best.parameters());
      } else {
        boolean otherMethod =
            best(routes, new Request("POST", request.host(), request.path(), request.hasHeader()))
                != null;
        assertThat(outcome)
            .as("%s in %s", request, routes)
            .isEqualTo(otherMethod ? Outcome.METHOD_NOT_ALLOWED : Outcome.NOT_FOUND);
        assertThat(table.allowed(head, Requests.FACTS).contains("POST")).isEqualTo(otherMethod);
      }
      Explanation explanation = table.explain(head, Requests.FACTS, 100);
      assertThat(explanation.winner()).isEqualTo(best == null ? null : "r" + best.document());
      assertThat(explanation.losers()).hasSize(routes.size() - (best == null ? 0 : 1));
    }
  }

  @Property(tries = 1_000)
  void routeOfWhichLintSaysThatItNeverWinsNeverWins(
      @ForAll @Size(min = 2, max = 10) List<@net.jqwik.api.From("routes") Route> routes,
      @ForAll @Size(min = 5, max = 10) List<@net.jqwik.api.From("requests") Request> requests) {
    List<String> dead = table(routes).lint().stream().map(Shadow::route).toList();

    for (Request request : requests) {
      Candidate best = best(routes, request);
      if (best != null)
        assertThat(dead).as("%s in %s", request, routes).doesNotContain("r" + best.document());
    }
  }

  private static RouteTable<Integer> table(List<Route> routes) {
    List<Rule<Integer>> rules = new ArrayList<>();
    for (int i = 0; i < routes.size(); i++) {
      Route route = routes.get(i);
      Matches match = new Matches().hosts(route.host());
      if (!route.path().equals("any")) match.path(route.path());
      if (route.onlyPost()) match.methods("POST");
      if (route.needsHeader()) match.header("x-h", "1");
      rules.add(new Rule<>("r" + i, match.build(), route.priority(), i));
    }
    return RouteTable.compile(rules);
  }

  private static RequestHead head(Request request) {
    RequestHead head = Requests.head(request.method(), request.host(), request.path());
    if (request.hasHeader()) head.headers().add("X-H", "1");
    return head;
  }

  private static @Nullable Candidate best(List<Route> routes, Request request) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < routes.size(); i++) {
      Route route = routes.get(i);
      if (route.onlyPost() && !request.method().equals("POST")
          || route.needsHeader() && !request.hasHeader()) continue;
      String host = request.host().replaceFirst(":.*", "").toLowerCase(java.util.Locale.ROOT);
      if (!Pattern.matches(
          route.host().equals("*") ? ".*" : route.host().replace(".", "\\.").replace("*", ".+"),
          host)) continue;
      Map<String, String> parameters = parameters(route.path(), request.path());
      if (parameters == null) continue;
      int hostKind = route.host().equals("*") ? 2 : route.host().startsWith("*") ? 1 : 0;
      int conditions = (route.onlyPost() ? 1 : 0) + (route.needsHeader() ? 1 : 0);
      candidates.add(
          new Candidate(
              route.priority(),
              hostKind,
              hostKind == 1 ? route.host().length() : 0,
              kinds(route.path()),
              conditions,
              i,
              parameters));
    }
    return candidates.stream().min(PRECEDENCE).orElse(null);
  }

  /** 0 literal, 1 parameter, 2 end, 3 regular expression, 4 catch-all, 5 any. */
  private static List<Integer> kinds(String path) {
    return switch (path) {
      case "any" -> List.of(5);
      case "~ ^/x/y", "~ ^/x/.*z$" -> List.of(0, 3);
      case "~ y", "~ ^/(x|y)/([xyz])" -> List.of(3);
      default -> {
        List<Integer> kinds = new ArrayList<>();
        for (String part : path.substring(1).split("/", -1)) {
          kinds.add(part.endsWith("**}") || part.equals("**") ? 4 : part.startsWith("{") ? 1 : 0);
        }
        if (kinds.getLast() != 4) kinds.add(2);
        yield kinds;
      }
    };
  }

  /** What the groups capture, or null where the path does not match. */
  private static @Nullable Map<String, String> parameters(String pattern, String path) {
    Map<String, String> captured = new LinkedHashMap<>();
    if (pattern.equals("any")) return captured;
    if (pattern.startsWith("~")) {
      Matcher matcher = Pattern.compile(pattern.substring(2)).matcher(path);
      if (!matcher.find()) return null;
      for (int i = 1; i <= matcher.groupCount(); i++)
        captured.put(Integer.toString(i), matcher.group(i));
      return captured;
    }
    String regex =
        pattern
            .replaceAll("/\\{(p\\d)\\*\\*}$", "(?:/(?<$1>.*))?")
            .replaceAll("/\\*\\*$", "(?:/.*)?")
            .replaceAll("\\{(p\\d)}", "(?<$1>[^/]+)");
    Matcher matcher = Pattern.compile(regex).matcher(path);
    if (!matcher.matches()) return null;
    for (int i = 0; i < 5; i++) {
      if (!regex.contains("<p" + i + ">")) continue;
      String value = matcher.group("p" + i);
      captured.put("p" + i, value == null ? "" : value);
    }
    return captured;
  }
}
