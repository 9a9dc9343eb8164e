package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.admin.TestAdmin.Reply;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O5, U11: routes, upstreams and what else can be seen of a gateway while it runs. */
final class RuntimeApiTest {
  @TempDir private Path folder;
  private ScriptedUpstream upstream;
  private TestAdmin admin;

  @BeforeEach
  void start() {
    upstream = ScriptedUpstream.ok();
    admin =
        TestAdmin.start(
            folder,
            """
            upstreams: { users: { endpoints: [ "%s", { address: "127.0.0.1:9", weight: 3, name: spare, backup: true } ], outlier: { consecutive-failures: 2, min-ejected: 1 } } }
            routes:
              users: { match: { hosts: [ api.example.com ], path: "/users/{id}", methods: [ GET ] }, upstream: users }
              all: { match: { path: /** }, respond: { status: 404 } }
            """
                .formatted(upstream.address()));
  }

  @AfterEach
  void stop() {
    admin.close();
    upstream.close();
  }

  private void ask(String path) {
    try (RawClient client = RawClient.connect(admin.gateway().address("web"))) {
      client
          .send("GET " + path + " HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n")
          .readResponse();
    }
  }

  @Test
  void routesAreListedSearchedAndSorted() {
    ask("/users/7");
    ask("/nothing");
    ask("/nothing");
    TestGateway.await(
        () -> Long.valueOf(2).equals(admin.get("/api/v1/routes/all").at("traffic.requests")),
        () -> admin.get("/api/v1/routes/all").body());
    Reply list = admin.get("/api/v1/routes");
    assertThat(list.at("items.0.id")).isEqualTo("users");
    assertThat(list.at("items.0.paths")).isEqualTo(List.of("/users/{id}"));
    assertThat(list.at("items.0.target")).isEqualTo("upstream users");
    assertThat(list.at("items.0.traffic.requests")).isEqualTo(1L);
    assertThat(admin.get("/api/v1/routes?sort=requests").at("items.0.id")).isEqualTo("all");
    assertThat(admin.get("/api/v1/routes?search=EXAMPLE").at("total")).isEqualTo(1L);
    assertThat(admin.get("/api/v1/routes?sort=luck").status()).isEqualTo(400);
    assertThat(admin.get("/api/v1/routes/users").at("config.upstream")).isEqualTo("users");
    assertThat(admin.get("/api/v1/routes/users").header("ETag"))
        .isEqualTo(admin.get("/api/v1/config/routes/users").header("ETag"));
    assertThat(admin.get("/api/v1/routes/none").status()).isEqualTo(404);
  }

  @Test
  void explainSaysWhoTakesARequestAndWhyOthersDoNot() {
    Reply found =
        admin.call(
            "POST", "/api/v1/routes/explain", "{\"url\":\"http://api.example.com/users/7\"}");
    assertThat(found.at("outcome")).isEqualTo("found");
    assertThat(found.at("route")).isEqualTo("users");
    assertThat(found.at("parameters.id")).isEqualTo("7");
    assertThat(found.at("losers.0.route")).isEqualTo("all");
    Reply other =
        admin.call(
            "POST",
            "/api/v1/routes/explain",
            "{\"method\":\"PUT\",\"url\":\"/users/7\",\"headers\":{\"Host\":\"api.example.com\"}}");
    assertThat(other.at("route")).isEqualTo("all");
    assertThat(String.valueOf(other.at("losers.0.reason"))).contains("PUT");
    assertThat(
            admin
                .call("POST", "/api/v1/routes/explain", "{\"url\":\"/a/%2e%2e/../../x\"}")
                .at("outcome"))
        .isIn("refused", "found");
    assertThat(admin.call("POST", "/api/v1/routes/explain", "{}").status()).isEqualTo(400);
    assertThat(admin.call("POST", "/api/v1/routes/explain", "{\"url\":\"http://[\"}").status())
        .isEqualTo(400);
  }

