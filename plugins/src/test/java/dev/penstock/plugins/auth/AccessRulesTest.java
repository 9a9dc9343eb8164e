package dev.penstock.plugins.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code access-rules}, over sockets. */
final class AccessRulesTest {
  private static final String RULES =
      """
      { api-key: { optional: true, keys: {
          anna: { hash: %s, groups: [ dev, ops ], claims: { plan: gold } },
          bert: { hash: %s, claims: { plan: "silver-2" } } } } },
      { access-rules: { rules: [
          { paths: [ "=/health" ] },
          { then: deny, from: [ 198.51.100.0/24 ] },
          { paths: [ /admin ], groups: [ ops ], methods: [ GET ] },
          { then: deny, paths: [ /admin ] },
          { paths: [ /gold ], claims: { plan: gold } },
          { paths: [ "~^/v[0-9]+/" ], claims: { plan: "~^silver" }, identities: [ bert ], schemes: [ api-key ] },
          { paths: [ /own ], known: true },
          { paths: [ /guests ], known: false } ] } }
      """
          .formatted(ApiKeyTest.hash("a"), ApiKeyTest.hash("b"));

  @ParameterizedTest
  @CsvSource({
    "GET,    /health,            ,  192.0.2.1,    200",
    "GET,    /health,            ,  198.51.100.1, 200", // the first that holds
    "GET,    /health/x,          ,  192.0.2.1,    403",
    "GET,    /,                  a, 192.0.2.1,    403", // none holds
    "GET,    /admin/x,           a, 192.0.2.1,    200",
    "GET,    /admin/x,           a, 198.51.100.1, 403",
    "DELETE, /admin/x,           a, 192.0.2.1,    403",
    "GET,    /admin,             b, 192.0.2.1,    403",
    "GET,    /admin,             ,  192.0.2.1,    403",
    "GET,    /administrator,     a, 192.0.2.1,    403", // whole segments
    "GET,    /own/../admin,      b, 192.0.2.1,    403", // no way around by dots
    "GET,    /own/%2e%2e/admin,  b, 192.0.2.1,    403",
    "GET,    //admin,            b, 192.0.2.1,    403",
    "GET,    /gold,              a, 192.0.2.1,    200",
    "GET,    /gold,              b, 192.0.2.1,    403",
    "GET,    /gold,              ,  192.0.2.1,    403",
    "GET,    /v2/x,              b, 192.0.2.1,    200",
    "GET,    /v2/x,              a, 192.0.2.1,    403",
    "GET,    /own,               b, 192.0.2.1,    200",
    "GET,    /own,               ,  192.0.2.1,    403",
    "GET,    /guests,            ,  192.0.2.1,    200",
    "GET,    /guests,            a, 192.0.2.1,    403"
  })
  void theFirstRuleThatHoldsDecides(
      String method, String path, String key, String address, int status) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, RULES);
        RawClient client = gateway.connect()) {
      String field = key == null ? "X-None: 1" : "X-Api-Key: " + key;
      int answer =
          Wire.ask(client, method + " " + path, field, "X-Forwarded-For: " + address).status();
      if (status == 403 && path.contains("%2e")) assertThat(answer).isIn(400, 403);
      else assertThat(answer).isEqualTo(status);
      assertThat(upstream.requests()).hasSize(status == 200 ? 1 : 0);
    }
  }

  @Test
  void theRuleIsNotedAndTheRestMayBeAllowed() {
    String filters =
        "{ access-rules: { otherwise: allow, rules: [ { name: ours, paths: [ /a ] } ] } },"
            + " { rewrite: { response-headers: { set: { x-rule: \"{var.access-rules.rule}\" } } } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filters);
        RawClient client = gateway.connect()) {
      assertThat(Wire.ask(client, "GET /a/b").field("x-rule")).isEqualTo("ours");
      assertThat(Wire.ask(client, "GET /b").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[ { paths: [ admin ] } ]",
        "[ { from: [ 10.0.0.0/99 ] } ]",
        "[ { methods: [ \"G T\" ] } ]",
        "[ { claims: { a: \"~(\" } } ]"
      })
  void whatCannotWorkIsRefused(String rules) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      assertThatThrownBy(
              () -> Wire.gateway(upstream, "{ access-rules: { rules: " + rules + " } }").close())
          .hasMessageContaining("filters[0]");
    }
  }
}
