package dev.penstock.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.RouteMatch.Scheme;
import dev.penstock.engine.plan.RouteTable.Outcome;
import dev.penstock.engine.plan.RouteTable.Rule;
import dev.penstock.engine.spi.ConfigException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FEATURES §1.1: match model; F12: hosts; F14: methods. */
class RouteTableTest {

  /** Routes as {@code [host ]path}, named by themselves, in this order. */
  private static RouteTable<String> routes(String... patterns) {
    List<Rule<String>> rules = new ArrayList<>();
    for (String pattern : patterns) rules.add(new Rule<>(pattern, match(pattern), 0, pattern));
    return RouteTable.compile(rules);
  }

  private static RouteMatch match(String pattern) {
    int space = pattern.startsWith("~") || pattern.startsWith("/") ? -1 : pattern.indexOf(' ');
    Matches match = new Matches();
    if (space >= 0) match.hosts(pattern.substring(0, space));
    String path = pattern.substring(space + 1);
    return (path.equals("-") ? match : match.path(path)).build();
  }

  private static String winner(RouteTable<String> table, RequestHead head) {
    MatchResult<String> result = new MatchResult<>();
    Outcome outcome = table.match(head, Requests.FACTS, result);
    return outcome == Outcome.FOUND ? result.id() : outcome.name();
  }

  private static final String[] PATHS = {
    "-",
    "/**",
    "~ [.]php$",
    "/api/**",
    "~ ^/api/v[0-9]+/",
    "/api/{version}",
    "/api/{version}/**",
    "/api/{version}/users",
    "/api/v1/**",
    "/api/v1",
    "/api/v1/",
    "/api/v1/{what}",
    "/api/v1/users",
    "/{a}/v1/users",
    "/files/{rest**}",
    "/static/{name}/",
    "/"
  };

