package dev.penstock.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.RouteMatch.Scheme;
import dev.penstock.engine.plan.RouteTable.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Why a route won, why others lost, and which never can win. */
class RouteExplanationTest {
  private static final RouteTable<String> TABLE =
      RouteTable.compile(
          List.of(
              rule("users", new Matches().hosts("api.example.com").path("/users/{id}")),
              rule("late", new Matches().hosts("api.example.com").path("/users/{name}")),
              rule("wild", new Matches().hosts("*.example.com").path("/users/{id}")),
              rule("prefix", new Matches().hosts("api.example.com").path("/users/**")),
              rule(
                  "other-host",
                  new Matches().hosts("shop.example.com", "*.shop.net").path("/users/{id}")),
              rule(
                  "other-path",
                  new Matches().hosts("api.example.com").path("/orders/**", "/carts")),
              rule("post", new Matches().path("/users/**").methods("POST", "PUT")),
              rule("canary", new Matches().path("/users/**").header("X-Canary", "1")),
              rule("regex", new Matches().path("/users/**").header("X-Id", "~ ^[0-9]+$")),
              rule("debug", new Matches().path("/users/**").query("debug", "present")),
              rule("live", new Matches().path("/users/**").query("debug", "absent")),
              rule("office", new Matches().path("/users/**").client("10.0.0.0/8", "2001:db8::/32")),
              rule("inner", new Matches().path("/users/**").listeners("inner", "admin")),
              rule("secure", new Matches().path("/users/**").scheme(Scheme.HTTPS)),
              new Rule<>("low", new Matches().path("/users/7").build(), -5, ""),
              rule("all", new Matches())));

  private static Rule<String> rule(String id, Matches match) {
    return new Rule<>(id, match.build(), 0, "");
  }

  @Test
  void tellsTheFirstReasonForEachRouteThatLost() {
    RequestHead head = Requests.get("API.example.com:8080", "/users/7");

    assertThat(TABLE.explain(head, Requests.FACTS, 100).toString())
        .isEqualTo(
            """
            route "users": host "api.example.com" matches "api.example.com", path "/users/7" matches "/users/{id}"
              {id} = 7
            not "late": it matches too, but stands behind "users" in the configuration
            not "wild": it matches too, but host "*.example.com" is less specific than "api.example.com" of "users"
            not "prefix": it matches too, but "/users/**" is less specific than "/users/{id}" of "users"
            not "other-host": host "api.example.com" is not "shop.example.com" or "*.shop.net"
            not "other-path": path "/users/7" does not match "/carts" or "/orders/**"
            not "post": method GET is not one of POST, PUT
            not "canary": header "x-canary" is not "1"
            not "regex": header "x-id" does not match "~ ^[0-9]+$"
            not "debug": query parameter "debug" is not there
            not "live": it matches too, but host "*" is less specific than "api.example.com" of "users"
            not "office": client 192.0.2.1 is not in 10.0.0.0/8, 2001:db8::/32
            not "inner": listener "web" is not "inner" or "admin"
            not "secure": the scheme is not https
            not "low": it matches too, but its priority -5 is below 0 of "users"
            not "all": it matches too, but host "*" is less specific than "api.example.com" of "users"
            """);
  }

  @Test
  void countsRoutesThatAreFarAwayWhenThereAreMany() {
    Explanation explanation =
        TABLE.explain(Requests.get("api.example.com", "/users/7"), Requests.FACTS, 3);

    assertThat(explanation.losers())
        .extracting(Explanation.Loser::route)
        .doesNotContain("other-host", "other-path");
    assertThat(explanation.omitted()).isEqualTo(2);
    assertThat(explanation.toString()).endsWith("and 2 more whose host or path does not match\n");
  }

  @Test
  void tellsWhichMethodsWouldFindARoute() {
    RouteTable<String> table =
        RouteTable.compile(List.of(rule("read", new Matches().path("/a").methods("GET"))));

    assertThat(table.explain(Requests.head("POST", "h", "/a"), Requests.FACTS, 10).toString())
        .isEqualTo(
            """
            no route takes this method; others would: GET, HEAD
            not "read": method POST is not one of GET, HEAD
            """);
    assertThat(table.explain(Requests.get("h", "/b"), Requests.FACTS, 10).toString())
        .isEqualTo(
            """
            no route takes this request
            not "read": path "/b" does not match "/a"
            """);
  }

  @Test
  void lintFindsRoutesThatCanNeverWin() {
    List<Rule<String>> rules =
        new ArrayList<>(
            List.of(
                rule("first", new Matches().path("/a/{x}")),
                rule("twin", new Matches().path("/a/{y}")),
                new Rule<>(
                    "down", new Matches().hosts("*.example.com").path("/**").build(), 10, ""),
                rule("shop", new Matches().hosts("shop.example.com").path("/cart", "/~regex")),
                rule("half", new Matches().path("/a/{z}", "/b")),
                rule("post", new Matches().path("/a/{x}").methods("POST")),
                rule("elsewhere", new Matches().hosts("example.com").path("/**"))));

    assertThat(RouteTable.compile(rules).lint())
        .extracting(Shadow::sentence)
        .containsExactlyInAnyOrder(
            "route \"twin\" never takes a request: all it matches goes to \"first\", which has the same host, path and"
                + " conditions and stands earlier; remove it, narrow the other, or give it a higher priority",
            "route \"shop\" never takes a request: all it matches goes to \"down\", which has priority 10; remove it,"
                + " narrow the other, or give it a higher priority",
            "\"/a/{z}\" of route \"half\" never takes a request: all it matches goes to \"first\", which has the same"
                + " host, path and conditions and stands earlier; remove it, narrow the other, or give it a higher"
                + " priority");
  }

  @Test
  void lintSeesThroughConditions() {
    RouteTable<String> table =
        RouteTable.compile(
            List.of(
                new Rule<>(
                    "strong",
                    new Matches()
                        .path("/**")
                        .methods("GET", "POST")
                        .client("10.0.0.0/8")
                        .header("X-A", "present")
                        .build(),
                    5,
                    ""),
                rule(
                    "inside",
                    new Matches()
                        .path("/a")
                        .methods("GET")
                        .client("10.1.0.0/16")
                        .header("x-a", "1")),
                rule(
                    "wider-client",
                    new Matches()
                        .path("/a")
                        .methods("GET")
                        .client("10.0.0.0/7")
                        .header("x-a", "1")),
                rule(
                    "wider-method",
                    new Matches()
                        .path("/a")
                        .methods("PUT")
                        .client("10.1.0.0/16")
                        .header("x-a", "1")),
                rule("no-header", new Matches().path("/a").methods("GET").client("10.1.0.0/16")),
                rule(
                    "absent-header",
                    new Matches()
                        .path("/a")
                        .methods("GET")
                        .client("10.1.0.0/16")
                        .header("x-a", "absent"))));

    assertThat(table.lint()).extracting(Shadow::route).containsExactly("inside");
  }
}
