package dev.penstock.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.plan.CanonicalPath.Result;
import dev.penstock.engine.plan.RewriteRules.PathChange;
import dev.penstock.engine.spi.ConfigException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FEATURES §1.1: rewrite and redirect. */
class RewriterTest {
  private static final RouteMatch MATCH = RouteMatch.path("/shops/{shop}/{rest**}");

  /** The variables of a request that the route table has matched. */
  private static Variables matched(RequestHead head) {
    return new Matched(head, "id-1", "sh\u00f6ps\u2192", MATCH);
  }

  private static String path(PathChange change, String path) {
    RequestHead head = Requests.get("a.example", path + "?q=1");
    Rewriter rewrite =
        Rewriter.compile(
            new RewriteRules(change, "keep", HeaderRules.NONE, HeaderRules.NONE), MATCH);
    Result result = rewrite.request(head, matched(head));
    assertThat(head.query()).isEqualTo("q=1");
    if (!result.isOk())
      assertThat(head.path()).as("a path that cannot be changed stays").isEqualTo(path);
    return result.isOk() ? head.path() : result.name();
  }

  private static PathChange strip(String prefix) {
    return new PathChange(null, prefix, Map.of(), null);
  }

  private static PathChange replace(String pattern, String with) {
    return new PathChange(null, null, Map.of(pattern, with), null);
  }

