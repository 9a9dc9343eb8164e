package dev.penstock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Issue 5: routes, scripts and plugins in one change, all or nothing on every worker. */
@Timeout(180)
final class TransactionTest {
  private static final String TOKEN = "pst_for-tests-0123456789";
  private static final String OLD = "no greeting, old";
  private static final String NEW = "hello, new";

  /** A route, a script of several files, and a plugin that the route needs. */
  private static final String ALL =
      """
      { "edits": [ { "op": "put", "path": "/routes/all/filters", "value": [ "hello-filter" ] },
                   { "op": "put", "path": "/routes/more", "value": { "match": { "path": "/more" }, "script": "@app" } } ],
        "scripts": { "app": { "files": {
          "index.js": { "text": "import { word } from './lib/word.js';\\nexport default { fetch() { return new Response(word); } };" },
          "lib/word.js": { "text": "export const word = 'new';" } } }%s },
        "plugins": { "hello-filter": { "base64": "%s" }%s } }
      """;

  @TempDir private Path folder;
  private Gateway gateway;
  private String jar;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws IOException {
    Files.writeString(
        folder.resolve("app.js"), "export default { fetch() { return new Response('old'); } };\n");
    Files.writeString(
        folder.resolve("gateway.yaml"),
        """
        listeners: { web: "127.0.0.1:0" }
        workers: 2
        access-log: { to: off }
        shutdown: { pre-stop: 0s, grace: 1s }
        scripts: { app: app.js }
        routes: { all: { script: "@app" } }
        admin: { bind: "127.0.0.1:0", token: "%s", state: state }
        """
            .formatted(TOKEN));
    gateway = Gateway.start(folder.resolve("gateway.yaml"));
    jar = Base64.getEncoder().encodeToString(SampleJar.of("hello-filter", folder));
  }

  @AfterEach
  void stop() {
    gateway.close();
    client.close();
  }

  @Test
  void allPartsAreInForceAtOnceOnEveryWorkerAndAfterARestart() throws Exception {
    Set<String> seen = new ConcurrentSkipListSet<>();
    AtomicBoolean isOver = new AtomicBoolean();
    Thread traffic =
        Thread.ofVirtual()
            .start(() -> {
              while (!isOver.get()) seen.add(ask("/"));
            });
    HttpResponse<String> done = send("POST", "/api/v1/transactions", ALL.formatted("", jar, ""));
    isOver.set(true);
    traffic.join();
    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    assertThat(done.body()).contains("\"scripts\":{\"app\":\"").contains("\"more\"");
    assertThat(seen).as("never a part of it").isSubsetOf(OLD, NEW);
    assertThat(askOften("/")).containsExactly(NEW);
    assertThat(ask("/more")).isEqualTo("no greeting, new");
    assertThat(send("GET", "/api/v1/revisions", "").body()).contains("\"total\":2");

    gateway.close();
    gateway = Gateway.start(folder.resolve("gateway.yaml"));
    assertThat(askOften("/")).containsExactly(NEW);
  }

  @Test
  void aBrokenPartLeavesAllAsItWas() throws Exception {
    String badScript =
        ", \"last\": { \"files\": { \"main.js\": { \"text\": \"export default {\" } } }";
    refuses(ALL.formatted(badScript, jar, ""), "script-refused", "\"script\":\"last\"");
    String badPlugin = ", \"nobody\": { \"remove\": true }";
    refuses(ALL.formatted("", jar, badPlugin), "config-refused", "there is no plugin");
    String badRoute = ALL.formatted("", jar, "").replace("\"@app\"", "\"@missing\"");
    refuses(badRoute, "config-refused", "missing");
    // Fine but for the plugin that its route needs.
    String noPlugin = ALL.substring(0, ALL.indexOf("\"plugins\"")).formatted("").strip();
    refuses(noPlugin.substring(0, noPlugin.length() - 1) + "}", "config-refused", "hello-filter");
    assertThat(send("POST", "/api/v1/transactions?dry-run=true", ALL.formatted("", jar, "")))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(200);
    requireUntouched();
  }

  private void refuses(String body, String type, String because) throws Exception {
    HttpResponse<String> refused = send("POST", "/api/v1/transactions", body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(refused.body()).contains("problems/" + type).contains(because);
    requireUntouched();
  }

  private void requireUntouched() throws Exception {
    assertThat(askOften("/")).containsExactly(OLD);
    assertThat(send("GET", "/api/v1/revisions", "").body()).contains("\"total\":1");
    assertThat(send("GET", "/api/v1/scripts/app", "").body()).contains("\"versions\":[]");
    assertThat(send("GET", "/api/v1/scripts", "").body()).doesNotContain("last");
    assertThat(send("GET", "/api/v1/plugins", "").body()).contains("\"total\":0");
    assertThat(folder.resolve("plugins")).doesNotExist();
  }

  /** By enough connections for each worker to have some. */
  private Set<String> askOften(String path) {
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < 40; i++) answers.add(ask(path));
    return answers;
  }

  private String ask(String path) {
    try (RawClient raw = RawClient.connect(gateway.address("web"))) {
      RawResponse response =
          raw.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
      String greeting = response.field("X-Greeting");
      return (greeting == null ? "no greeting" : greeting) + ", " + response.body();
    }
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    int port = Objects.requireNonNull(gateway.adminAddress()).getPort();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Bearer " + TOKEN)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
