package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.admin.TestAdmin.Reply;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.ScriptedUpstream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C15: what is stored can be seen, and taken out by key, prefix and tag. */
final class CacheApiTest {
  private static final String PURGE = "/api/v1/caches/default/purge";

  @TempDir private Path folder;
  private ScriptedUpstream upstream;
  private TestAdmin admin;

  @BeforeEach
  void start() {
    upstream =
        ScriptedUpstream.answering(
            "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nCache-Tag: a, b\r\nVary: X\r\n"
                + "ETag: \"e\"\r\nContent-Length: 2\r\n\r\nok");
    admin =
        TestAdmin.start(
            folder,
            """
            upstreams: { up: { endpoints: [ "%s" ] } }
            routes: { all: { upstream: up, cache: true } }
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
      client.get(path);
    }
  }

  @Test
  void whatIsStoredIsShown() {
    ask("/x");
    ask("/x");
    Reply cache = admin.get("/api/v1/caches/default");
    assertThat(cache.at("entries")).isEqualTo(1L);
    assertThat(cache.at("hits")).isEqualTo(1L);
    assertThat(cache.at("misses")).isEqualTo(1L);
    Reply stored = admin.get("/api/v1/caches/default/responses?key=http%3A%2F%2Fa.test%2Fx");
    assertThat(stored.at("items.0.route")).isEqualTo("all");
    assertThat(stored.at("items.0.tags")).isEqualTo(List.of("a", "b"));
    assertThat(stored.at("items.0.etag")).isEqualTo("\"e\"");
    assertThat(admin.get("/api/v1/caches/none").status()).isEqualTo(404);
  }

  @Test
  void aPurgeSaysHowManyItMet() {
    for (String path : List.of("/a/1", "/a/2", "/b")) ask(path);
    assertThat(admin.call("POST", PURGE, "{\"key\": \"http://a.test/b\"}").at("purged"))
        .isEqualTo(1L);
    assertThat(admin.call("POST", PURGE, "{\"prefix\": \"http://a.test/a\"}").at("purged"))
        .isEqualTo(2L);
    ask("/b");
    assertThat(admin.call("POST", PURGE, "{\"tag\": \"b\", \"soft\": true}").at("purged"))
        .isEqualTo(1L);
    assertThat(admin.get("/api/v1/caches/default").at("entries")).isEqualTo(1L);
    assertThat(admin.call("POST", PURGE, "{\"all\": true}").at("purged")).isEqualTo(1L);
    assertThat(admin.get("/api/v1/caches/default").at("entries")).isEqualTo(0L);
  }

  @Test
  void aPurgeNamesOneThing() {
    assertThat(admin.call("POST", PURGE, "{}").status()).isEqualTo(400);
    assertThat(admin.call("POST", PURGE, "{\"key\": \"a\", \"tag\": \"b\"}").status())
        .isEqualTo(400);
  }
}
