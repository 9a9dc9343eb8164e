package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.admin.TestAdmin.Reply;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.wire.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A12, O5: who may come in, from where, and what is remembered of it. */
final class AccessApiTest {
  private static final String YAML =
      "routes: { hello: { match: { path: /hello }, respond: 204 } }\n";

  @TempDir private Path folder;
  private TestAdmin admin;

  @BeforeEach
  void start() {
    admin = TestAdmin.start(folder, YAML);
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  /** Every operation of the table that takes a token: none, a wrong one, one that may not. */
  @Test
  void everyOperationRefusesWhoMayNotUseIt() {
    String viewer = admin.token("v", "viewer");
    String deployer = admin.token("d", "deployer");
    int asked = 0;
    for (Operation each : Admin.operations(admin.gateway(), null, null, null, null, null, null)) {
      if (each.role() == null) continue;
      String path = each.path().replaceAll("\\{[a-z]+…?}", "1");
      Reply none = admin.as("", each.method(), path, "");
      assertThat(none.status()).as(each.method() + " " + path).isEqualTo(401);
      assertThat(none.header("WWW-Authenticate")).startsWith("Bearer");
      if (each.role() != AdminRole.VIEWER)
        assertThat(admin.as(viewer, each.method(), path, "").status())
            .as(each.method() + " " + path)
            .isEqualTo(403);
      if (each.role() == AdminRole.ADMIN)
        assertThat(admin.as(deployer, each.method(), path, "").at("detail"))
            .asString()
            .contains("role admin");
      asked++;
    }
    assertThat(asked).isGreaterThan(15);
    assertThat(admin.as("pst_wrong", "GET", "/api/v1/me", "").status()).isEqualTo(401);
  }

  @Test
  void someThingsTakeNoToken() {
    for (String path :
        List.of("/livez", "/readyz", "/startupz", "/metrics", "/api/v1/openapi.json", "/api/docs"))
      assertThat(admin.as("", "GET", path, "").status()).as(path).isEqualTo(200);
    assertThat(admin.as("", "GET", "/readyz", "").at("status")).isEqualTo("ok");
    assertThat(admin.get("/metrics", "Accept", "application/openmetrics-text").body())
        .endsWith("# EOF\n");
  }

  @Test
  void tenFailuresAreFollowedByAPause() {
    for (int i = 0; i < 10; i++)
      assertThat(admin.as("pst_guess" + i, "GET", "/api/v1/me", "").status()).isEqualTo(401);
    Reply late = admin.as(TestAdmin.TOKEN, "GET", "/api/v1/me", "");
    assertThat(late.status()).isEqualTo(429);
    assertThat(Integer.parseInt(late.header("Retry-After"))).isBetween(1, 61);
  }

  /** A12: DNS rebinding, and pages of other sites. */
  @Test
  void foreignHostsAndOriginsAreRefused() {
    for (String[] each :
        new String[][] {
          {"Host: attacker.example", "421"},
          {"Host: localhost", "200"},
          {"Host: 127.0.0.1:1\r\nOrigin: http://attacker.example", "403"},
          {"Host: 127.0.0.1:1\r\nOrigin: http://127.0.0.1:1", "200"},
          {"Host: 127.0.0.1:1\r\nOrigin: null", "403"},
          {"Host: 127.0.0.1:1\r\nSec-Fetch-Site: cross-site", "403"},
          {"Host: 127.0.0.1:1\r\nSec-Fetch-Site: same-origin", "200"},
        }) {
      try (RawClient client = RawClient.connect(admin.gateway().adminAddress())) {
        client.send("GET /livez HTTP/1.1\r\n" + each[0] + "\r\nConnection: close\r\n\r\n");
        assertThat(client.readResponse().status()).as(each[0]).isEqualTo(Integer.parseInt(each[1]));
      }
    }
  }

  @Test
  void tokensAreShownOnceAndKeptAsHashes() throws Exception {
    Reply made =
        admin.call(
            "POST",
            "/api/v1/tokens",
            "{\"name\":\"ci\",\"role\":\"deployer\",\"expiresInMillis\":3600000}");
    assertThat(made.status()).isEqualTo(201);
    String secret = String.valueOf(made.at("token"));
    assertThat(admin.as(secret, "GET", "/api/v1/me", "").at("name")).isEqualTo("ci");
    assertThat(admin.as(secret, "GET", "/api/v1/me", "").at("role")).isEqualTo("deployer");
    assertThat(admin.get("/api/v1/tokens").body())
        .contains("\"ci\"")
        .contains("lastUsedAt")
        .doesNotContain(secret);
    Path file = folder.resolve("state/tokens.json");
    assertThat(Files.readString(file)).doesNotContain(secret);
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    assertThat(admin.call("DELETE", "/api/v1/tokens/" + made.at("id"), "").status()).isEqualTo(204);
    assertThat(admin.as(secret, "GET", "/api/v1/me", "").status()).isEqualTo(401);
    assertThat(admin.call("DELETE", "/api/v1/tokens/none", "").status()).isEqualTo(404);
  }

  @Test
  void aTokenThatHasExpiredIsNone() {
    Reply made =
        admin.call(
            "POST",
            "/api/v1/tokens",
            "{\"name\":\"short\",\"role\":\"viewer\",\"expiresInMillis\":1}");
    assertThat(admin.as(String.valueOf(made.at("token")), "GET", "/api/v1/me", "").status())
        .isEqualTo(401);
  }

  @Test
  void tokensWithBadFieldsAreRefused() {
    for (String body :
        List.of(
            "{}",
            "{\"name\":\"x\",\"role\":\"king\"}",
            "{\"name\":\"x\",\"role\":\"viewer\",\"more\":1}",
            "{\"name\":7,\"role\":\"viewer\"}",
            "{\"name\":\"x\",\"role\":\"viewer\",\"expiresInMillis\":-1}",
            "[]"))
      assertThat(admin.call("POST", "/api/v1/tokens", body).status()).as(body).isEqualTo(400);
    admin.token("same", "viewer");
    assertThat(
            admin
                .call("POST", "/api/v1/tokens", "{\"name\":\"same\",\"role\":\"viewer\"}")
                .status())
        .isEqualTo(409);
  }

  @Test
  void aDeployerLeavesTheAdminPartAlone() {
    String deployer = admin.token("d", "deployer");
    assertThat(admin.as(deployer, "PUT", "/api/v1/config/admin/hosts", "[\"x.example\"]").status())
        .isEqualTo(403);
    assertThat(admin.as(deployer, "PUT", "/api/v1/config/routes/hello/respond", "200").status())
        .isEqualTo(200);
    assertThat(admin.get("/api/v1/config/admin/hosts").status()).isEqualTo(404);
  }

  @Test
  void whatIsDoneAndTriedIsInTheAuditLog() throws Exception {
    String deployer = admin.token("ann", "deployer");
    admin.as(deployer, "PUT", "/api/v1/config/routes/hello/respond", "200");
    admin.as(deployer, "DELETE", "/api/v1/config/routes/hello?dry-run=true", "");
    admin.as(deployer, "PUT", "/api/v1/config/routes/hello/respond", "99999");
    Reply log = admin.get("/api/v1/audit?actor=ann");
    assertThat(log.at("total")).isEqualTo(3L);
    assertThat(log.at("items.0.result")).isEqualTo("refused");
    assertThat(log.at("items.0.status")).isEqualTo(422L);
    assertThat(log.at("items.1.result")).isEqualTo("dry-run");
    assertThat(log.at("items.2.result")).isEqualTo("ok");
    assertThat(log.at("items.2.action")).isEqualTo("config.put");
    assertThat(log.at("items.2.difference")).isEqualTo("routes ~hello");
    assertThat(log.at("items.2.revision")).isEqualTo(2L);
    assertThat(Files.readAllLines(folder.resolve("state/audit.jsonl"))).hasSize(4);
    assertThat(admin.get("/api/v1/audit?since=yesterday").status()).isEqualTo(400);
    admin.close();
    admin = TestAdmin.open(folder.resolve("gateway.yaml"));
    assertThat(admin.get("/api/v1/audit?actor=ann").at("total")).isEqualTo(3L);
    assertThat(admin.as(deployer, "GET", "/api/v1/me", "").at("name")).isEqualTo("ann");
  }

  @Test
  void theFirstStartMakesATokenAndTellsItOnce() {
    admin.close();
    admin = TestAdmin.start(folder, YAML, "state: other");
    assertThat(admin.as("", "GET", "/readyz", "").status()).isEqualTo(200);
    dev.penstock.engine.wire.TestGateway.await(
        () -> !admin.announced().isEmpty(), admin::announced);
    String token =
        admin
            .announced()
            .getFirst()
            .lines()
            .filter(line -> line.contains("pst_"))
            .findFirst()
            .orElseThrow()
            .strip();
    assertThat(admin.as(token, "GET", "/api/v1/me", "").at("role")).isEqualTo("admin");
    admin.close();
    admin = TestAdmin.open(folder.resolve("gateway.yaml"));
    assertThat(admin.as(token, "GET", "/api/v1/me", "").at("role")).isEqualTo("admin");
    assertThat(admin.announced()).isEmpty();
  }

  @Test
  void writesCanBeMadeToTakeIfMatch() {
    assertThat(admin.call("PUT", "/api/v1/config/admin/require-if-match", "true").status())
        .isEqualTo(201);
    assertThat(admin.call("PUT", "/api/v1/config/routes/hello/respond", "200").status())
        .isEqualTo(428);
    String tag = admin.get("/api/v1/config/routes/hello/respond").header("ETag");
    assertThat(
            admin
                .call("PUT", "/api/v1/config/routes/hello/respond", "200", "If-Match", tag)
                .status())
        .isEqualTo(200);
  }

  @Test
  void unknownPathsAndMethodsAreProblemsToo() {
    assertThat(admin.get("/api/v1/nothing").at("type")).asString().endsWith("/not-found");
    assertThat(admin.call("POST", "/api/v1/nothing", "").status()).isEqualTo(404);
    Reply method = admin.call("DELETE", "/api/v1/me", "");
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.header("Allow")).isEqualTo("GET");
    assertThat(method.at("type")).asString().endsWith("/method-not-allowed");
  }