  /** U11: weight 0 drains; each change is a revision of the one document. */
  @Test
  void endpointsAreAddedWeightedDrainedAndRemoved() {
    String users = "/api/v1/upstreams/users";
    String spare = users + "/endpoints/spare";
    String seen = admin.get(users).header("ETag");
    Reply drained = admin.call("POST", spare + "/drain", "", "If-Match", seen);
    assertThat(drained.status()).isEqualTo(200);
    assertThat(drained.at("difference.upstreams.changed")).isEqualTo(List.of("users"));
    assertThat(admin.get(users).at("endpoints.1.draining")).isEqualTo(true);
    assertThat(admin.call("POST", spare + "/drain", "", "If-Match", seen).status()).isEqualTo(412);
    admin.call("POST", spare + "/undrain", "");
    assertThat(admin.get(users).at("endpoints.1.weight")).isEqualTo(3L);
    assertThat(admin.call("PATCH", spare, "{\"weight\":5}").status()).isEqualTo(200);
    assertThat(admin.call("PATCH", spare, "{\"weight\":5000}").status()).isEqualTo(400);
    assertThat(admin.call("POST", users + "/endpoints", "{\"address\":\"127.0.0.1:7\"}").status())
        .isEqualTo(201);
    assertThat(admin.call("POST", users + "/endpoints", "{\"address\":\"127.0.0.1:7\"}").status())
        .isEqualTo(409);
    assertThat(admin.call("POST", users + "/endpoints", "{\"address\":\"nonsense\"}").status())
        .isEqualTo(422);
    assertThat(admin.call("DELETE", users + "/endpoints/127.0.0.1:7?dry-run=true", "").at("dryRun"))
        .isEqualTo(true);
    assertThat(admin.call("DELETE", users + "/endpoints/127.0.0.1:7", "").status()).isEqualTo(200);
    assertThat(admin.call("DELETE", users + "/endpoints/127.0.0.1:7", "").status()).isEqualTo(404);
    assertThat(admin.get("/api/v1/upstreams/none").status()).isEqualTo(404);
    assertThat(admin.get("/api/v1/config/upstreams/users/endpoints/1").body())
        .isEqualTo("{\"address\":\"127.0.0.1:9\",\"weight\":5,\"name\":\"spare\",\"backup\":true}");
    assertThat(admin.get("/api/v1/upstreams").at("items.0.balancer")).isEqualTo("round-robin");
  }

  @Test
  void statusAndRuntimeShowWhatRuns() {
    Reply status = admin.get("/api/v1/status");
    assertThat(status.at("ready")).isEqualTo(true);
    assertThat(status.at("routes")).isEqualTo(2L);
    assertThat(status.at("endpoints")).isEqualTo(2L);
    assertThat(status.at("listeners.0.name")).isEqualTo("web");
    Reply runtime = admin.get("/api/v1/runtime");
    assertThat(runtime.at("workers.0.index")).isEqualTo(0L);
    assertThat(runtime.at("heap.usedBytes")).isInstanceOf(Long.class);
    assertThat(admin.get("/api/v1/connections").at("items.0.listener")).isEqualTo("web");
    assertThat(admin.get("/api/v1/certificates").at("total")).isEqualTo(0L);
    assertThat(admin.get("/api/v1/extensions").body()).contains("\"admin\"");
    assertThat(admin.get("/api/v1/balancers").body()).contains("consistent-hash");
    assertThat(admin.get("/api/v1/filters/none").status()).isEqualTo(404);
  }

  @Test
  void exchangesUnderWayShowTheirTimeline() {
    upstream.script(peer -> {
      peer.readRequest();
      peer.readToEnd();
    });
    try (RawClient client = RawClient.connect(admin.gateway().address("web"))) {
      client.send("GET /users/7?secret=1 HTTP/1.1\r\nHost: api.example.com\r\n\r\n");
      upstream.awaitRequests(0);
      TestGateway.await(
          () -> "awaiting-head".equals(admin.get("/api/v1/exchanges").at("items.0.phase")),
          () -> admin.get("/api/v1/exchanges").body());
      Reply live = admin.get("/api/v1/exchanges");
      assertThat(live.at("items.0.route")).isEqualTo("users");
      assertThat(live.at("items.0.path")).isEqualTo("/users/7");
      assertThat(live.body()).contains("\"step\":\"connected\"").doesNotContain("secret");
    }
  }

