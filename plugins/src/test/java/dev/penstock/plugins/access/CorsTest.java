package dev.penstock.plugins.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import org.junit.jupiter.api.Test;

/** The server's side of the Fetch standard's CORS protocol, over sockets. */
final class CorsTest {
  private static final String STRICT =
      "{ cors: { origins: \"https://app.example\", methods: [ PUT ], headers: [ X-Token ], expose: [ ETag ],"
          + " credentials: true, max-age: 5m } }";

  private static RawResponse ask(String filter, String method, String... fields) {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nAccess-Control-Allow-Origin: *\r\nVary: Accept\r\n\r\nok");
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      client.send(
          method
              + " /a HTTP/1.1\r\nHost: api.example\r\n"
              + String.join("", java.util.Arrays.stream(fields).map(f -> f + "\r\n").toList())
              + "\r\n");
      RawResponse response = client.readResponse();
      boolean isOurs = method.equals("OPTIONS") && response.status() != 200;
      assertThat(upstream.requests()).hasSize(isOurs || response.status() == 403 ? 0 : 1);
      return response;
    }
  }

  private static RawResponse preflight(
      String filter, String origin, String method, String... more) {
    String[] all = new String[more.length + 2];
    all[0] = "Origin: " + origin;
    all[1] = "Access-Control-Request-Method: " + method;
    System.arraycopy(more, 0, all, 2, more.length);
    return ask(filter, "OPTIONS", all);
  }

  @Test
  void answersAPreflightCompletely() {
    RawResponse answer =
        preflight(STRICT, "https://app.example", "PUT", "Access-Control-Request-Headers: x-token");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.field("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
    assertThat(answer.field("Access-Control-Allow-Credentials")).isEqualTo("true");
    assertThat(answer.field("Access-Control-Allow-Methods")).isEqualTo("GET, HEAD, POST, PUT");
    assertThat(answer.field("Access-Control-Allow-Headers")).isEqualTo("X-Token");
    assertThat(answer.field("Access-Control-Max-Age")).isEqualTo("300");
    assertThat(answer.field("Access-Control-Allow-Private-Network")).isNull();
    assertThat(answer.field("Vary"))
        .contains("Origin")
        .contains("Access-Control-Request-Method")
        .contains("Access-Control-Request-Headers");
  }

  @Test
  void refusesPreflightsThatAskForMore() {
    assertThat(preflight(STRICT, "https://evil-app.example", "PUT").status()).isEqualTo(403);
    assertThat(preflight(STRICT, "null", "PUT").status()).isEqualTo(403);
    RawResponse method = preflight(STRICT, "https://app.example", "DELETE");
    assertThat(method.body()).isEqualTo("CORS: the method is not allowed\n");
    assertThat(method.field("Access-Control-Allow-Origin")).isNull();
    RawResponse field =
        preflight(
            STRICT, "https://app.example", "PUT", "Access-Control-Request-Headers: x-token, x-b");
    assertThat(field.body()).isEqualTo("CORS: a field is not allowed: x-b\n");
    assertThat(
            preflight(
                    STRICT,
                    "https://app.example",
                    "GET",
                    "Access-Control-Request-Private-Network: true")
                .status())
        .isEqualTo(403);
  }

  @Test
  void allFieldsAreRepeatedWhenAllAreAllowedButNotEndlessly() {
    String open =
        "{ cors: { origins: \"*\", methods: \"*\", headers: \"*\", private-network: true } }";
    RawResponse answer =
        preflight(
            open,
            "https://any.example",
            "PROPFIND",
            "Access-Control-Request-Headers: authorization,x-a",
            "Access-Control-Request-Private-Network: true");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.field("Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(answer.field("Access-Control-Allow-Methods")).isEqualTo("PROPFIND");
    assertThat(answer.field("Access-Control-Allow-Headers")).isEqualTo("authorization,x-a");
    assertThat(answer.field("Access-Control-Allow-Private-Network")).isEqualTo("true");
    for (String names :
        new String[] {"x-a,".repeat(65), "x".repeat(4097), "x y", "x\"", "a;b", "\u00e4"}) {
      RawResponse refused =
          preflight(open, "https://any.example", "GET", "Access-Control-Request-Headers: " + names);
      assertThat(refused.status()).as(names).isEqualTo(403);
      assertThat(refused.field("Access-Control-Allow-Headers")).isNull();
    }
  }

  @Test
  void answersAreReadableForTheNamedOnly() {
    RawResponse named = ask(STRICT, "GET", "Origin: https://app.example");
    assertThat(named.field("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
    assertThat(named.field("Access-Control-Allow-Credentials")).isEqualTo("true");
    assertThat(named.field("Access-Control-Expose-Headers")).isEqualTo("ETag");
    assertThat(named.field("Vary")).isEqualTo("Accept, Origin");
    RawResponse other = ask(STRICT, "GET", "Origin: https://other.example");
    assertThat(other.status()).isEqualTo(200);
    assertThat(other.field("Access-Control-Allow-Origin")).as("the upstream's own").isNull();
    assertThat(other.field("Vary")).isEqualTo("Accept, Origin");
    RawResponse twice =
        ask(STRICT, "GET", "Origin: https://app.example", "Origin: https://other.example");
    assertThat(twice.all("Access-Control-Allow-Origin")).isEmpty();
    assertThat(ask(STRICT, "GET").field("Vary")).isEqualTo("Accept, Origin");
  }

  @Test
  void othersCanBeRefusedButNotTheSiteItself() {
    String refusing = STRICT.replace("credentials: true", "refuse-others: true");
    assertThat(ask(refusing, "POST", "Origin: https://other.example", "Content-Length: 0").status())
        .isEqualTo(403);
    assertThat(ask(refusing, "POST", "Origin: http://api.example", "Content-Length: 0").status())
        .isEqualTo(200);
  }

  @Test
  void anOptionsRequestThatIsNoPreflightPasses() {
    assertThat(ask(STRICT, "OPTIONS", "Origin: https://app.example").status()).isEqualTo(200);
  }

  @Test
  void credentialsForAllAreRefusedInTheConfiguration() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      assertThatThrownBy(
              () -> Wire.gateway(upstream, "{ cors: { origins: \"*\", credentials: true } }"))
          .hasMessageContaining("name the origins");
    }
  }
}
