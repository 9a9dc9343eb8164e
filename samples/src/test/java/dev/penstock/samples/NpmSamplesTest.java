package dev.penstock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.RawResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Apps written for routers from npm run as they are, over sockets. */
@Timeout(240)
final class NpmSamplesTest {
  @TempDir Path folder;

  /**
   * The sample with the package that it asks for beside it, as {@code npm install} would leave it.
   */
  private void bundle(String sample, String packageName) throws IOException {
    Path source = Path.of("scripts", sample);
    Path installed = Npm.install(Npm.pinned(source, packageName));
    copy(source, folder.resolve(sample));
    copy(installed.resolve("node_modules"), folder.resolve(sample).resolve("node_modules"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) Files.createDirectories(target);
        else Files.copy(file, target);
      }
    }
  }

  private ScriptGateway start(String sample, String env) {
    String yaml =
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        workers: 1
        access-log: { to: off }
        upstreams: { users: { endpoints: [ "127.0.0.1:9001" ] } }
        # Interpreted, and on a machine that has other things to do: not what budgets are tested with.
        routes: { app: { script: { file: %s, env: %s, limits: { cpu-per-turn: 5s, cpu-per-request: 30s } } } }
        """
            .formatted(sample, env);
    return ScriptGateway.of(yaml, folder, (request, peer) -> ScriptGateway.text(peer, "Ada"));
  }

  @Test
  void anAppOfHonoRunsUnmodified() throws IOException {
    bundle("hono", "hono");
    try (ScriptGateway gateway =
        start(
            "hono",
            "{ upstreams: [ users ], kv: { visits: { max-entries: 10, max-value: 1KiB } } }")) {
      assertThat(gateway.ask("GET /").body()).isEqualTo("Hello from Hono");
      RawResponse user = gateway.ask("GET /api/users/7", "Origin: https://a.example");
      assertThat(user.body()).isEqualTo("{\"id\":\"7\",\"name\":\"Ada\",\"visits\":1}");
      assertThat(user.field("Access-Control-Allow-Origin")).isEqualTo("*");
      RawResponse echo =
          gateway.askWith("{\"a\":[1]}", "POST /api/echo", "Content-Type: application/json");
      assertThat(echo.status()).isEqualTo(201);
      assertThat(echo.body()).isEqualTo("{\"a\":[1]}");
      assertThat(gateway.ask("GET /admin/secret").status()).isEqualTo(401);
      String pair =
          Base64.getEncoder().encodeToString("ada:lovelace".getBytes(StandardCharsets.UTF_8));
      assertThat(gateway.ask("GET /admin/secret", "Authorization: Basic " + pair).body())
          .isEqualTo("<h1>Secret</h1>");
      assertThat(gateway.ask("GET /api/broken").body()).isEqualTo("{\"error\":\"as asked\"}");
      assertThat(gateway.ask("GET /nowhere").status()).isEqualTo(404);
    }
  }

  @Test
  void anAppOfIttyRouterRunsUnmodified() throws IOException {
    bundle("itty", "itty-router");
    try (ScriptGateway gateway = start("itty", "{ upstreams: [ users ] }")) {
      assertThat(gateway.ask("GET /v1/hello/Ada").body()).isEqualTo("\"Hello, Ada\"");
      assertThat(gateway.ask("GET /v1/hello").body()).isEqualTo("\"Hello, world\"");
      assertThat(gateway.ask("GET /v1/users/7").body())
          .isEqualTo("{\"id\":\"7\",\"name\":\"Ada\"}");
      assertThat(
              gateway
                  .askWith("{\"x\":1}", "POST /v1/echo", "Content-Type: application/json")
                  .body())
          .isEqualTo("{\"x\":1}");
      assertThat(gateway.ask("GET /v1/hello", "X-Blocked: 1").status()).isEqualTo(403);
      assertThat(gateway.ask("GET /v1/none").status()).isEqualTo(404);
    }
  }
}