  @ParameterizedTest
  @CsvSource({
    "/api,/api/users,/users",
    "/api,/api,/",
    "/api,/api/,/",
    "/api/,/api/users,/users",
    "/api,/apis/users,/apis/users",
    "/api,/other,/other",
    "/api,/a,/a",
    "/,/api,/api",
    "/api/v1,/api/v1/x/y,/x/y"
  })
  void stripsWholeSegmentsOnly(String prefix, String path, String expected) {
    assertThat(path(strip(prefix), path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"/v1,/users,/v1/users", "/v1/,/users,/v1/users", "/v1,/,/v1/", "/,/users,/users"})
  void addsSegmentsInFront(String prefix, String path, String expected) {
    assertThat(path(new PathChange(null, null, Map.of(), prefix), path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "^/old/(.*)$            | /new/$1           | /old/a/b    | /new/a/b",
        "^/old/(.*)$            | /new/$1           | /older      | /older",
        "^/(?P<a>[^/]+)/([^/]+) | /$2/$1/$0         | /x/y/z      | /y/x//x/y/z",
        "a                      | b$$               | /a/a        | /b$/b$",
        "^/x(y)?                | /z$1              | /x          | /z",
        "^/(.)(..)/(.*)         | /$1/$2/$3         | /a../etc    | /etc",
        "^/(.)(..)/(.*)         | /$2/$3            | /a../etc    | ABOVE_ROOT",
        "^/x(.)(.*)             | /$1               | /x%C3%A9    | BAD_ESCAPE",
        "^/                     | ''                | /x          | NOT_A_PATH",
      })
  void replacesByRegularExpressionAndChecksWhatComesOut(
      String pattern, String with, String path, String expected) {
    assertThat(path(replace(pattern, with), path)).isEqualTo(expected);
  }

  @Test
  void appliesStripThenReplacementsInOrderThenAdd() {
    Map<String, String> replacements = new LinkedHashMap<>();
    replacements.put("^/b/", "/c/");
    replacements.put("^/c/", "/d/");

    assertThat(path(new PathChange(null, "/a", replacements, "/z"), "/a/b/x")).isEqualTo("/z/d/x");
  }

  @Test
  void fillsATemplateWithTheParametersAsTheyStandInThePath() {
    PathChange change = new PathChange("/v2/{rest}/of/{shop}", null, Map.of(), null);

    assertThat(path(change, "/shops/caf%C3%A9/a%20b/c")).isEqualTo("/v2/a%20b/c/of/caf%C3%A9");
  }

  @Test
  void changesFieldsInTheOrderRemoveSetAddAppend() {
    HeaderRules rules =
        new HeaderRules(
            List.of("X-Old", "x-internal-*"),
            Map.of(
                "X-Client",
                "{client-ip} via {scheme}",
                "X-Gone",
                "{header.x-none}",
                "X-Const",
                "c"),
            Map.of("X-Tag", "{route}/{param.shop}"),
            Map.of("X-List", "{method} {request-id}", "Cookie", "a=b"));
    RequestHead head = Requests.get("Shop.Example:8443", "/shops/s1/x?q=1");
    head.headers().add("x-old", "1");
    head.headers().add("X-Internal-User", "root");
    head.headers().add("X-Gone", "1");
    head.headers().add("X-Tag", "first");
    head.headers().add("X-List", "p");
    head.headers().add("X-List", "q");
    head.headers().add("Cookie", "c=d");
    Rewriter.compile(new RewriteRules(null, "keep", rules, HeaderRules.NONE), MATCH)
        .request(head, matched(head));

    assertThat(head.headers().toString().lines())
        .containsExactlyInAnyOrder(
            "X-Client: 192.0.2.1 via https",
            "X-Const: c",
            "X-Tag: first",
            "X-Tag: sh\u00f6ps?/s1",
            "X-List: p, q, GET id-1",
            "Cookie: c=d; a=b");
  }

  @Test
  void changesResponseFieldsToo() {
    HeaderRules rules =
        new HeaderRules(List.of("Server"), Map.of("X-Path", "{uri}"), Map.of(), Map.of());
    ResponseHead response = new ResponseHead();
    response.headers().add("Server", "x");
    RequestHead head = Requests.get("h", "/shops/a/b?c=d");

    Rewriter.compile(new RewriteRules(null, "keep", HeaderRules.NONE, rules), MATCH)
        .response(response, matched(head));
    assertThat(response.headers()).hasToString("X-Path: /shops/a/b?c=d\r\n");
  }

  /** Response splitting: what a client sends ends no line, wherever it is put. */
  @Test
  void noValueBreaksOutOfItsField() {
    HeaderRules rules =
        new HeaderRules(List.of(), Map.of("X-Id", "{request-id}"), Map.of(), Map.of());
    RequestHead head = Requests.get("h", "/shops/a/b");
    Rewriter.compile(new RewriteRules(null, "keep", rules, HeaderRules.NONE), MATCH)
        .request(head, new Matched(head, "1\r\nSet-Cookie: a=b\0", "r", MATCH));

    assertThat(head.headers()).hasToString("X-Id: 1??Set-Cookie: a=b?\r\n");
  }

  @Test
  void chargesTheHostAsConfigured() {
    for (String rule : List.of("keep", "upstream", "b.example:81")) {
      RequestHead head = Requests.get("a.example", "/");
      head.headers().add("Host", "a.example");
      Rewriter.compile(new RewriteRules(null, rule, HeaderRules.NONE, HeaderRules.NONE), MATCH)
          .host(head, "10.0.0.1:9001");
      String expected =
          rule.equals("keep") ? "a.example" : rule.equals("upstream") ? "10.0.0.1:9001" : rule;
      assertThat(head.authority()).hasToString(expected);
      assertThat(head.headers().get("Host")).isEqualTo(expected);
    }
  }

  private static String location(String to, String host, String target) {
    RequestHead head = Requests.get(host, target);
    head.headers().add("X-Next", "/evil.example\\@x y\u00e9");
    return Redirect.compile(new RedirectRules(308, to), MATCH).location(matched(head));
  }

  @Test
  void redirectsToAddressesMadeOfTheRequest() {
    assertThat(location("https://{host}{uri}", "a.example:8080", "/x/y?a=b"))
        .isEqualTo("https://a.example/x/y?a=b");
    assertThat(location("https://{host}:8443{path}", "a.example:8080", "/x?a"))
        .isEqualTo("https://a.example:8443/x");
    assertThat(location("{scheme}://{authority}/", "a.example:81", "/"))
        .isEqualTo("https://a.example:81/");
    assertThat(
            location("https://b.example/{param.shop}?from={header.x-next}", "h", "/shops/s%201/x"))
        .isEqualTo("https://b.example/s%201?from=%2Fevil.example%5C%40x%20y%C3%A9");
    assertThat(location("/login?next={path}", "h", "/a")).isEqualTo("/login?next=/a");
    assertThat(location("https://{host}{uri}", "a.example", "*")).isEqualTo("https://a.example");
  }

  /** Open redirects: a path with two slashes is another host to a browser. */
  @Test
  void neverLeadsToAHostThatTheClientChose() {
    assertThat(location("{uri}", "h", "//evil.example/x")).isEqualTo("/evil.example/x");
    assertThat(location("/{header.x-next}", "h", "/a"))
        .isEqualTo("/%2Fevil.example%5C%40x%20y%C3%A9");
    assertThat(location("/{param.rest}", "h", "/shops/a//evil.example")).isEqualTo("/evil.example");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://{header.x-host}/        | its host would be chosen by the client",
        "https://a.example{param.shop}   | its host would be chosen by the client",
        "https://a.example{query}        | its host would be chosen by the client",
        "https://{host}{param.shop}     | its host would be chosen by the client",
        "https://{host}.evil.example/    | behind \"{host}\" stands a port or a path",
        "https://www.{host}/             | nothing stands before it",
        "https://user@a.example/          | user information",
        "https://{host}:80@b.example/    | behind \"{host}\" stands a port or a path",
        "https://                         | its host is missing",
        "https:///x                       | its host is missing",
        "//b.example/                     | write the scheme too: \"https://b.example/\"",
        "{header.location}               | it starts with",
        "{param.rest}                    | it starts with",
        "javascript:alert(1)              | it starts with",
        "a.example/x                      | it starts with",
        "/x y                             | U+0020",
        "/\\evil.example                  | U+005C",
        "/{host                          | has a \"{\" without its \"}\"",
        "''                               | an address is missing",
      })
  void refusesRedirectsThatLeadAnywhere(String to, String remedy) {
    assertThatThrownBy(() -> new RedirectRules(308, to))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(remedy);
  }

  @Test
  void refusesRulesThatCannotWork() {
    assertRefused(() -> new RedirectRules(200, "/"), "status: 200 does not redirect");
    assertRefused(
        () -> Redirect.compile(new RedirectRules(302, "/{param.nope}"), MATCH),
        "parameters: shop, rest; variables: client-ip, scheme, host");
    assertRefused(
        () -> path(new PathChange("/{nope}", null, Map.of(), null), "/"),
        "names \"{nope}\"; parameters: shop, rest;");
    assertRefused(() -> new PathChange("/{a", null, Map.of(), null), "without its \"}\"");
    assertRefused(
        () -> new PathChange("/a", "/b", Map.of(), null), "\"template\" makes the whole path");
    assertRefused(() -> strip("api"), "strip-prefix: \"api\" does not start with \"/\"");
    assertRefused(() -> strip("/../a"), "climbs above the root");
    assertRefused(() -> replace("(", "x"), "RE2 syntax");
    assertRefused(
        () -> replace("(a)", "$2"),
        "names the group $2; the expression has 1, and $0 is the whole match");
    assertRefused(() -> replace("a", "$x"), "has a \"$\" that names no group");
    assertRefused(() -> replace("a", "b$"), "has a \"$\" that names no group");
    assertRefused(() -> replace("a", "b c"), "U+0020");
    assertRefused(
        () -> new RedirectRules(302, "https://${host}/"),
        "variables are written without \"$\": \"{host}\"");
    assertRefused(() -> new PathChange("/a?{query}", null, Map.of(), null), "U+003F");
    assertRefused(
        () -> new PathChange("/a/{uri}", null, Map.of(), null), "puts a query into a path");
    assertRefused(
        () -> new RewriteRules(null, "a b", HeaderRules.NONE, HeaderRules.NONE), "is not a host");
    assertRefused(() -> set("Content-Length", "1"), "frames the message");
    assertRefused(() -> set("transfer-encoding", "chunked"), "frames the message");
    assertRefused(() -> set("Host", "x"), "\"host\" beside the header rules");
    assertRefused(() -> set("a b", "x"), "is not a header name");
    assertRefused(
        () -> new HeaderRules(List.of(), Map.of(), Map.of(), Map.of("set-cookie", "a")),
        "use \"add\"");
    assertRefused(
        () ->
            Rewriter.compile(
                new RewriteRules(null, "keep", set("X", "a\r\nb"), HeaderRules.NONE), MATCH),
        "U+000D");
  }

  private static HeaderRules set(String name, String value) {
    return new HeaderRules(List.of(), Map.of(name, value), Map.of(), Map.of());
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ConfigException.class).hasMessageContaining(message);
  }

  @Test
  void doubledBracesArePlainOnes() {
    HeaderRules rules = set("X", "{{\"a\": \"{host}\"}} $1 }");
    RequestHead head = Requests.get("h:80", "/");
    Rewriter.compile(new RewriteRules(null, "keep", rules, HeaderRules.NONE), MATCH)
        .request(head, matched(head));

    assertThat(head.headers().get("X")).isEqualTo("{\"a\": \"h\"} $1 }");
  }

  @Test
  void parameterThatIsNamedLikeAVariableIsReachedByItsLongName() {
    RouteMatch match = RouteMatch.path("/{host}/{id}");
    RequestHead head = Requests.get("a.example", "/b/7");

    assertThat(
            Redirect.compile(new RedirectRules(308, "/{host}/{param.host}/{id}"), match)
                .location(new Matched(head, "", "", match)))
        .isEqualTo("/a.example/b/7");
  }
}
