package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.admin.TestAdmin.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O5, O3, A14: the document over the API. */
final class ConfigApiTest {
  private static final String YAML =
      """
      # a comment
      upstreams: { users: { endpoints: [ "127.0.0.1:9" ] } }
      routes:
        users: { match: { path: /users/** }, upstream: users }
        hello: { match: { path: /hello }, respond: { body: "${NAME:-hi}" } }
      """;

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

  @Test
  void showsTheDocumentAndItsPartsAsTheyAreWritten() {
    Reply whole = admin.get("/api/v1/config");
    assertThat(whole.status()).isEqualTo(200);
    assertThat(whole.at("routes.hello.respond.body")).isEqualTo("${NAME:-hi}");
    assertThat(whole.header("X-Revision")).isEqualTo("1");
    assertThat(whole.header("Cache-Control")).isEqualTo("no-store");
    Reply part = admin.get("/api/v1/config/routes/users/match");
    assertThat(part.body()).isEqualTo("{\"path\":\"/users/**\"}");
    assertThat(admin.get("/api/v1/config/upstreams/users/endpoints/0").body())
        .isEqualTo("\"127.0.0.1:9\"");
    assertThat(admin.get("/api/v1/config", "Accept", "application/yaml").body())
        .contains("${NAME:-hi}");
    Reply same =
        admin.get(
            "/api/v1/config/routes",
            "If-None-Match",
            admin.get("/api/v1/config/routes").header("ETag"));
    assertThat(same.status()).isEqualTo(304);
  }

