package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.cache.Purge;
import dev.penstock.engine.cache.ResponseCache;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves the heap, or outlives the process, is found again (C14). */
final class CacheTierWireTest {
  private static final String BODY = "x".repeat(100_000);

  @TempDir private Path folder;

  private static ScriptedUpstream upstream() {
    return ScriptedUpstream.answering(
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nCache-Tag: t\r\nContent-Length: 100000\r\n\r\n"
            + BODY);
  }

  private static TestGateway caching(ScriptedUpstream upstream, String tiers) {
    return TestGateway.start(
        """
        upstreams: { up: { endpoints: [ "%s" ] } }
        caches: { default: { heap: 1MiB, max-object: 256KiB, %s } }
        routes: { all: { upstream: up, cache: true } }
        """
            .formatted(upstream.address(), tiers));
  }

  private static ResponseCache cache(TestGateway gateway) {
    ResponseCache found = gateway.gateway().control().caches().find("default");
    if (found == null) throw new AssertionError("there is no cache");
    return found;
  }

  private static boolean isHit(RawResponse response) {
    assertThat(response.body()).isEqualTo(BODY);
    return String.valueOf(response.field("Cache-Status")).contains("hit");
  }

  @Test
  void moreThanTheHeapHoldsIsFoundOutsideOfIt() {
    try (var upstream = upstream();
        var gateway = caching(upstream, "offheap: 64MiB");
        var client = gateway.connect()) {
      for (int i = 0; i < 40; i++) client.get("/" + i);
      assertThat(cache(gateway).counters().counts().evicted()).isGreaterThan(20);
      for (int i = 0; i < 40; i++) assertThat(isHit(client.get("/" + i))).as("%d", i).isTrue();
      assertThat(upstream.requests()).hasSize(40);
      assertThat(cache(gateway).bytes()).isLessThanOrEqualTo(1 << 20);
    }
  }

  @Test
  void aFolderOutlivesTheProcessAndAPurgeReachesIt() {
    String tiers = "disk: { folder: \"" + folder + "\", size: 64MiB }";
    try (var upstream = upstream()) {
      try (var gateway = caching(upstream, tiers);
          var client = gateway.connect()) {
        for (int i = 0; i < 20; i++) client.get("/" + i);
      }
      try (var gateway = caching(upstream, tiers);
          var client = gateway.connect()) {
        for (int i = 0; i < 20; i++) assertThat(isHit(client.get("/" + i))).as("%d", i).isTrue();
        assertThat(upstream.requests()).hasSize(20);
        cache(gateway).purge(new Purge(Purge.Kind.TAG, "t", false), 0);
        for (int i = 0; i < 20; i++) assertThat(isHit(client.get("/" + i))).as("%d", i).isFalse();
      }
    }
  }
}
