package dev.penstock.engine.plan;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.spi.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A match that cannot work is refused with the way out. */
class RouteMatchTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "users            | \"users\" is not a path pattern; a path starts with \"/\", a regular expression with \"~ \"",
        "/users/*         | \"/users/*\" is not a path pattern; a star is written \"/**\" at the end for everything below",
        "/a*              | a star is written \"/**\" at the end for everything below; for one segment write \"{name}\"",
        "/**/x            | \"**\" takes the rest of the path, so it stands at its end",
        "/{p**}/x         | \"{p**}\" takes the rest of the path, so it stands at its end",
        "/{id}/x/{id}     | the parameter \"id\" is there twice; name one of them anew",
        "/{}/x            | \"{}\" is not a parameter; its name is letters",
        "/{1x}            | \"{1x}\" is not a parameter",
        "/a-{id}          | a parameter fills its segment, as in \"/users/{id}\"",
        "/a//b            | it has an empty segment",
        "/a/../b          | requests have no \".\" and \"..\" segments",
        "/a/%2e%2e/b      | requests have no \".\" and \"..\" segments",
        "/a?x=1           | a path has no \"?\"; conditions on the query go to \"query\"",
        "/a%2             | \"%\" begins an escape of two hexadecimal digits; itself it is \"%25\"",
        "~ [a             | \"~ [a\" is not a regular expression of RE2 syntax: missing closing ] in \"[a\"",
        "~ (a)\\1         | look-around and back-references do not exist there",
        "~                | \"~\" has no regular expression after \"~\"",
      })
  void refusesPaths(String path, String remedy) {
    assertThatThrownBy(() -> RouteMatch.path(path))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://a.example  | name the host without scheme and port",
        "a.example:8080     | name the host without scheme and port; \"listeners\" chooses the port",
        "a.*.example        | a star stands alone, or for the first labels: \"*.example.com\"",
        "*a.example         | a star stands alone",
        "bücher.example     | write it in its ASCII form, \"xn--bcher-kva.example\"",
        "a..example         | write \"api.example.com\", \"*.example.com\" or \"*\"",
        "a/b                | write \"api.example.com\"",
        "[::1]:80           | an IPv6 address stands alone in its brackets",
        "''                 | write \"api.example.com\"",
      })
  void refusesHosts(String host, String remedy) {
    assertThatThrownBy(() -> new Matches().hosts(host).build())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(remedy);
  }

  @Test
  void refusesOtherConditionsThatCannotWork() {
    assertThatThrownBy(() -> new Matches().methods("get").build())
        .hasMessage("methods are case-sensitive; write \"GET\" for \"get\"");
    assertThatThrownBy(() -> new Matches().methods("GET POST").build())
        .hasMessage("\"GET POST\" is not a method");
    assertThatThrownBy(() -> new Matches().client("10.0.0.1/8").build())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "client: \"10.0.0.1/8\" has bits set behind its prefix; write \"10.0.0.0/8\"");
    assertThatThrownBy(() -> new Matches().header("x y", "1").build())
        .hasMessageContaining("is not a header name");
    assertThatThrownBy(() -> new Matches().header("x", "~ (").build())
        .hasMessageContaining("RE2 syntax");
    assertThatThrownBy(() -> new Matches().query("", "1").build())
        .hasMessageContaining("without a name");
  }

  @Test
  void takesWhatTheDocumentationShows() {
    assertThatCode(() ->
            new Matches()
                .hosts(
                    "api.example.com",
                    "*.example.com",
                    "*",
                    "localhost",
                    "[::1]",
                    "10.0.0.1",
                    "a_b.example.")
                .path(
                    "/users",
                    "/users/**",
                    "/users/{id}",
                    "/files/{path**}",
                    "~ ^/v[0-9]+/.*",
                    "/",
                    "/**")
                .methods("GET", "PROPFIND", "*")
                .header("X-A", "present")
                .query("a", "~ ^x")
                .client("10.0.0.0/8", "::1")
                .build())
        .doesNotThrowAnyException();
  }
}
