package dev.penstock.plugins.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.password4j.Argon2Function;
import com.password4j.BcryptFunction;
import com.password4j.types.Argon2;
import com.password4j.types.Bcrypt;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code basic-auth}, over sockets (A10). */
final class BasicAuthTest {
  private static final String BCRYPT =
      BcryptFunction.getInstance(Bcrypt.Y, 4).hash("open sesame").getResult();
  private static final String ARGON2 =
      Argon2Function.getInstance(64, 1, 1, 32, Argon2.ID).hash("schlüssel:1").getResult();

  @TempDir Path folder;

  private static String users(String more) {
    return "{ basic-auth: { users: { anna: \"%s\", bert: \"%s\" }%s } }"
        .formatted(BCRYPT, ARGON2, more);
  }

  private static String basic(String pair) {
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static RawResponse ask(RawClient client, String... fields) {
    return Wire.ask(client, "GET /a", fields);
  }

  @Test
  void namesAndPasswordsAreAskedForAndNotPassedOn() {
    String filter = users(", realm: \"a \\\"b\\\"\", headers: { x-user: \"{identity}\" }");
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      RawResponse asked = ask(client, "X-User: anna");
      assertThat(asked.status()).isEqualTo(401);
      assertThat(asked.field("WWW-Authenticate"))
          .isEqualTo("Basic realm=\"a \\\"b\\\"\", charset=\"UTF-8\"");
      assertThat(asked.field("Cache-Control")).isEqualTo("no-store");
      assertThat(ask(client, basic("anna:wrong")).status()).isEqualTo(401);
      assertThat(ask(client, basic("nobody:open sesame")).status()).isEqualTo(401);
      assertThat(upstream.requests()).isEmpty();
      for (int i = 0; i < 2; i++) { // hashed, then remembered
        assertThat(ask(client, basic("anna:open sesame"), "X-User: bert").status()).isEqualTo(200);
        assertThat(upstream.lastRequest().all("x-user")).containsExactly("anna");
        assertThat(upstream.lastRequest().all("Authorization")).isEmpty();
      }
      assertThat(ask(client, basic("anna:wrong")).status())
          .as("though the right one is remembered")
          .isEqualTo(401);
      assertThat(ask(client, basic("bert:schlüssel:1")).status())
          .as("UTF-8, and colons belong to the password")
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic YW5uYQ==", // no colon
        "Basic Om9wZW4gc2VzYW1l", // no name
        "Basic YW5uYTpvcGVuIHNlc2FtZQA=", // NUL behind the right password
        "Basic YW5uYTr/", // not UTF-8
        "Basic YW5uYTpvcGVuIHNlc2FtZQ==, Basic YW5uYTpvcGVuIHNlc2FtZQ==",
        "Bearer YW5uYTpvcGVuIHNlc2FtZQ==",
        "BasicYW5uYTpvcGVuIHNlc2FtZQ=="
      })
  void whatIsNoNameAndPasswordIsRefused(String value) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, users(""));
        RawClient client = gateway.connect()) {
      assertThat(ask(client, "Authorization: " + value).status()).isEqualTo(401);
      assertThat(upstream.requests()).isEmpty();
      assertThat(ask(client, basic("anna:open sesame")).status()).isEqualTo(200);
    }
  }

  /** A9: two readings of one request are somebody's chance. */
  @Test
  void twoAuthorizationsAreAmbiguous() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, users(""));
        RawClient client = gateway.connect()) {
      assertThat(ask(client, basic("anna:open sesame"), basic("bert:x")).status()).isEqualTo(400);
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void aPasswordThatIsTooLongIsNotHashed() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, users(""));
        RawClient client = gateway.connect()) {
      assertThat(ask(client, basic("anna:" + "x".repeat(5000))).status()).isEqualTo(401);
    }
  }

  @Test
  void nobodyMayPassWhereThatIsOptionalButAWrongPasswordMayNot() {
    String filter = users(", optional: true, headers: { x-user: \"{identity}\" }");
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(ask(client, "X-User: anna").status()).isEqualTo(200);
      assertThat(upstream.lastRequest().all("x-user")).as("H10").isEmpty();
      assertThat(ask(client, basic("anna:wrong")).status()).isEqualTo(401);
    }
  }

  @Test
  void aFileOfUsersIsReadAgain() throws IOException {
    Path file = folder.resolve("users");
    Files.writeString(file, "# ours\nanna:" + BCRYPT + "\nbert:" + ARGON2 + ":dev, ops\n");
    String filter =
        "{ basic-auth: { users-file: \"%s\", headers: { x-groups: \"{groups}\" } } }"
            .formatted(file);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(ask(client, basic("anna:open sesame")).status()).isEqualTo(200);
      assertThat(ask(client, basic("bert:schlüssel:1")).status()).isEqualTo(200);
      assertThat(upstream.lastRequest().field("x-groups")).isEqualTo("dev,ops");
      Files.writeString(file, "bert:" + ARGON2 + "\n");
      gateway.reload(Wire.yaml(upstream, filter));
      assertThat(ask(client, basic("anna:open sesame")).status())
          .as("nothing is remembered of who is gone")
          .isEqualTo(401);
      Files.writeString(file, "bert:" + ARGON2 + "\nanna:secret\n");
      assertThatThrownBy(() -> gateway.reload(Wire.yaml(upstream, filter)))
          .hasMessageContaining("users:2")
          .hasMessageContaining("htpasswd");
      assertThat(ask(client, basic("bert:schlüssel:1")).status())
          .as("what ran goes on")
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$2y$31$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZabcde",
        "$argon2id$v=19$m=99999999,t=1,p=1$c29tZXNhbHRzb21l$c29tZWhhc2hzb21laGFzaA",
        "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21l$c29tZWhhc2hzb21laGFzaA",
        "$apr1$abc$def",
        "open sesame"
      })
  void hashesThatAreWeakOrCostTooMuchAreRefused(String hash) {
    assertThatThrownBy(() -> PasswordHash.parse(hash))
        .isInstanceOf(dev.penstock.engine.spi.ConfigException.class)
        .message()
        .doesNotContain("open sesame");
  }

  /** Password hashing is where a flood of guesses would cost most: it is bounded. */
  @Test
  void moreGuessesThanMayWaitGet503AndTheWorkerGoesOn() {
    String slow = BcryptFunction.getInstance(Bcrypt.Y, 9).hash("right").getResult();
    String filter =
        "{ basic-auth: { users: { anna: \"%s\" }, hashes-at-a-time: 1, max-waiting: 1, optional: true } }"
            .formatted(slow);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient other = gateway.connect()) {
      List<RawClient> guessers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        RawClient guesser = gateway.connect();
        guessers.add(guesser);
        guesser.send("GET / HTTP/1.1\r\nHost: a.test\r\n" + basic("anna:" + i) + "\r\n\r\n");
      }
      assertThat(ask(other).status()).as("the worker is not held up").isEqualTo(200);
      List<Integer> answers = new ArrayList<>();
      for (RawClient guesser : guessers) {
        answers.add(guesser.readResponse().status());
        guesser.close();
      }
      assertThat(answers).contains(401, 503).containsOnly(401, 503);
    }
  }

  @Test
  void whoAsksTheSameMeanwhileWaitsForTheSameHash() throws Exception {
    String slow = BcryptFunction.getInstance(Bcrypt.Y, 8).hash("right").getResult();
    String filter =
        "{ basic-auth: { users: { anna: \"%s\" }, hashes-at-a-time: 1, max-waiting: 0 } }"
            .formatted(slow);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        RawClient client = gateway.connect();
        clients.add(client);
        client.send("GET / HTTP/1.1\r\nHost: a.test\r\n" + basic("anna:right") + "\r\n\r\n");
      }
      for (RawClient client : clients) {
        assertThat(client.readResponse().status()).isEqualTo(200);
        client.close();
      }
    }
  }

  @Test
  void aClientThatGoesWhileItsPasswordIsHashedHarmsNobody() {
    String slow = BcryptFunction.getInstance(Bcrypt.Y, 8).hash("right").getResult();
    String filter = "{ basic-auth: { users: { anna: \"%s\" } } }".formatted(slow);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter)) {
      RawClient gone = gateway.connect();
      gone.send("GET / HTTP/1.1\r\nHost: a.test\r\n" + basic("anna:right") + "\r\n\r\n");
      gone.reset();
      try (RawClient client = gateway.connect()) {
        assertThat(ask(client).status()).isEqualTo(401);
        assertThat(ask(client, basic("anna:right")).status()).isEqualTo(200);
      }
      gateway.awaitIdle("up");
      assertThat(upstream.requests()).hasSize(1);
    }
  }
}
