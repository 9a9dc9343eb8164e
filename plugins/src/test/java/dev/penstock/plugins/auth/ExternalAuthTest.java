package dev.penstock.plugins.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code external-auth}, over sockets (A11). */
final class ExternalAuthTest {
  private static final String PASS =
      "HTTP/1.1 200 OK\r\nX-User: anna\r\nX-Groups: dev, ops\r\nX-Tenant: t-7\r\nX-Secret: s\r\n"
          + "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok";

  private static TestGateway gateway(ScriptedUpstream app, ScriptedUpstream auth, String settings) {
    String filters =
        "{ external-auth: { upstream: auth%s } }, { rewrite: { request-headers: { set: { x-who: \"{identity}/{groups}\" } } } }"
            .formatted(settings);
    return Wire.start(
        Wire.yaml(app, filters)
            .replace(
                "upstreams: {",
                "upstreams: { auth: { endpoints: [ \"" + auth.address() + "\" ] },"));
  }

  @Test
  void theServerSeesWhatItMustAndSaysWhoItIs() {
    String settings =
        ", path: \"/check{path}\", to-upstream: x-tenant, to-client: set-cookie, identity-field:"
            + " x-user, groups-field: x-groups";
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        ScriptedUpstream auth = ScriptedUpstream.answering(PASS);
        TestGateway gateway = gateway(app, auth, settings);
        RawClient client = gateway.connect()) {
      RawResponse answer =
          Wire.ask(
              client,
              "GET /a?b=c",
              "Authorization: Bearer t",
              "Cookie: c=d",
              "X-Other: o",
              "X-Tenant: root");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.all("Set-Cookie")).containsExactly("a=1", "b=2");
      ScriptedUpstream.Request asked = auth.onlyRequest();
      assertThat(asked.line()).isEqualTo("GET /check/a HTTP/1.1");
      assertThat(asked.field("Authorization")).isEqualTo("Bearer t");
      assertThat(asked.field("Cookie")).isEqualTo("c=d");
      assertThat(asked.field("X-Other")).isNull();
      assertThat(asked.field("X-Forwarded-Method")).isEqualTo("GET");
      assertThat(asked.field("X-Forwarded-Uri")).isEqualTo("/a?b=c");
      assertThat(asked.field("X-Forwarded-Host")).isEqualTo("shop.example");
      assertThat(app.onlyRequest().all("X-Tenant")).containsExactly("t-7");
      assertThat(app.onlyRequest().field("X-Who")).isEqualTo("anna/dev,ops");
      assertThat(app.onlyRequest().field("X-Secret")).isNull();
    }
  }

  @Test
  void whatTheServerRefusesTheClientIsTold() {
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        ScriptedUpstream auth =
            ScriptedUpstream.answering(
                "HTTP/1.1 302 Found\r\n"
                    + "Location: https://login.test/\r\n"
                    + "X-Secret: s\r\n"
                    + "Content-Length: 5\r\n\r\n"
                    + "login");
        TestGateway gateway = gateway(app, auth, "");
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        RawResponse answer = Wire.ask(client, "GET /");
        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.field("Location")).isEqualTo("https://login.test/");
        assertThat(answer.field("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.field("X-Secret")).isNull();
        assertThat(answer.body()).isEqualTo("login");
      }
      assertThat(app.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n",
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        ""
      })
  void nobodyPassesWhenTheServerFails(String broken) {
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        ScriptedUpstream auth =
            ScriptedUpstream.replying((request, peer) -> {
              peer.send(broken);
              peer.close();
            });
        TestGateway closed = gateway(app, auth, "");
        TestGateway denies = gateway(app, auth, ", on-failure: deny");
        RawClient one = closed.connect();
        RawClient two = denies.connect()) {
      assertThat(Wire.ask(one, "GET /").status()).isEqualTo(503);
      assertThat(Wire.ask(two, "GET /").status()).isEqualTo(403);
      assertThat(app.requests()).isEmpty();
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsNotWaitedFor() {
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        ScriptedUpstream auth = ScriptedUpstream.replying((request, peer) -> peer.readRequest());
        TestGateway closed = gateway(app, auth, ", timeout: 50ms");
        TestGateway open =
            gateway(app, auth, ", timeout: 50ms, on-failure: allow, to-upstream: x-tenant");
        RawClient one = closed.connect();
        RawClient two = open.connect()) {
      assertThat(Wire.ask(one, "GET /").status()).isEqualTo(503);
      assertThat(app.requests()).isEmpty();
      assertThat(Wire.ask(two, "GET /", "X-Tenant: root").status()).isEqualTo(200);
      assertThat(app.onlyRequest().field("X-Tenant")).as("H10, even then").isNull();
    }
  }

  @Test
  void whatLetPassMayBeUsedAgainForTheSameKey() {
    String settings =
        ", cache-for: 1m, cache-key: \"{header.authorization}\", identity-field: x-user";
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        ScriptedUpstream auth = ScriptedUpstream.answering(PASS);
        TestGateway gateway = gateway(app, auth, settings);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 3; i++) {
        assertThat(Wire.ask(client, "GET /" + i, "Authorization: a").status()).isEqualTo(200);
        assertThat(app.lastRequest().field("X-Who")).isEqualTo("anna/");
      }
      assertThat(auth.requests()).hasSize(1);
      assertThat(Wire.ask(client, "GET /", "Authorization: b").status()).isEqualTo(200);
      assertThat(auth.requests()).hasSize(2);
    }
  }

  @Test
  void aClientThatGoesMeanwhileHarmsNobody() {
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        ScriptedUpstream auth =
            ScriptedUpstream.replying((request, peer) -> {
              if (request.head().contains("/never")) peer.readRequest();
              else peer.send(PASS);
            });
        TestGateway gateway = gateway(app, auth, ", timeout: 30s, path: \"/may{path}\"");
        RawClient gone = gateway.connect();
        RawClient client = gateway.connect()) {
      gone.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
      auth.awaitRequests(1);
      gone.reset();
      assertThat(Wire.ask(client, "GET /").status()).isEqualTo(200);
      gateway.awaitIdle("up", "auth");
      assertThat(app.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "upstream: nobody",
        "upstream: up, path: check",
        "upstream: up, to-upstream: content-length",
        "upstream: up, to-client: \"a b\"",
        "upstream: up, path: \"/{nothing}\""
      })
  void whatCannotWorkIsRefused(String settings) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      assertThatThrownBy(
              () -> Wire.gateway(upstream, "{ external-auth: { " + settings + " } }").close())
          .hasMessageContaining("filters[0]");
    }
  }
}
