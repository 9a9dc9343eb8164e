package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.admin.TestAdmin.Reply;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.control.ScriptDoor;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.wire.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Issue 5: scripts by name, with a stand-in for the room that runs them: a script is what it
 * answers.
 */
@Timeout(120)
final class ScriptApiTest {
  public record Rules(@dev.penstock.engine.spi.Config.Shorthand String file) {}

  private static final long WAIT_NS = 500_000_000;

  /** Takes any text as a script that answers that text; what holds "syntax error" is refused. */
  private static final class Echo implements Extension, ScriptDoor, FilterFactory<Rules> {
    @Override
    public String name() {
      return "script";
    }

    @Override
    public void register(Registry registry) {
      registry.filter(this);
    }

    @Override
    public void check(Path file) {
      read(file);
    }

    private static String read(Path file) {
      try {
        String text = Files.readString(Files.isDirectory(file) ? file.resolve("index.js") : file);
        if (text.contains("syntax error"))
          throw new ConfigException(
              "SyntaxError: no\n    1 | syntax error\n      | ^", "main.js:1:1", null);
        return text;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private final java.util.List<Viewer> viewers =
        new java.util.concurrent.CopyOnWriteArrayList<>();

    @Override
    public Trial tryOut(Path file, Registries registries, Sample sample) {
      String text = read(file) + " " + sample.method() + " " + sample.url();
      Message message =
          new Message(
              200,
              List.of(java.util.Map.entry("X-From", "script")),
              text.getBytes(StandardCharsets.UTF_8));
      Line line = new Line(file, "try-out", "-", "info", "tried", "");
      Line failure =
          new Line(file, "try-out", "-", "error", "Error: no\n    at main.js:1:1", "onLog");
      return new Trial(message, true, null, List.of(line, failure), 1_000_000, 17, 2_000_000);
    }

    @Override
    public void add(Viewer viewer) {
      viewers.add(viewer);
    }

    @Override
    public void remove(Viewer viewer) {
      viewers.remove(viewer);
    }

    @Override
    public Class<Rules> configType() {
      return Rules.class;
    }

    @Override
    public FilterTemplate prepare(Rules rules, PrepareScope scope) {
      Path file = scope.watch(rules.file());
      String text = read(file);
      return new FilterTemplate() {
        @Override
        public Set<Phase> phases() {
          return Set.of(Phase.ON_REQUEST);
        }

        @Override
        public Filter create(FilterScope of) {
          return new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
              try {
                Line line =
                    new Line(
                        file.toRealPath(), "all", exchange.id(), "info", "answered " + text, "");
                viewers.forEach(each -> each.onLine(line));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              if (text.startsWith("waits")) LockSupport.parkNanos(WAIT_NS);
              return Verdict.respond(Response.text(text.startsWith("fails") ? 500 : 200, text));
            }
          };
        }
      };
    }
  }

  @TempDir private Path folder;
  private TestAdmin admin;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("first.js"), "from the file");
    admin =
        TestAdmin.start(
            folder,
            """
            scripts: { tenant: first.js }
            routes: { all: { script: "@tenant" } }
            """,
            new Echo());
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private String answer() {
    return answer("X-Nobody: 1");
  }

  private String answer(String field) {
    try (RawClient client = RawClient.connect(admin.gateway().address("web"))) {
      return client
          .send("GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\nConnection: close\r\n\r\n")
          .readResponse()
          .body();
    }
  }

  private Reply deploy(String text, String query, String... headers) {
    HttpRequest.Builder request =
        admin.request("/api/v1/scripts/tenant" + query).header("Content-Type", "text/javascript");
    if (headers.length > 0) request.headers(headers);
    return admin.send(request.PUT(HttpRequest.BodyPublishers.ofString(text)).build());
  }

  @Test
  void aDeployedVersionAnswersAtOnceAndCanBeRolledBack() {
    assertThat(answer()).isEqualTo("from the file");
    assertThat(admin.get("/api/v1/scripts/tenant").at("file")).isEqualTo("first.js");
    Reply one = deploy("one", "?note=first");
    assertThat(one.status()).isEqualTo(201);
    assertThat(one.at("difference.others")).isEqualTo(List.of("scripts"));
    assertThat(answer()).isEqualTo("one");
    deploy("two", "");
    assertThat(answer()).isEqualTo("two");
    Reply script = admin.get("/api/v1/scripts/tenant");
    assertThat(script.at("versions.0.state")).isEqualTo("active");
    assertThat(script.at("versions.1.note")).isEqualTo("first");
    assertThat(script.at("previous")).isEqualTo(one.at("version"));
    assertThat(script.at("uses")).isEqualTo(List.of("route all"));
    Reply back = admin.call("POST", "/api/v1/scripts/tenant/rollback", "");
    assertThat(back.at("script.version")).isEqualTo(one.at("version"));
    assertThat(answer()).isEqualTo("one");
    assertThat(admin.call("POST", "/api/v1/rollback/1", "").status()).isEqualTo(200);
    assertThat(answer()).isEqualTo("from the file");
  }

