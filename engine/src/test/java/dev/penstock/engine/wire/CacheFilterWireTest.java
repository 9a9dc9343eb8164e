package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.cache.Purge;
import dev.penstock.engine.cache.ResponseCache;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Filters say what is looked up and what is stored, and see hits as they see other responses. */
final class CacheFilterWireTest {
  private static TestGateway caching(ScriptedUpstream upstream, Probe probe) {
    return TestGateway.start(
        """
        upstreams: { up: { endpoints: [ "%s" ] } }
        routes: { all: { upstream: up, cache: true, filters: [ { %s: {} } ] } }
        """
            .formatted(upstream.address(), probe.name()),
        probe);
  }

  private static RawResponse ask(RawClient client, String... lines) {
    StringBuilder head = new StringBuilder("GET / HTTP/1.1\r\nHost: a.test\r\n");
    for (String line : lines) head.append(line).append("\r\n");
    return client.send(head.append("\r\n").toString()).readResponse();
  }

  private static boolean isHit(RawResponse response) {
    return String.valueOf(response.field("Cache-Status")).contains("hit");
  }

  @Test
  void whatIsBeforeTheCacheRunsOncePerStoredResponseAndTheRestForEachClient() {
    Probe probe =
        new Probe("adds")
            .on(
                Phase.ON_UPSTREAM_RESPONSE,
                (exchange, part) -> {
                  exchange.response().headers().add("X-Stored", exchange.id());
                  return Verdict.NEXT;
                })
            .on(
                Phase.ON_RESPONSE,
                (exchange, part) -> {
                  exchange.response().headers().add("X-Sent", exchange.id());
                  return Verdict.NEXT;
                });
    try (var upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok");
        var gateway = caching(upstream, probe);
        var client = gateway.connect()) {
      RawResponse first = ask(client);
      RawResponse second = ask(client);
      assertThat(isHit(second)).isTrue();
      assertThat(second.field("X-Stored")).isEqualTo(first.field("X-Stored"));
      assertThat(second.field("X-Sent")).isNotEqualTo(first.field("X-Sent"));
    }
  }

  @Test
  void aFilterGivesKeyLifetimeAndTags() {
    Probe probe =
        new Probe("rules")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  String tenant = exchange.request().headers().get("X-Tenant");
                  if (tenant == null) exchange.cache().bypass();
                  else exchange.cache().key(tenant);
                  return Verdict.NEXT;
                })
            .on(
                Phase.ON_UPSTREAM_RESPONSE,
                (exchange, part) -> {
                  exchange.cache().ttl(Duration.ofSeconds(60));
                  exchange.cache().tag("made-here");
                  return Verdict.NEXT;
                });
    try (var upstream =
            ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        var gateway = caching(upstream, probe);
        var client = gateway.connect()) {
      ask(client, "X-Tenant: a");
      assertThat(isHit(ask(client, "X-Tenant: a"))).isTrue();
      assertThat(isHit(ask(client, "X-Tenant: b"))).isFalse();
      assertThat(ask(client).field("Cache-Status")).contains("fwd=bypass").doesNotContain("stored");
      ResponseCache cache = gateway.gateway().control().caches().find("default");
      assertThat(cache).isNotNull();
      assertThat(cache.purge(new Purge(Purge.Kind.TAG, "made-here", false), 0)).isEqualTo(2);
    }
  }
}