  /** Issue 5: the OpenAPI document has the routes that are registered, and no others. */
  @Test
  void theOpenApiDocumentHasWhatTheTableHas() {
    Map<?, ?> paths = (Map<?, ?>) admin.get("/api/v1/openapi.json").at("paths");
    Set<String> documented = new TreeSet<>();
    paths.forEach((path, methods) ->
        ((Map<?, ?>) methods).keySet().forEach(method -> documented.add(method + " " + path)));
    Set<String> registered = new TreeSet<>();
    for (Operation each : Admin.operations(admin.gateway(), null, null, null, null, null, null))
      if (!each.path().equals("/") && !each.path().equals("/{path…}"))
        registered.add(
            each.method().toLowerCase(java.util.Locale.ROOT)
                + " "
                + each.path().replace("…}", "}"));
    assertThat(documented).isEqualTo(registered);
  }

  @Test
  void pagesMayLoadOnlyFromHere() {
    Reply page = admin.as("", "GET", "/api/docs", "");
    assertThat(page.header("Content-Security-Policy"))
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
    assertThat(page.body()).doesNotContain("https://");
    Reply again =
        admin.get(
            "/api/docs/docs.js", "If-None-Match", admin.get("/api/docs/docs.js").header("ETag"));
    assertThat(again.status()).isEqualTo(304);
    assertThat(admin.get("/api/docs/../Admin.class").status()).isIn(400, 404);
    assertThat(admin.get("/api/docs/nothing.js").status()).isEqualTo(404);
  }
}