  @Test
  void theSameContentIsTheSameVersion() {
    Reply first = deploy("one", "");
    Reply again = deploy("one", "");
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.at("version")).isEqualTo(first.at("version"));
    assertThat(again.at("changed")).isEqualTo(false);
    assertThat(String.valueOf(first.at("version"))).matches("[0-9a-f]{16}");
  }

  @Test
  void whatDoesNotCompileIsRefusedWithItsPlaceAndWhatRanGoesOn() {
    deploy("one", "");
    Reply bad = deploy("syntax error", "");
    assertThat(bad.status()).isEqualTo(422);
    assertThat(bad.at("type")).isEqualTo("https://penstock.dev/problems/script-refused");
    assertThat(bad.at("errors.0.file")).isEqualTo("main.js");
    assertThat(bad.at("errors.0.line")).isEqualTo(1L);
    assertThat(bad.at("errors.0.column")).isEqualTo(1L);
    assertThat(String.valueOf(bad.at("errors.0.frame"))).contains("^");
    assertThat(answer()).isEqualTo("one");
    assertThat(admin.get("/api/v1/scripts/tenant").body()).containsOnlyOnce("createdAt");
  }

  @Test
  void aVersionCanBeKeptAndActivatedLater() {
    Reply kept = deploy("later", "?activate=false");
    assertThat(kept.status()).isEqualTo(201);
    assertThat(answer()).isEqualTo("from the file");
    String version = "/api/v1/scripts/tenant/versions/" + kept.at("version");
    assertThat(admin.get(version).at("files.main~js")).isNull();
    assertThat(admin.get(version).body()).contains("{\"main.js\":{\"text\":\"later\"}}");
    assertThat(admin.call("POST", version + "/activate", "").status()).isEqualTo(200);
    assertThat(answer()).isEqualTo("later");
    assertThat(admin.call("DELETE", version, "").status()).isEqualTo(409);
    deploy("other", "");
    assertThat(admin.call("DELETE", version, "").status()).isEqualTo(204);
    assertThat(admin.get(version).status()).isEqualTo(404);
  }

  @Test
  void aDryRunCompilesAndKeepsNothing() {
    assertThat(deploy("dry", "?dry-run=true").at("changed")).isEqualTo(true);
    assertThat(deploy("syntax error", "?dry-run=true").status()).isEqualTo(422);
    assertThat(answer()).isEqualTo("from the file");
    assertThat(admin.get("/api/v1/scripts/tenant").at("versions")).isEqualTo(List.of());
  }

  @Test
  void bundlesComeAsZipAndAsJson() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      for (String name : List.of("index.js", "lib/a.js")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(("zip " + name).getBytes(StandardCharsets.UTF_8));
      }
    }
    HttpRequest put =
        admin
            .request("/api/v1/scripts/tenant")
            .header("Content-Type", "application/zip")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(zip.toByteArray()))
            .build();
    assertThat(admin.send(put).status()).isEqualTo(201);
    assertThat(answer()).isEqualTo("zip index.js");
    Reply json =
        admin.call(
            "PUT",
            "/api/v1/scripts/tenant",
            "{\"files\":{\"index.js\":{\"text\":\"json\"},\"x.bin\":{\"base64\":\"/wA=\"}}}");
    assertThat(json.status()).isEqualTo(201);
    assertThat(answer()).isEqualTo("json");
    assertThat(admin.get("/api/v1/scripts/tenant/versions/" + json.at("version")).body())
        .contains("\"x.bin\":{\"base64\":\"/wA=\"}");
  }

  @Test
  void badInputIsRefused() {
    for (String body :
        List.of(
            "{}",
            "{\"files\":{}}",
            "{\"files\":{\"../x.js\":{\"text\":\"\"}}}",
            "{\"files\":{\"/x.js\":{\"text\":\"\"}}}",
            "{\"files\":{\"a.js\":{}}}",
            "{\"files\":{\"a.js\":{\"base64\":\"%\"}}}",
            "{\"files\":{\"a.js\":{\"text\":\"\",\"more\":1}}}"))
      assertThat(admin.call("PUT", "/api/v1/scripts/tenant", body).status())
          .as(body)
          .isEqualTo(400);
    assertThat(
            admin
                .call("PUT", "/api/v1/scripts/Bad.Name", "{\"files\":{\"a.js\":{\"text\":\"\"}}}")
                .status())
        .isEqualTo(400);
    HttpRequest zip =
        admin
            .request("/api/v1/scripts/tenant")
            .header("Content-Type", "application/zip")
            .PUT(HttpRequest.BodyPublishers.ofString("PK no"))
            .build();
    assertThat(admin.send(zip).status()).isEqualTo(400);
    assertThat(admin.get("/api/v1/scripts/none").status()).isEqualTo(404);
    assertThat(admin.call("POST", "/api/v1/scripts/tenant/rollback", "").status()).isEqualTo(409);
    assertThat(
            admin
                .call("POST", "/api/v1/scripts/tenant/versions/0123456789abcdef/activate", "")
                .status())
        .isEqualTo(404);
    assertThat(admin.call("DELETE", "/api/v1/scripts/tenant", "").status())
        .as("a route uses it")
        .isEqualTo(409);
  }

  @Test
  void aStaleDeploymentIsRefused() {
    deploy("one", "");
    String seen = admin.get("/api/v1/scripts/tenant").header("ETag");
    assertThat(deploy("two", "", "If-Match", seen).status()).isEqualTo(201);
    assertThat(deploy("three", "", "If-Match", seen).status()).isEqualTo(412);
    assertThat(answer()).isEqualTo("two");
    assertThat(admin.get("/api/v1/scripts").at("items.0.version"))
        .isEqualTo(admin.get("/api/v1/scripts/tenant").at("version"));
  }

  @Test
  void aScriptThatIsNotUsedCanBeRemoved() {
    assertThat(
            admin
                .call("PUT", "/api/v1/scripts/spare", "{\"files\":{\"a.js\":{\"text\":\"x\"}}}")
                .status())
        .isEqualTo(201);
    assertThat(admin.call("DELETE", "/api/v1/scripts/spare", "").status()).isEqualTo(200);
    assertThat(admin.get("/api/v1/scripts/spare").status()).isEqualTo(404);
    assertThat(admin.get("/api/v1/scripts").at("total")).isEqualTo(1L);
  }

  /** Issue 5: the last good revision with its scripts is what starts. */
  @Test
  void aDeployedVersionRunsAfterARestart() {
    deploy("one", "");
    admin.close();
    admin = TestAdmin.open(folder.resolve("gateway.yaml"), new Echo());
    assertThat(answer()).isEqualTo("one");
  }

  @Test
  void aVersionCanBeTriedWithoutTraffic() {
    Reply kept = deploy("later", "?activate=false");
    String version = "/api/v1/scripts/tenant/versions/" + kept.at("version");
    Reply tried =
        admin.call("POST", version + "/try", "{\"method\":\"POST\",\"url\":\"/x\",\"body\":\"b\"}");
    assertThat(tried.status()).isEqualTo(200);
    assertThat(tried.at("response.body")).isEqualTo("later POST /x");
    assertThat(tried.at("response.from")).isEqualTo("script");
    assertThat(tried.at("log.0.text")).isEqualTo("tried");
    assertThat(tried.at("exception.message")).isEqualTo("Error: no");
    assertThat(tried.at("allocatedBytes")).isEqualTo(17L);
    Reply draft =
        admin.call(
            "POST",
            "/api/v1/scripts/try",
            "{\"files\":{\"main.js\":{\"text\":\"draft\"}},\"url\":\"/y\"}");
    assertThat(draft.at("response.body")).isEqualTo("draft GET /y");
    assertThat(admin.call("POST", version + "/try", "{}").status()).isEqualTo(400);
    assertThat(
            admin
                .call("POST", version + "/try", "{\"url\":\"/\",\"response\":{\"status\":7}}")
                .status())
        .isEqualTo(400);
    assertThat(
            admin
                .call(
                    "POST",
                    "/api/v1/scripts/try",
                    "{\"files\":{\"main.js\":{\"text\":\"syntax error\"}},\"url\":\"/\"}")
                .at("type"))
        .asString()
        .endsWith("script-refused");
  }

  @Test
  void theLogOfAScriptIsKeptAndGoesOnLive() {
    assertThat(admin.get("/api/v1/me").status()).as("the API listens").isEqualTo(200);
    answer();
    deploy("one", "");
    try (EventReader log = EventReader.open(admin, "/api/v1/scripts/tenant/log")) {
      assertThat(log.next("line"))
          .contains("answered from the file")
          .contains("\"script\":\"tenant\"");
      answer();
      assertThat(log.next("line")).contains("answered one").contains("\"version\":");
    }
    assertThat(admin.get("/api/v1/scripts/none/log").status()).isEqualTo(404);
    assertThat(admin.get("/api/v1/scripts/tenant/log?since=x").status()).isEqualTo(400);
  }

  private String canary(String text) {
    return String.valueOf(deploy(text, "?activate=false").at("version"));
  }

  @Test
  void aCanaryTakesItsShareAndTheSameClientKeepsToIt() {
    deploy("old", "");
    String next = canary("next");
    assertThat(
            admin
                .call(
                    "PUT",
                    "/api/v1/scripts/tenant/canary",
                    "{\"version\":\"" + next + "\",\"weight\":0.5,\"key\":\"header:x-user\"}")
                .status())
        .isEqualTo(200);
    int ofNext = 0;
    for (int i = 0; i < 60; i++) {
      String first = answer("x-user: " + i);
      assertThat(answer("x-user: " + i)).isEqualTo(first);
      if (first.equals("next")) ofNext++;
    }
    assertThat(ofNext).isBetween(15, 45);
    Reply shown = admin.get("/api/v1/scripts/tenant");
    assertThat(shown.at("canary.version")).isEqualTo(next);
    assertThat(shown.at("versions.0.state")).isEqualTo("canary");
    assertThat(admin.call("DELETE", "/api/v1/scripts/tenant/versions/" + next, "").status())
        .isEqualTo(409);
    assertThat(
            admin
                .call(
                    "PUT",
                    "/api/v1/scripts/tenant/canary",
                    "{\"version\":\"" + next + "\",\"weight\":1}")
                .status())
        .isEqualTo(200);
    assertThat(answer()).isEqualTo("next");
    assertThat(admin.call("DELETE", "/api/v1/scripts/tenant/canary", "").status()).isEqualTo(200);
    assertThat(answer()).isEqualTo("old");
    assertThat(admin.call("DELETE", "/api/v1/scripts/tenant/canary", "").status()).isEqualTo(404);
    assertThat(
            admin
                .call(
                    "PUT",
                    "/api/v1/scripts/tenant/canary",
                    "{\"version\":\"" + next + "\",\"weight\":2}")
                .status())
        .isEqualTo(400);
    assertThat(
            admin
                .call(
                    "PUT",
                    "/api/v1/scripts/tenant/canary",
                    "{\"version\":\"" + next + "\",\"weight\":1,\"key\":\"luck\"}")
                .status())
        .isEqualTo(422);
  }

  /** Issue 5: automatic roll-back on the error rate. */
  @Test
  void aCanaryThatFailsIsTakenBackByItself() {
    deploy("old", "");
    String next = canary("fails always");
    try (EventReader events = EventReader.open(admin, "/api/v1/events?types=script-rolled-back")) {
      admin.call(
          "PUT",
          "/api/v1/scripts/tenant/canary",
          "{\"version\":\""
              + next
              + "\",\"weight\":0.5,\"key\":\"random\",\"rollBack\":{\"minRequests\":10}}");
      for (int i = 0; i < 60; i++) answer();
      assertThat(events.next("script-rolled-back")).contains(next).contains("failed");
    }
    for (int i = 0; i < 5; i++) assertThat(answer()).isEqualTo("old");
    assertThat(admin.get("/api/v1/scripts/tenant").at("canary")).isNull();
    assertThat(admin.get("/api/v1/revisions").at("items.0.actor")).isEqualTo("penstock");
  }

  /** Issue 5: automatic roll-back on p99 against the version in force. */
  @Test
  void aCanaryThatIsSlowerThanTheVersionInForceIsTakenBackByItself() {
    deploy("old", "");
    String next = canary("waits");
    try (EventReader events = EventReader.open(admin, "/api/v1/events?types=script-rolled-back")) {
      admin.call(
          "PUT",
          "/api/v1/scripts/tenant/canary",
          "{\"version\":\""
              + next
              + "\",\"weight\":0.5,\"key\":\"header:x-user\",\"rollBack\":{\"minRequests\":5,\"p99Factor\":1.5}}");
      String slow = userOf("waits");
      String quick = userOf("old");
      // Most are quick, so that pauses of this machine stay beyond the 99th percentile of those.
      while (admin.get("/api/v1/scripts/tenant").at("canary") != null) {
        answer(slow);
        for (int i = 0; i < 40; i++) answer(quick);
      }
      assertThat(events.next("script-rolled-back")).contains(next).contains("99th percentile");
    }
    assertThat(answer()).isEqualTo("old");
    assertThat(admin.get("/api/v1/revisions").at("items.0.actor")).isEqualTo("penstock");
  }

  /** A field of requests that this version answers. */
  private String userOf(String version) {
    for (int i = 0; i < 1000; i++)
      if (answer("x-user: " + i).equals(version)) return "x-user: " + i;
    throw new AssertionError("no user of 1000 gets " + version);
  }
}
