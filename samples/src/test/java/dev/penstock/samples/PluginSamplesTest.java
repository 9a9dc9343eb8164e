package dev.penstock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin samples are built into JARs, dropped into a gateway, and do what they say. */
final class PluginSamplesTest {
  private static final Path SAMPLES = SampleJar.SAMPLES;

  @TempDir Path folder;

  private void install(String sample) throws IOException {
    Path jar = Files.createDirectories(folder.resolve("plugins")).resolve(sample + ".jar");
    Files.write(jar, SampleJar.of(sample, folder));
  }

  private Gateway start(String yaml) {
    return Gateway.start(
        "listeners: { web: { bind: \"127.0.0.1:0\" } }\naccess-log: { to: off }\nworkers: 1\n"
            + "shutdown: { pre-stop: 0s, grace: 1s }\n"
            + yaml,
        folder,
        Gateway.extensionsOnClassPath());
  }

  private static RawResponse get(Gateway gateway, String path, String... fields) {
    try (RawClient client = RawClient.connect(gateway.address("web"))) {
      StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: a\r\n");
      for (String field : fields) text.append(field).append("\r\n");
      return client.send(text + "\r\n").readResponse();
    }
  }

  @Test
  void helloIsTheSameAsJavaAndAsJavaScript() throws IOException {
    install("hello-filter");
    Files.copy(SAMPLES.resolve("hello-filter.js"), folder.resolve("hello-filter.js"));
    try (Gateway gateway =
        start(
            """
            routes:
              java:   { match: { path: /java }, filters: [ hello-filter ], respond: 200 }
              script: { match: { path: /script }, filters: [ { script: hello-filter.js } ], respond: 200 }
            """)) {
      assertThat(get(gateway, "/java").field("X-Greeting")).isEqualTo("hello");
      assertThat(get(gateway, "/script").field("X-Greeting")).isEqualTo("hello");
    }
  }

  @Test
  void bothFormsStandSideBySideInTheReadme() throws IOException {
    String readme = Files.readString(SAMPLES.resolve("README.md"));
    String script = Files.readString(SAMPLES.resolve("hello-filter.js"));
    assertThat(readme).contains(script.substring(script.indexOf("export")));
    assertThat(readme).contains("exchange.response().headers().set(\"X-Greeting\", text);");
  }

  @Test
  void aFieldSaysWhichEndpointServes() throws IOException {
    install("shard-balancer");
    try (ScriptedUpstream zero = ScriptedUpstream.ok();
        ScriptedUpstream one = ScriptedUpstream.ok();
        Gateway gateway =
            start(
                """
                upstreams: { up: { balancer: { shard: { header: X-Shard } }, endpoints: [ "%s", "%s" ] } }
                routes: { all: { upstream: up } }
                """
                    .formatted(zero.address(), one.address()))) {
      get(gateway, "/", "X-Shard: 1");
      get(gateway, "/", "X-Shard: 1");
      get(gateway, "/", "X-Shard: 0");
      assertThat(zero.requests()).hasSize(1);
      assertThat(one.requests()).hasSize(2);
    }
  }

  @Test
  void usersOfAFileProveWhoTheyAre() throws IOException {
    install("user-auth");
    // What Passwords.keep gives for "open sesame", made here by the JDK alone.
    Files.writeString(folder.resolve("users.txt"), "ali:" + kept("open sesame") + "\n");
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        Gateway gateway =
            start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { filters: [ { user-auth: { file: users.txt, realm: cave } } ], upstream: up } }
                """
                    .formatted(app.address()))) {
      RawResponse asked = get(gateway, "/");
      assertThat(asked.status()).isEqualTo(401);
      assertThat(asked.field("WWW-Authenticate")).startsWith("Basic realm=\"cave\"");
      assertThat(get(gateway, "/", basic("ali", "open wheat")).status()).isEqualTo(401);
      assertThat(get(gateway, "/", basic("baba", "open sesame")).status()).isEqualTo(401);
      assertThat(get(gateway, "/", "Authorization: Basic !!").status()).isEqualTo(401);
      assertThat(app.requests()).isEmpty();
      assertThat(get(gateway, "/", basic("ali", "open sesame")).status()).isEqualTo(200);
      assertThat(app.onlyRequest().field("Authorization")).isNull();
    }
  }

  /** A script binding: what a plugin knows and can do, in {@code env}. */
  @Test
  void aScriptAsksThePluginWhoHasAFlag() throws IOException {
    install("feature-flags");
    Files.copy(SAMPLES.resolve("feature-flags/checkout.js"), folder.resolve("checkout.js"));
    Path flags = Files.writeString(folder.resolve("flags.properties"), "new-checkout=100\n");
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        Gateway gateway =
            start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes:
                  all:
                    filters: [ { script: { file: checkout.js, env: { bindings: { flags: { feature-flags: flags.properties } } } } } ]
                    upstream: up
                """
                    .formatted(app.address()))) {
      assertThat(get(gateway, "/", "X-User: ann").status()).isEqualTo(200);
      assertThat(app.onlyRequest().field("X-Checkout")).isEqualTo("new");
      assertThat(folder.resolve("notes.log")).hasContent("[new-checkout, ann]");
      Files.delete(flags);
      assertThat(
              gateway.reload(
                  "listeners: { web: { bind: \"127.0.0.1:0\" } }\n"
                      + "routes: { all: { filters: [ { script: { file: checkout.js, env: { bindings:"
                      + " { flags: { feature-flags: flags.properties } } } } } ], respond: 200 } }\n",
                  folder))
          .contains("flags.properties cannot be read");
      assertThat(get(gateway, "/", "X-User: bob").status()).isEqualTo(200);
    }
  }

  @Test
  void theConfigurationSaysWhatIsMissing() throws IOException {
    install("user-auth");
    try (Gateway gateway = start("routes: {}\n")) {
      String listener = "listeners: { web: { bind: \"127.0.0.1:0\" } }\n";
      String route = "routes: { all: { filters: [ { user-auth: { %s } } ], respond: 200 } }\n";
      assertThat(gateway.reload(listener + route.formatted(""), folder))
          .contains("say where the users are: file or database");
      assertThat(
              gateway.reload(
                  listener + route.formatted("database: \"jdbc:postgresql://db/x\""), folder))
          .contains("no driver in lib/ of the JAR takes this database");
      Files.writeString(folder.resolve("users.txt"), "ali:secret\n");
      assertThat(gateway.reload(listener + route.formatted("file: users.txt"), folder))
          .contains("users.txt:1: a line is name:salt:iterations:hash");
    }
  }

  private static String basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(both);
  }

  private static String kept(String password) {
    try {
      byte[] salt = {1, 2, 3, 4, 5, 6, 7, 8};
      var spec = new javax.crypto.spec.PBEKeySpec(password.toCharArray(), salt, 1000, 256);
      byte[] hash =
          javax.crypto.SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(spec)
              .getEncoded();
      var hex = java.util.HexFormat.of();
      return hex.formatHex(salt) + ":1000:" + hex.formatHex(hash);
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