  @Test
  void tailShowsExchangesAsTheyEnd() {
    try (EventReader tail =
        EventReader.open(admin, "/api/v1/exchanges/tail?route=users&status=2xx&path=/users/*")) {
      ask("/nothing");
      ask("/users/7?token=hidden&page=2");
      Map<?, ?> event = (Map<?, ?>) JsonReader.read(tail.next("exchange"));
      assertThat(event.get("path")).isEqualTo("/users/7?token=***&page=2");
      assertThat(event.get("status")).isEqualTo(200L);
      assertThat(event.get("endpoint")).isEqualTo(upstream.address());
    }
    assertThat(admin.get("/api/v1/exchanges/tail?sample=2").status()).isEqualTo(400);
    assertThat(admin.get("/api/v1/exchanges/tail?status=9").status()).isEqualTo(400);
  }

  @Test
  void eventsTellOfChangesAndContinueWhereAClientWas() {
    try (EventReader events =
        EventReader.open(admin, "/api/v1/events?types=config-applied,config-refused")) {
      admin.call("PUT", "/api/v1/config/routes/all/respond/status", "410");
      Map<?, ?> applied = (Map<?, ?>) JsonReader.read(events.next("config-applied"));
      assertThat(applied.get("revision")).isEqualTo(2L);
      assertThat(applied.get("difference")).isEqualTo("routes ~all");
      admin.call("PUT", "/api/v1/config/routes/all/upstream", "\"none\"");
      assertThat(events.next("config-refused")).contains("errors");
      try (EventReader again = EventReader.open(admin, "/api/v1/events", "Last-Event-ID", "0")) {
        assertThat(again.next("config-applied")).contains("\"revision\":2");
      }
    }
    assertThat(admin.get("/api/v1/events", "Last-Event-ID", "x").status()).isEqualTo(400);
  }

  @Test
  void anEjectedEndpointIsAnEventAndInItsHistory() {
    upstream.script(peer -> peer.readRequest());
    try (EventReader events = EventReader.open(admin, "/api/v1/events")) {
      for (int i = 0; i < 4; i++) ask("/users/" + i);
      assertThat(events.next("endpoint-ejected")).contains("in a row");
      assertThat(admin.get("/api/v1/upstreams/users").at("endpoints.0.history.0.state"))
          .isEqualTo("ejected");
      assertThat(admin.get("/api/v1/status").at("endpointsDown")).isEqualTo(1L);
    }
  }

  @Test
  void seriesHavePointsAndGoOnLive() {
    try (EventReader live = EventReader.open(admin, "/api/v1/series/live")) {
      ask("/users/7");
      Map<?, ?> point = (Map<?, ?>) JsonReader.read(live.next("point"));
      assertThat(point.get("requests")).isEqualTo(1L);
      assertThat(admin.get("/api/v1/series?seconds=10").at("points.0.at"))
          .isEqualTo(point.get("at"));
    }
    assertThat(admin.get("/api/v1/series?seconds=0").status()).isEqualTo(400);
  }

  @Test
  void logLevelsCanBeSet() {
    assertThat(
            admin
                .call("PUT", "/api/v1/loggers/dev.penstock.test", "{\"level\":\"debug\"}")
                .status())
        .isEqualTo(200);
    assertThat(admin.get("/api/v1/loggers").body())
        .contains("{\"name\":\"dev.penstock.test\",\"level\":\"debug\"}");
    assertThat(admin.call("PUT", "/api/v1/loggers/dev.penstock.test", "{\"level\":null}").status())
        .isEqualTo(200);
    assertThat(admin.get("/api/v1/loggers").body()).doesNotContain("dev.penstock.test");
    assertThat(admin.call("PUT", "/api/v1/loggers/root", "{\"level\":\"loud\"}").status())
        .isEqualTo(400);
    assertThat(admin.call("PUT", "/api/v1/loggers/root", "{\"level\":null}").status())
        .isEqualTo(400);
  }
}