  @Test
  void whatIsNotThereIsNotFoundAndTheAnswerSaysWhatIs() {
    Reply missing = admin.get("/api/v1/config/routes/blue");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.header("Content-Type")).startsWith("application/problem+json");
    assertThat(String.valueOf(missing.at("detail"))).contains("hello").contains("users");
    assertThat(missing.at("type")).isEqualTo("https://penstock.dev/problems/not-found");
    assertThat(missing.at("requestId")).isEqualTo(missing.header("X-Request-Id"));
  }

  /** A14: never in an answer, and not lost when the answer is sent back. */
  @Test
  void secretsAreMaskedAndStayWhatTheyWere() {
    Reply part = admin.get("/api/v1/config/admin");
    assertThat(part.at("token")).isEqualTo("••••••");
    assertThat(admin.get("/api/v1/config", "Accept", "application/yaml").body())
        .doesNotContain(TestAdmin.TOKEN);
    assertThat(admin.get("/api/v1/revisions/1").body()).doesNotContain(TestAdmin.TOKEN);
    Reply back = admin.call("PUT", "/api/v1/config/admin", part.body());
    assertThat(back.status()).isEqualTo(200);
    assertThat(back.at("changed")).isEqualTo(false);
    assertThat(admin.get("/api/v1/me").status()).isEqualTo(200);
  }

  @Test
  void anEditIsARevisionAndAnswersWhatItChanged() {
    Reply put =
        admin.call(
            "PUT",
            "/api/v1/config/routes/beta?note=try",
            "{\"match\":{\"path\":\"/users/beta/**\"},\"respond\":204}");
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.at("revision")).isEqualTo(2L);
    assertThat(put.at("difference.routes.added")).isEqualTo(List.of("beta"));
    assertThat(put.at("difference.owners.0.request.path")).isEqualTo("/users/beta/x");
    assertThat(put.at("difference.owners.0.before")).isEqualTo("users");
    assertThat(put.at("difference.owners.0.after")).isEqualTo("beta");
    assertThat(
            admin
                .call(
                    "PUT",
                    "/api/v1/config/routes/beta",
                    "{\"match\":{\"path\":\"/users/beta/**\"},\"respond\":204}")
                .at("changed"))
        .isEqualTo(false);
    Reply patch =
        admin.call(
            "PATCH",
            "/api/v1/config/routes/beta",
            "{\"respond\":200,\"priority\":3}",
            "X-Nothing",
            "1");
    assertThat(patch.status()).isEqualTo(200);
    assertThat(admin.get("/api/v1/config/routes/beta").body())
        .isEqualTo("{\"match\":{\"path\":\"/users/beta/**\"},\"respond\":200,\"priority\":3}");
    Reply delete = admin.call("DELETE", "/api/v1/config/routes/beta", "");
    assertThat(delete.at("difference.routes.removed")).isEqualTo(List.of("beta"));
    assertThat(admin.get("/api/v1/revisions").at("items.2.note")).isEqualTo("try");
    assertThat(admin.get("/api/v1/revisions").at("items.0.active")).isEqualTo(true);
    assertThat(admin.get("/api/v1/revisions").at("items.0.source")).isEqualTo("api");
  }

  @Test
  void aDryRunAnswersTheSameAndChangesNothing() {
    Reply dry = admin.call("DELETE", "/api/v1/config/routes/users?dry-run=true", "");
    assertThat(dry.status()).isEqualTo(200);
    assertThat(dry.at("dryRun")).isEqualTo(true);
    assertThat(dry.at("difference.routes.removed")).isEqualTo(List.of("users"));
    assertThat(dry.at("difference.owners.0.after")).isNull();
    assertThat(admin.get("/api/v1/config/routes/users").status()).isEqualTo(200);
    assertThat(admin.get("/api/v1/revisions").at("total")).isEqualTo(1L);
  }

  /** O3: structured diagnostics, and the running one stays. */
  @Test
  void whatIsRefusedSaysWhereAndWhatToDo() {
    Reply put = admin.call("PUT", "/api/v1/config/routes/users/upstream", "\"blue\"");
    assertThat(put.status()).isEqualTo(422);
    assertThat(put.at("type")).isEqualTo("https://penstock.dev/problems/config-refused");
    assertThat(put.at("errors.0.pointer")).isEqualTo("/routes/users/upstream");
    assertThat(put.at("errors.0.line")).isInstanceOf(Long.class);
    assertThat(String.valueOf(put.at("errors.0.remedy"))).contains("users");
    assertThat(admin.get("/api/v1/config/routes/users/upstream").body()).isEqualTo("\"users\"");
  }

  @Test
  void badInputIsMalformed() {
    assertThat(admin.call("PUT", "/api/v1/config/routes/x", "{bad").status()).isEqualTo(400);
    assertThat(admin.call("PUT", "/api/v1/config/routes/x", "{\"a\":1,\"a\":2}").body())
        .contains("stands twice");
    assertThat(admin.call("PUT", "/api/v1/config/routes/x", "[".repeat(100)).body())
        .contains("nested");
    assertThat(admin.call("PUT", "/api/v1/config/routes/x?dry-run=maybe", "{}").status())
        .isEqualTo(400);
    assertThat(admin.call("DELETE", "/api/v1/config/nothing", "").status()).isEqualTo(404);
    Reply type =
        admin.send(
            admin
                .request("/api/v1/config")
                .header("Content-Type", "text/plain")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString("x"))
                .build());
    assertThat(type.status()).isEqualTo(415);
    Reply large = admin.call("PUT", "/api/v1/config", "\"" + "x".repeat(9 << 20) + "\"");
    assertThat(large.status()).isEqualTo(413);
  }

  @Test
  void aStaleEditIsRefusedAndSaysWhichVersionThereIs() {
    String seen = admin.get("/api/v1/config/routes/hello").header("ETag");
    String others = admin.get("/api/v1/config/routes/users").header("ETag");
    Reply first =
        admin.call(
            "PUT",
            "/api/v1/config/routes/hello/respond",
            "204",
            "If-Match",
            admin.get("/api/v1/config/routes/hello/respond").header("ETag"));
    assertThat(first.status()).isEqualTo(200);
    Reply stale = admin.call("DELETE", "/api/v1/config/routes/hello", "", "If-Match", seen);
    assertThat(stale.status()).isEqualTo(412);
    assertThat(stale.header("ETag"))
        .isNotEqualTo(seen)
        .isEqualTo(admin.get("/api/v1/config/routes/hello").header("ETag"));
    assertThat(admin.call("DELETE", "/api/v1/config/routes/users", "", "If-Match", others).status())
        .as("another part did not change")
        .isEqualTo(200);
    assertThat(
            admin.call("PUT", "/api/v1/config/routes/hello", "{}", "If-None-Match", "*").status())
        .isEqualTo(412);
  }

  /** Issue 5: one wins, none is lost. */
  @Test
  void ofConcurrentWritersWithTheSameTagOneWins() throws Exception {
    String seen = admin.get("/api/v1/config/routes/hello").header("ETag");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> writers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String body =
            "{\"match\":{\"path\":\"/hello\"},\"respond\":{\"body\":\"writer " + i + "\"}}";
        writers.add(
            threads.submit(() ->
                admin.call("PUT", "/api/v1/config/routes/hello", body, "If-Match", seen).status()));
      }
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> each : writers) statuses.add(each.get());
      assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
    }
    assertThat(admin.get("/api/v1/revisions").at("total")).isEqualTo(2L);
  }

  @Test
  void validateSaysWhetherADocumentWouldBeTaken() {
    String whole = admin.get("/api/v1/config").body();
    assertThat(admin.call("POST", "/api/v1/validate", whole).at("valid")).isEqualTo(true);
    assertThat(
            admin
                .call(
                    "POST",
                    "/api/v1/validate",
                    whole.replace("\"upstream\":\"users\"", "\"upstream\":\"blue\""))
                .status())
        .isEqualTo(422);
    assertThat(admin.call("POST", "/api/v1/validate", "[]").status()).isEqualTo(422);
    assertThat(admin.get("/api/v1/revisions").at("total")).isEqualTo(1L);
    assertThat(admin.get("/api/v1/config-schema").json()).isInstanceOf(Map.class);
  }

  @Test
  void aRollbackPutsAnOldDocumentInForceAsANewRevision() {
    admin.call("DELETE", "/api/v1/config/routes/hello", "");
    Reply back = admin.call("POST", "/api/v1/rollback/previous", "");
    assertThat(back.status()).isEqualTo(200);
    assertThat(back.at("revision")).isEqualTo(3L);
    assertThat(admin.gateway().ledger().state().document().text())
        .as("the text comes back too")
        .contains("# a comment");
    assertThat(admin.get("/api/v1/revisions").at("items.0.of")).isEqualTo(1L);
    assertThat(admin.get("/api/v1/revisions/2/difference").body())
        .startsWith("--- revision 3\n+++ revision 2\n@@ ");
    assertThat(admin.call("POST", "/api/v1/rollback/77", "").status()).isEqualTo(404);
    assertThat(admin.call("POST", "/api/v1/rollback/x", "").status()).isEqualTo(400);
  }

  @Test
  void aTransactionIsAllOrNothing() {
    String good =
        "{\"edits\":[{\"op\":\"put\",\"path\":\"/upstreams/green\",\"value\":{\"endpoints\":[\"127.0.0.1:8\"]}},{\"op\":\"patch\",\"path\":\"/routes\",\"value\":{\"users\":{\"upstream\":\"green\"},\"hello\":null}},{\"op\":\"delete\",\"path\":\"/upstreams/users\"}]}";
    Reply done = admin.call("POST", "/api/v1/transactions", good);
    assertThat(done.status()).isEqualTo(200);
    assertThat(done.at("difference.upstreams.added")).isEqualTo(List.of("green"));
    assertThat(done.at("difference.upstreams.removed")).isEqualTo(List.of("users"));
    assertThat(admin.get("/api/v1/revisions").at("total")).isEqualTo(2L);
    assertThat(
            admin
                .call(
                    "POST",
                    "/api/v1/transactions",
                    "{\"edits\":[{\"op\":\"delete\",\"path\":\"/routes/users\"},{\"op\":\"put\",\"path\":\"/nonsense\",\"value\":1}]}")
                .status())
        .isEqualTo(422);
    assertThat(admin.get("/api/v1/config/routes/users").status()).isEqualTo(200);
    assertThat(
            admin.call("POST", "/api/v1/transactions", "{\"edits\":[{\"op\":\"jump\"}]}").status())
        .isEqualTo(400);
    assertThat(admin.call("POST", "/api/v1/transactions", "{\"edits\":[]}").status())
        .isEqualTo(400);
  }

  /** Contract §1: once. */
  @Test
  void aRepeatedPostGetsTheFirstAnswerAgain() {
    String body = "{\"edits\":[{\"op\":\"delete\",\"path\":\"/routes/hello\"}]}";
    Reply first = admin.call("POST", "/api/v1/transactions", body, "Idempotency-Key", "k1");
    Reply again = admin.call("POST", "/api/v1/transactions", body, "Idempotency-Key", "k1");
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(
            admin
                .call(
                    "POST",
                    "/api/v1/transactions",
                    body.replace("hello", "users"),
                    "Idempotency-Key",
                    "k1")
                .at("type"))
        .asString()
        .endsWith("idempotency-mismatch");
    assertThat(admin.get("/api/v1/revisions").at("total")).isEqualTo(2L);
  }

  @Test
  void listsComeInPages() {
    for (int i = 0; i < 4; i++)
      admin.call("PUT", "/api/v1/config/routes/hello/priority", Integer.toString(i + 1));
    Reply page = admin.get("/api/v1/revisions?limit=2");
    assertThat(page.at("items.0.number")).isEqualTo(5L);
    assertThat(page.at("total")).isEqualTo(5L);
    Reply next = admin.get("/api/v1/revisions?limit=2&cursor=" + page.at("next"));
    assertThat(next.at("items.0.number")).isEqualTo(3L);
    assertThat(admin.get("/api/v1/revisions?limit=3&cursor=2").at("next")).isNull();
    assertThat(admin.get("/api/v1/revisions?limit=0").status()).isEqualTo(400);
    assertThat(admin.get("/api/v1/revisions?cursor=x").status()).isEqualTo(400);
  }
}
