package dev.penstock.plugins.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code api-key}, over sockets. */
final class ApiKeyTest {
  @TempDir Path folder;

  static String hash(String key) {
    try {
      byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String keys(String more) {
    return "{ api-key: { keys: { shop: \"%s\", batch: { hash: \"%s\", groups: [ nightly ], claims: { plan: gold } } }%s } }"
        .formatted(hash("k-shop"), hash("k-batch"), more);
  }

  @Test
  void keysComeInFieldsAndAreNotPassedOn() {
    String filter = keys(", headers: { x-app: \"{identity}/{groups}/{claim.plan}\" }");
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      RawResponse asked = Wire.ask(client, "GET /");
      assertThat(asked.status()).isEqualTo(401);
      assertThat(asked.field("WWW-Authenticate")).isEqualTo("ApiKey");
      assertThat(Wire.ask(client, "GET /", "X-Api-Key: k-other").status()).isEqualTo(401);
      assertThat(Wire.ask(client, "GET /", "X-Api-Key: " + hash("k-shop")).status())
          .as("the hash is no key")
          .isEqualTo(401);
      assertThat(Wire.ask(client, "GET /", "X-Api-Key:").status()).isEqualTo(401);
      assertThat(Wire.ask(client, "GET /", "X-Api-Key: " + "k".repeat(5000)).status())
          .isEqualTo(401);
      assertThat(Wire.ask(client, "GET /?x-api-key=k-shop").status())
          .as("not asked for in the query")
          .isEqualTo(401);
      assertThat(upstream.requests()).isEmpty();
      assertThat(Wire.ask(client, "GET /", "x-API-key: k-batch", "X-App: root").status())
          .isEqualTo(200);
      assertThat(upstream.lastRequest().field("x-app")).isEqualTo("batch/nightly/gold");
      assertThat(upstream.lastRequest().field("x-api-key")).isNull();
    }
  }

  @Test
  void twoKeysAreAmbiguous() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, keys(", query: key"));
        RawClient client = gateway.connect()) {
      assertThat(Wire.ask(client, "GET /", "X-Api-Key: k-shop", "X-Api-Key: k").status())
          .isEqualTo(400);
      assertThat(Wire.ask(client, "GET /?key=k-shop", "X-Api-Key: k-shop").status()).isEqualTo(400);
      assertThat(Wire.ask(client, "GET /?key=k-shop&k%65y=k-batch").status()).isEqualTo(400);
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void aKeyInTheQueryIsTakenOutOfIt() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, keys(", query: key"));
        RawClient client = gateway.connect()) {
      assertThat(Wire.ask(client, "GET /?a=1&k%65y=k%2Dshop&b=%zz").status()).isIn(200, 400);
      assertThat(Wire.ask(client, "GET /?a=1&k%65y=k%2Dshop&b").status()).isEqualTo(200);
      assertThat(upstream.lastRequest().line()).isEqualTo("GET /?a=1&b HTTP/1.1");
      assertThat(Wire.ask(client, "GET /?key=k-shop").status()).isEqualTo(200);
      assertThat(upstream.lastRequest().line()).isEqualTo("GET / HTTP/1.1");
    }
  }

  @Test
  void aKeyMayStandBehindAScheme() {
    String filter = keys(", header: authorization, prefix: \"Bearer \", forward: true");
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      RawResponse asked = Wire.ask(client, "GET /", "Authorization: k-shop");
      assertThat(asked.status()).isEqualTo(401);
      assertThat(asked.field("WWW-Authenticate")).isEqualTo("Bearer");
      assertThat(Wire.ask(client, "GET /", "Authorization: bearer k-shop").status()).isEqualTo(200);
      assertThat(upstream.lastRequest().field("Authorization")).isEqualTo("bearer k-shop");
    }
  }

  @Test
  void keysExpire() {
    String filter =
        "{ api-key: { keys: { old: { hash: \"%s\", expires: 2020-01-01 }, new: { hash: \"%s\", expires: \"2999-01-01T00:00:00Z\" } } } }"
            .formatted(hash("k-old"), hash("k-new"));
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(Wire.ask(client, "GET /", "X-Api-Key: k-old").status()).isEqualTo(401);
      assertThat(Wire.ask(client, "GET /", "X-Api-Key: k-new").status()).isEqualTo(200);
    }
  }

  @Test
  void keysComeFromAFileToo() throws IOException {
    Path file = folder.resolve("keys");
    Files.writeString(file, "shop:" + hash("k-1") + "\nbatch:" + hash("k-2") + ":nightly\n");
    String filter = "{ api-key: { keys-file: \"%s\" } }".formatted(file);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(Wire.ask(client, "GET /", "X-Api-Key: k-2").status()).isEqualTo(200);
      Files.writeString(file, "shop:" + hash("k-1") + "\nbatch:" + hash("k-1") + "\n");
      assertThatThrownBy(() -> gateway.reload(Wire.yaml(upstream, filter)))
          .hasMessageContaining("keys:2")
          .hasMessageContaining("the same key");
      Files.writeString(file, "shop:k-1\n");
      assertThatThrownBy(() -> gateway.reload(Wire.yaml(upstream, filter)))
          .hasMessageContaining("keys:1")
          .hasMessageContaining("sha256sum");
    }
  }

  /** One or the other: the first filter that knows who it is settles it. */
  @Test
  void severalFiltersMayLookForDifferentCredentials() {
    String user = com.password4j.BcryptFunction.getInstance(4).hash("pw").getResult();
    String filters =
        keys(", optional: true")
            + ", { basic-auth: { users: { anna: \"%s\" }, headers: { x-who: \"{identity}\" } } }"
                .formatted(user);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filters);
        RawClient client = gateway.connect()) {
      assertThat(Wire.ask(client, "GET /").status()).isEqualTo(401);
      assertThat(Wire.ask(client, "GET /", "X-Api-Key: k-shop").status()).isEqualTo(200);
      assertThat(upstream.lastRequest().field("x-who")).isEqualTo("shop");
      assertThat(Wire.ask(client, "GET /", "Authorization: Basic YW5uYTpwdw==").status())
          .isEqualTo(200);
      assertThat(upstream.lastRequest().field("x-who")).isEqualTo("anna");
    }
  }
}
