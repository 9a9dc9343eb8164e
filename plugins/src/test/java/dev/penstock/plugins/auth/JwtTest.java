package dev.penstock.plugins.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jwt}, over sockets (A3, A4, A5, A9). */
final class JwtTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;

  private String file(String more, JWK... keys) throws Exception {
    Path file = Files.writeString(folder.resolve("keys.json"), Tokens.jwks(keys));
    return "{ jwt: { jwks-file: \"%s\", audience: shop, issuer: \"https://id.test\"%s } }"
        .formatted(file, more);
  }

  private static RawResponse ask(RawClient client, String token, String... fields) {
    List<String> all = new ArrayList<>(List.of(fields));
    all.add("Authorization: Bearer " + token);
    return Wire.ask(client, "GET /a", all.toArray(String[]::new));
  }

  private static Date ago(int seconds) {
    return Date.from(Instant.now().minusSeconds(seconds));
  }

  @Test
  void tokensSayWhoItIs() throws Exception {
    String filter =
        file(", headers: { x-who: \"{identity} {groups} {claim.tenant}\" }", Tokens.RSA, Tokens.EC);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      RawResponse asked = Wire.ask(client, "GET /");
      assertThat(asked.status()).isEqualTo(401);
      assertThat(asked.field("WWW-Authenticate")).isEqualTo("Bearer realm=\"restricted\"");
      for (JWK key : List.of(Tokens.RSA, Tokens.EC)) {
        String token = Tokens.token(key);
        for (int i = 0; i < 2; i++) { // verified, then remembered
          assertThat(ask(client, token, "X-Who: root").status()).isEqualTo(200);
          assertThat(upstream.lastRequest().field("x-who")).isEqualTo("anna dev,ops t-7");
          assertThat(upstream.lastRequest().field("Authorization")).isEqualTo("Bearer " + token);
        }
      }
    }
  }

  @Test
  void badTokensAreRefused() throws Exception {
    Instant now = Instant.now();
    Map<String, String> bad = new LinkedHashMap<>();
    String good = Tokens.token(Tokens.RSA);
    String[] parts = good.split("\\.");
    bad.put(
        "expired",
        Tokens.token(Tokens.RSA, c -> c.expirationTime(Date.from(now.minusSeconds(900)))));
    bad.put("no end", Tokens.token(Tokens.RSA, c -> c.expirationTime(null)));
    bad.put(
        "not yet", Tokens.token(Tokens.RSA, c -> c.notBeforeTime(Date.from(now.plusSeconds(900)))));
    bad.put(
        "from the future",
        Tokens.token(Tokens.RSA, c -> c.issueTime(Date.from(now.plusSeconds(900)))));
    bad.put("for others", Tokens.token(Tokens.RSA, c -> c.audience("bank")));
    bad.put("for nobody", Tokens.token(Tokens.RSA, c -> c.audience((String) null)));
    bad.put("of others", Tokens.token(Tokens.RSA, c -> c.issuer("https://evil.test")));
    bad.put("of nobody", Tokens.token(Tokens.RSA, c -> c.issuer(null)));
    bad.put("about nobody", Tokens.token(Tokens.RSA, c -> c.subject(null)));
    bad.put("another key", Tokens.token(Tokens.rsa("rsa-1")));
    bad.put("an unknown key", Tokens.token(Tokens.rsa("rsa-9")));
    bad.put("no signature", parts[0] + '.' + parts[1] + '.');
    bad.put(
        "other claims",
        parts[0]
            + '.'
            + Tokens.token(Tokens.EC, c -> c.subject("another")).split("\\.")[1]
            + '.'
            + parts[2]);
    bad.put("none", Tokens.unsigned("{\"alg\":\"none\"}"));
    bad.put("None", Tokens.unsigned("{\"alg\":\"None\",\"kid\":\"rsa-1\"}"));
    bad.put("empty head", Tokens.unsigned("{}"));
    bad.put("no JSON", "e30.e30.e30");
    bad.put("no token", "secret");
    bad.put("dots", "...");
    bad.put("empty", "");
    bad.put("long", good + "x".repeat(9000));
    // A4: the public key as the secret of an HMAC (CVE-2015-9235).
    byte[] publicKey = Tokens.RSA.toRSAPublicKey().getEncoded();
    bad.put(
        "confused",
        Tokens.withSecret(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build(), publicKey));
    bad.put(
        "an extension",
        Tokens.token(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa-1")
                .criticalParams(Set.of("x-ext"))
                .customParam("x-ext", 1)
                .build(),
            Tokens.RSA,
            Tokens.claims(c -> {})));
    bad.put(
        "another kind",
        Tokens.token(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa-1")
                .type(new JOSEObjectType("logout+jwt"))
                .build(),
            Tokens.RSA,
            Tokens.claims(c -> {})));
    // The key that the token brings along, or says where to find, is nobody's.
    RSAKey own = Tokens.rsa("own");
    bad.put(
        "its own key",
        Tokens.token(
            new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(own.toPublicJWK()).build(),
            own,
            Tokens.claims(c -> {})));
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, file("", Tokens.RSA, Tokens.EC));
        RawClient client = gateway.connect()) {
      bad.forEach((what, token) -> {
        RawResponse answer = ask(client, token);
        assertThat(answer.status()).as(what).isEqualTo(401);
        assertThat(answer.field("WWW-Authenticate")).as(what).contains("error=\"invalid_token\"");
      });
      assertThat(upstream.requests()).isEmpty();
      assertThat(ask(client, good).status()).isEqualTo(200);
      assertThat(ask(client, Tokens.token(Tokens.RSA, c -> c.expirationTime(ago(20)))).status())
          .as("within what clocks may differ")
          .isEqualTo(200);
    }
  }

  /** A4: a key that says what it is for is used for nothing else. */
  @Test
  void algorithmsAreThoseOfTheConfigurationAndOfTheKey() throws Exception {
    RSAKey onlyPs =
        new RSAKey.Builder(Tokens.RSA.toPublicJWK()).algorithm(JWSAlgorithm.PS256).build();
    Path file = Files.writeString(folder.resolve("k"), Tokens.jwks(onlyPs, Tokens.EC));
    String filter = "{ jwt: { jwks-file: \"%s\", algorithms: [ PS256, RS256 ] } }".formatted(file);
    JWSHeader ps = new JWSHeader.Builder(JWSAlgorithm.PS256).keyID("rsa-1").build();
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(ask(client, Tokens.token(Tokens.RSA)).status()).isEqualTo(401);
      assertThat(ask(client, Tokens.token(Tokens.EC)).status()).isEqualTo(401);
      assertThat(ask(client, Tokens.token(ps, Tokens.RSA, Tokens.claims(c -> {}))).status())
          .isEqualTo(200);
    }
  }

  /** A9. */
  @Test
  void twoAuthorizationsAreAmbiguousAndTheQueryIsNotLookedAt() throws Exception {
    String token = Tokens.token(Tokens.RSA);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, file("", Tokens.RSA));
        RawClient client = gateway.connect()) {
      assertThat(ask(client, token, "Authorization: Basic x").status()).isEqualTo(400);
      assertThat(Wire.ask(client, "GET /?access_token=" + token).status()).isEqualTo(401);
      assertThat(Wire.ask(client, "GET /", "Cookie: token=" + token).status()).isEqualTo(401);
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void aSecretMayBeSharedAndATokenMayBeInACookie() {
    String filter =
        "{ jwt: { secret: %s, audience: shop, cookie: token, forward: false } }".formatted(SECRET);
    byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
    String token = Tokens.withSecret(new JWSHeader(JWSAlgorithm.HS256), secret);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(ask(client, token).status()).isEqualTo(200);
      assertThat(upstream.lastRequest().field("Authorization")).isNull();
      assertThat(Wire.ask(client, "GET /", "Cookie: a=b; token=" + token).status()).isEqualTo(200);
      byte[] wrong = ("x" + SECRET).getBytes(StandardCharsets.UTF_8);
      assertThat(ask(client, Tokens.withSecret(new JWSHeader(JWSAlgorithm.HS256), wrong)).status())
          .isEqualTo(401);
    }
  }

  // ---- keys of a server (A5)

  private static String served(ScriptedUpstream keys) {
    return "{ jwt: { jwks-url: \"http://%s/keys?v=1\", audience: shop } }"
        .formatted(keys.address());
  }

  private static ScriptedUpstream keyServer(List<String> answers) {
    return ScriptedUpstream.replying((request, peer) -> {
      String body = answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
      if (body.startsWith("HTTP")) peer.send(body);
      else
        peer.send(
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);
    });
  }

  @Test
  void keysAreFetchedOnceForAllWhoAsk() {
    try (ScriptedUpstream keys = keyServer(new ArrayList<>(List.of(Tokens.jwks(Tokens.RSA))));
        ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, served(keys))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        RawClient client = gateway.connect();
        clients.add(client);
        client.send(
            "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                + Tokens.token(Tokens.RSA)
                + "\r\n\r\n");
      }
      for (RawClient client : clients) {
        assertThat(client.readResponse().status()).isEqualTo(200);
        client.close();
      }
      assertThat(keys.onlyRequest().line()).isEqualTo("GET /keys?v=1 HTTP/1.1");
      gateway.reload(Wire.yaml(upstream, served(keys), "max-body: 1MiB"));
      try (RawClient client = gateway.connect()) {
        assertThat(ask(client, Tokens.token(Tokens.RSA)).status()).isEqualTo(200);
      }
      assertThat(keys.requests()).as("a reload keeps them").hasSize(1);
    }
  }

  @Test
  void anUnknownKeyIsLookedForOnceAMinute() {
    RSAKey next = Tokens.rsa("rsa-2");
    List<String> answers =
        new ArrayList<>(List.of(Tokens.jwks(Tokens.RSA), Tokens.jwks(Tokens.RSA)));
    try (ScriptedUpstream keys = keyServer(answers);
        ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, served(keys));
        RawClient client = gateway.connect()) {
      assertThat(ask(client, Tokens.token(Tokens.RSA)).status()).isEqualTo(200);
      for (int i = 0; i < 5; i++)
        assertThat(ask(client, Tokens.token(next)).status()).isEqualTo(401);
      assertThat(keys.requests()).as("no flood of tokens becomes one of requests").hasSize(1);
      assertThat(ask(client, Tokens.token(Tokens.RSA)).status()).isEqualTo(200);
    }
  }

  @Test
  void withoutKeysNobodyPasses() {
    List<String> answers = new ArrayList<>(List.of("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"));
    try (ScriptedUpstream keys = keyServer(answers);
        ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, served(keys));
        RawClient client = gateway.connect()) {
      assertThat(ask(client, Tokens.token(Tokens.RSA)).status()).isEqualTo(503);
      assertThat(ask(client, Tokens.token(Tokens.RSA)).status()).isEqualTo(503);
      assertThat(Wire.ask(client, "GET /").status()).isEqualTo(401);
      assertThat(upstream.requests()).isEmpty();
      assertThat(keys.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no JSON",
        "{}",
        "{\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"}]}",
        "[1]"
      })
  void whatIsNoSetOfPublicKeysIsNotBelieved(String body) {
    String token = Tokens.token(Tokens.RSA); // before a connection waits: making a key takes time
    try (ScriptedUpstream keys = keyServer(new ArrayList<>(List.of(body)));
        ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, served(keys));
        RawClient client = gateway.connect()) {
      assertThat(ask(client, token).status()).isEqualTo(503);
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void keysMayComeThroughAnUpstream() {
    try (ScriptedUpstream upstream = keyServer(new ArrayList<>(List.of(Tokens.jwks(Tokens.RSA))));
        TestGateway gateway =
            Wire.gateway(
                upstream, "{ jwt: { jwks-upstream: up, jwks-path: /k, audience: shop } }");
        RawClient client = gateway.connect()) {
      assertThat(ask(client, Tokens.token(Tokens.RSA)).status()).isEqualTo(200);
      assertThat(upstream.requests()).hasSize(2);
      assertThat(upstream.requests().getFirst().line()).isEqualTo("GET /k HTTP/1.1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ jwt: {} }",
        "{ jwt: { secret: short } }",
        "{ jwt: { secret: 0123456789abcdef0123456789abcdef, algorithms: RS256 } }",
        "{ jwt: { secret: 0123456789abcdef0123456789abcdef, jwks-upstream: up } }",
        "{ jwt: { jwks-upstream: nobody } }",
        "{ jwt: { jwks-upstream: up, algorithms: [ HS256 ] } }",
        "{ jwt: { jwks-upstream: up, algorithms: [ none ] } }",
        "{ jwt: { jwks-url: \"https://id.test/keys\" } }",
        "{ jwt: { jwks-url: \"file:///etc/passwd\" } }",
        "{ jwt: { jwks-file: not-there.json } }"
      })
  void whatCannotWorkIsRefused(String filter) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      assertThatThrownBy(() -> Wire.gateway(upstream, filter).close())
          .hasMessageContaining("filters[0]");
    }
  }
}