  /** The order that {@link PathPattern} documents, one line for each step. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/                    | /",
        "/nothing             | /**",
        "/index.php           | ~ [.]php$",
        "/api/index.php       | /api/{version}",
        "/api                 | /api/**",
        "/api/                | /api/**",
        "/api/v1              | /api/v1",
        "/api/v1/             | /api/v1/",
        "/api/v2              | /api/{version}",
        "/api/v2/             | /api/{version}/**",
        "/api/v2/users        | /api/{version}/users",
        "/api/v2/other        | /api/{version}/**",
        "/api/v1/users        | /api/v1/users",
        "/api/v1/other        | /api/v1/{what}",
        "/api/v1/other/       | /api/v1/**",
        "/api/v1//            | /api/v1/**",
        "/x/v1/users          | /{a}/v1/users",
        "/x/v1/users/         | /**",
        "/files               | /files/{rest**}",
        "/files/a/b           | /files/{rest**}",
        "/filesystem          | /**",
        "/static/x/           | /static/{name}/",
        "/static//            | /**",
        "/static/x            | /**",
        "*                    | -",
      })
  void literalBeatsParameterBeatsRegexBeatsCatchAllFromTheLeft(String path, String expected) {
    assertThat(winner(routes(PATHS), Requests.get("h", path))).isEqualTo(expected);

    List<String> reversed = new ArrayList<>(List.of(PATHS));
    java.util.Collections.reverse(reversed);
    assertThat(winner(routes(reversed.toArray(String[]::new)), Requests.get("h", path)))
        .as("the order of the document decides only between equals")
        .isEqualTo(expected);
  }

  @Test
  void regexStandsWhereItsLiteralBeginningEnds() {
    RouteTable<String> table =
        routes("/**", "/api/**", "~ ^/api/v[0-9]+/", "~ ^/(a|b)pi/", "~ (?i)^/API/x");

    assertThat(winner(table, Requests.get("h", "/api/v7/x"))).isEqualTo("~ ^/api/v[0-9]+/");
    assertThat(winner(table, Requests.get("h", "/api/x")))
        .as("less specific than /api/**")
        .isEqualTo("/api/**");
    assertThat(winner(table, Requests.get("h", "/bpi/x"))).isEqualTo("~ ^/(a|b)pi/");
    assertThat(winner(routes("/**", "~ (?i)^/API/x"), Requests.get("h", "/api/x")))
        .isEqualTo("~ (?i)^/API/x");
  }

  @Test
  void quantifierAfterTheLiteralBeginningIsNotPartOfIt() {
    assertThat(winner(routes("~ ^/a/b?c"), Requests.get("h", "/a/c"))).isEqualTo("~ ^/a/b?c");
    assertThat(winner(routes("~ ^/a/?b"), Requests.get("h", "/ab"))).isEqualTo("~ ^/a/?b");
    assertThat(winner(routes("~ ^/a/{0,1}b"), Requests.get("h", "/ab"))).isEqualTo("~ ^/a/{0,1}b");
    assertThat(winner(routes("~ ^/a/x|/z"), Requests.get("h", "/y/z"))).isEqualTo("~ ^/a/x|/z");
  }

  /** A pattern on which java.util.regex would not end before the universe does. */
  @Test
  void regexTakesLinearTime() {
    String path = "/" + "a".repeat(4000) + "!";

    assertThat(winner(routes("~ ^/(a+)+$", "/**"), Requests.get("h", path))).isEqualTo("/**");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "api.example.com       | api.example.com /**",
        "API.Example.COM       | api.example.com /**",
        "api.example.com:8443  | api.example.com /**",
        "api.example.com.      | api.example.com /**",
        "api.example.com.:80   | api.example.com /**",
        "x.api.example.com     | *.api.example.com /**",
        "y.x.api.example.com   | *.api.example.com /**",
        "www.example.com       | *.example.com /**",
        "a.b.example.com       | *.example.com /**",
        "example.com           | /**",
        ".example.com          | /**",
        "badexample.com        | /**",
        "example.com.evil.net  | /**",
        "[::1]                 | [::1] /**",
        "[::1]:8080            | [::1] /**",
        "127.0.0.1:8080        | 127.0.0.1 /**",
        "''                    | /**",
      })
  void exactHostBeatsLongestWildcardBeatsAny(String host, String expected) {
    RouteTable<String> table =
        routes(
            "/**",
            "*.example.com /**",
            "*.api.example.com /**",
            "api.example.com /**",
            "[::1] /**",
            "127.0.0.1 /**");

    assertThat(winner(table, Requests.get(host, "/x"))).isEqualTo(expected);
  }

  @Test
  void lessSpecificHostTakesWhatThePathsOfTheMoreSpecificLeave() {
    RouteTable<String> table = routes("api.example.com /users", "*.example.com /users/**", "/**");

    assertThat(winner(table, Requests.get("api.example.com", "/users")))
        .isEqualTo("api.example.com /users");
    assertThat(winner(table, Requests.get("api.example.com", "/users/1")))
        .isEqualTo("*.example.com /users/**");
    assertThat(winner(table, Requests.get("api.example.com", "/"))).isEqualTo("/**");
  }

  @Test
  void priorityGoesBeforeHostAndPath() {
    RouteTable<String> table =
        RouteTable.compile(
            List.of(
                new Rule<>("exact", new Matches().hosts("h").path("/a").build(), 0, ""),
                new Rule<>("low", RouteMatch.path("/{x}"), -1, ""),
                new Rule<>("maintenance", RouteMatch.path("/**"), 10, "")));

    assertThat(winner(table, Requests.get("h", "/a"))).isEqualTo("maintenance");
  }

  @Test
  void moreConditionsGoFirstAndThenTheOrderOfTheDocument() {
    RouteTable<String> table =
        RouteTable.compile(
            List.of(
                new Rule<>("plain", RouteMatch.path("/a"), 0, ""),
                new Rule<>("again", RouteMatch.path("/a"), 0, ""),
                new Rule<>(
                    "canary", new Matches().path("/a").header("X-Canary", "1").build(), 0, ""),
                new Rule<>(
                    "canary-post",
                    new Matches().path("/a").header("X-Canary", "1").methods("POST").build(),
                    0,
                    "")));

    RequestHead canary = Requests.get("h", "/a");
    canary.headers().add("x-canary", "1");
    assertThat(winner(table, canary)).isEqualTo("canary");
    canary.method("POST");
    assertThat(winner(table, canary)).isEqualTo("canary-post");
    assertThat(winner(table, Requests.get("h", "/a"))).isEqualTo("plain");
  }

  @Test
  void parametersAreReadFromThePathThatWasMatched() {
    RouteTable<String> table =
        routes("/shops/{shop}/files/{path**}", "~ ^/v(?P<major>[0-9]+)(?:[.]([0-9]+))?/");
    MatchResult<String> result = new MatchResult<>();
    RequestHead head = Requests.get("h", "/shops/caf%C3%A9/files/a%20b/c");

    assertThat(table.match(head, Requests.FACTS, result)).isEqualTo(Outcome.FOUND);
    head.path("/rewritten");
    assertThat(result.parameters())
        .containsExactly(Map.entry("shop", "café"), Map.entry("path", "a b/c"));
    assertThat(result.parameter("shop")).isEqualTo("café");
    assertThat(result.parameter(0, new dev.penstock.engine.bytes.Slice())).hasToString("caf%C3%A9");
    assertThat(result.parameter("other")).isNull();

    table.match(Requests.get("h", "/shops/x/files"), Requests.FACTS, result);
    assertThat(result.parameters()).containsExactly(Map.entry("shop", "x"), Map.entry("path", ""));

    table.match(Requests.get("h", "/v12/x"), Requests.FACTS, result);
    assertThat(result.parameters()).containsExactly(Map.entry("major", "12"), Map.entry("2", ""));
  }

  @Test
  void parametersOfABranchThatFailedAreForgotten() {
    RouteTable<String> table = routes("/{a}/{b}/x", "/{c}/{d**}", "/k/{e}/{f}/y");
    MatchResult<String> result = new MatchResult<>();

    table.match(Requests.get("h", "/k/2/3"), Requests.FACTS, result);
    assertThat(result.id()).isEqualTo("/{c}/{d**}");
    assertThat(result.parameters()).containsExactly(Map.entry("c", "k"), Map.entry("d", "2/3"));
  }

  @Test
  void resultSaysNothingOfTheRequestBefore() {
    RouteTable<String> table = routes("/a/{id}");
    MatchResult<String> result = new MatchResult<>();
    table.match(Requests.get("h", "/a/1"), Requests.FACTS, result);

    assertThat(table.match(Requests.get("h", "/b"), Requests.FACTS, result))
        .isEqualTo(Outcome.NOT_FOUND);
    assertThatThrownBy(result::id).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void methodThatNoRouteTakesIsToldFromAPathThatNoneTakes() {
    RouteTable<String> table =
        RouteTable.compile(
            List.of(
                new Rule<>("read", new Matches().path("/a").methods("GET").build(), 0, ""),
                new Rule<>(
                    "write", new Matches().path("/a").methods("PUT", "PROPFIND").build(), 0, ""),
                new Rule<>(
                    "inside",
                    new Matches().path("/a").methods("DELETE").client("10.0.0.0/8").build(),
                    0,
                    "")));

    assertThat(winner(table, Requests.head("HEAD", "h", "/a"))).isEqualTo("read");
    assertThat(winner(table, Requests.head("PROPFIND", "h", "/a"))).isEqualTo("write");
    RequestHead post = Requests.head("POST", "h", "/a");
    assertThat(winner(table, post)).isEqualTo("METHOD_NOT_ALLOWED");
    assertThat(table.allowed(post, Requests.FACTS))
        .containsExactlyInAnyOrder("GET", "HEAD", "PUT", "PROPFIND");
    assertThat(table.allowed(post, Requests.from("10.1.1.1"))).contains("DELETE");
    assertThat(winner(table, Requests.head("POST", "h", "/b"))).isEqualTo("NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "CONNECT", "BREW"})
  void unusualMethodsAreTakenOnlyWhereTheyAreListed(String method) {
    assertThat(winner(routes("/**"), Requests.head(method, "h", "/a")))
        .isEqualTo("METHOD_NOT_ALLOWED");

    RouteTable<String> listed =
        RouteTable.compile(
            List.of(
                new Rule<>("listed", new Matches().path("/**").methods(method).build(), 0, "")));
    assertThat(winner(listed, Requests.head(method, "h", "/a"))).isEqualTo("listed");

    RouteTable<String> star =
        RouteTable.compile(
            List.of(new Rule<>("star", new Matches().path("/**").methods("*").build(), 0, "")));
    assertThat(winner(star, Requests.head(method, "h", "/a")))
        .isEqualTo(method.equals("BREW") ? "star" : "METHOD_NOT_ALLOWED");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "blue         | blue        | true",
        "blue         | red         | false",
        "blue         |             | false",
        "blue         | red,blue    | true",
        "=present     | present     | true",
        "=present     | other       | false",
        "present      | other       | true",
        "present      |             | false",
        "absent       |             | true",
        "absent       | other       | false",
        "~ ^b.+e$     | blue        | true",
        "~ ^b.+e$     | blues       | false",
        "~lu          | blue        | true",
      })
  void headerConditions(String condition, String values, boolean expected) {
    RouteTable<String> table =
        RouteTable.compile(
            List.of(
                new Rule<>("colour", new Matches().header("X-Colour", condition).build(), 0, ""),
                new Rule<>(
                    "agent", new Matches().header("user-agent", condition).build(), -1, "")));
    RequestHead custom = Requests.get("h", "/");
    RequestHead known = Requests.get("h", "/");
    if (condition.equals("absent")) {
      // Where one is absent the other would match too, and that is not the question.
      custom.headers().add("User-Agent", "x");
      known.headers().add("X-Colour", "x");
    }
    if (values != null) {
      for (String value : values.split(",")) {
        custom.headers().add("x-colour", value);
        known.headers().add("User-Agent", value);
      }
    }

    assertThat(winner(table, custom)).isEqualTo(expected ? "colour" : "NOT_FOUND");
    assertThat(winner(table, known)).isEqualTo(expected ? "agent" : "NOT_FOUND");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a b          | /?x=a%20b        | true",
        "a b          | /?x=a+b          | true",
        "café         | /?x=caf%C3%A9    | true",
        "a            | /?y=a&x=a&x=b    | true",
        "b            | /?x=a&x=b        | true",
        "a            | /?x=ab           | false",
        "ab           | /?x=a            | false",
        "a            | /?xx=a           | false",
        "a            | /?X=a            | false",
        "a            | /?x%78=a         | false",
        "a            | /?%78=a          | true",
        "a            | /                | false",
        "=            | /?x              | true",
        "=            | /?x=             | true",
        "present      | /?a&x            | true",
        "present      | /?a=x            | false",
        "absent       | /?a=x            | true",
        "absent       | /                | true",
        "absent       | /?x              | false",
        "~ ^[0-9]+$   | /?x=%31%32       | true",
        "~ ^[0-9]+$   | /?x=a&x=1        | true",
        "~ ^[0-9]+$   | /?x=1a           | false",
        "100%         | /?x=100%         | true",
      })
  void queryConditions(String condition, String target, boolean expected) {
    RouteTable<String> table =
        RouteTable.compile(
            List.of(new Rule<>("query", new Matches().query("x", condition).build(), 0, "")));

    assertThat(winner(table, Requests.get("h", target)))
        .isEqualTo(expected ? "query" : "NOT_FOUND");
  }

  @Test
  void clientListenerAndSchemeConditions() {
    RouteTable<String> table =
        RouteTable.compile(
            List.of(
                new Rule<>(
                    "office", new Matches().client("10.0.0.0/8", "2001:db8::/32").build(), 0, ""),
                new Rule<>("inner", new Matches().listeners("inner").build(), 0, ""),
                new Rule<>("secure", new Matches().scheme(Scheme.HTTPS).build(), 0, "")));
    MatchResult<String> result = new MatchResult<>();
    RequestHead head = Requests.get("h", "/");
    InetAddress outside = InetAddress.ofLiteral("192.0.2.1");

    assertThat(table.match(head, Requests.from("2001:db8::9"), result)).isEqualTo(Outcome.FOUND);
    assertThat(result.id()).isEqualTo("office");
    assertThat(table.match(head, new Requests.Facts(outside, "inner", false), result))
        .isEqualTo(Outcome.FOUND);
    assertThat(result.id()).isEqualTo("inner");
    assertThat(table.match(head, new Requests.Facts(outside, "web", true), result))
        .isEqualTo(Outcome.FOUND);
    assertThat(result.id()).isEqualTo("secure");
    assertThat(table.match(head, new Requests.Facts(outside, "web", false), result))
        .isEqualTo(Outcome.NOT_FOUND);
  }

  @Test
  void tenThousandRoutesMatchInAsManyStepsAsTen() {
    assertThat(steps(10_000)).isEqualTo(steps(10)).isLessThan(20);
  }

  private static int steps(int n) {
    List<Rule<String>> rules = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Matches match =
          new Matches()
              .hosts("h" + i % (n / 5) + ".example.com")
              .path("/api/r" + i + "/items/{id}");
      rules.add(new Rule<>("r" + i, match.build(), 0, ""));
      rules.add(new Rule<>("p" + i, RouteMatch.path("/shared/r" + i + "/**"), 0, ""));
    }
    rules.add(new Rule<>("wild", new Matches().hosts("*.example.com").path("/**").build(), 0, ""));
    rules.add(new Rule<>("all", RouteMatch.path("/**"), 0, ""));
    RouteTable<String> table = RouteTable.compile(rules);
    MatchResult<String> result = new MatchResult<>();
    table.match(Requests.get("h1.example.com", "/api/r1/items/7"), Requests.FACTS, result);
    assertThat(result.id()).isEqualTo("r1");
    int steps = result.steps();
    table.match(Requests.get("none", "/shared/r1/x"), Requests.FACTS, result);
    assertThat(result.id()).isEqualTo("p1");
    return steps + result.steps();
  }

  /** Names that collide in the hash must still be told apart. */
  @Test
  void collidingNamesAreToldApart() {
    RouteTable<String> table = routes("/Aa", "/BB", "Aa.x /q", "BB.x /q");

    assertThat(winner(table, Requests.get("h", "/Aa"))).isEqualTo("/Aa");
    assertThat(winner(table, Requests.get("h", "/BB"))).isEqualTo("/BB");
    assertThat(winner(table, Requests.get("h", "/C#"))).isEqualTo("NOT_FOUND");
    assertThat(winner(table, Requests.get("bb.x", "/q"))).isEqualTo("BB.x /q");
  }

  @Test
  void literalsMayBeWrittenPlainAndMeetTheirEscapes() {
    RouteTable<String> table = routes("/café/a b", "/%7euser", "/a%2fb");

    assertThat(winner(table, Requests.get("h", "/caf%C3%A9/a%20b"))).isEqualTo("/café/a b");
    assertThat(winner(table, Requests.get("h", "/~user"))).isEqualTo("/%7euser");
    assertThat(winner(table, Requests.get("h", "/a%2Fb"))).isEqualTo("/a%2fb");
  }

  @Test
  void twoRoutesOfOneIdAreRefused() {
    assertThatThrownBy(() -> routes("/a", "/a"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("there are two routes \"/a\"");
  }
}
