package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.cache.Purge;
import dev.penstock.engine.cache.ResponseCache;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nobody gets what is another's, and what was purged does not come back (C10, C14, C15). */
final class CacheSafetyWireTest {
  private static TestGateway caching(ScriptedUpstream upstream, String routes) {
    return TestGateway.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", trusted-proxies: [ 127.0.0.1 ] } }
        upstreams: { up: { endpoints: [ "%s" ] }, other: { endpoints: [ "%s" ] } }
        caches: { default: { heap: 1MiB, max-object: 256KiB } }
        routes: { %s }
        """
            .formatted(upstream.address(), upstream.address(), routes));
  }

  /** Answers with the request's first line and what servers might believe of its fields. */
  private static ScriptedUpstream echo(String... lines) {
    return ScriptedUpstream.replying((request, peer) -> {
      String body =
          request.line()
              + " "
              + request.field("X-Forwarded-Host")
              + " "
              + request.field("X-Original-URL")
              + " "
              + request.field("Authorization");
      peer.send(
          "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n"
              + String.join("", lines)
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
    });
  }

  private static RawResponse ask(RawClient client, String target, String... lines) {
    StringBuilder head = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: a.test\r\n");
    for (String line : lines) head.append(line).append("\r\n");
    return client.send(head.append("\r\n").toString()).readResponse();
  }

  private static boolean isHit(RawResponse response) {
    return String.valueOf(response.field("Cache-Status")).contains("hit");
  }

  @Test
  void whatAProxyTellsIsPartOfTheKeyAndPosingFieldsGoNoFurther() { // C10, cache poisoning
    try (var upstream = echo();
        var gateway = caching(upstream, "all: { upstream: up, cache: true }");
        var client = gateway.connect()) {
      String poisoned = ask(client, "/", "X-Forwarded-Host: evil.test").body();
      assertThat(poisoned).contains("evil.test");
      assertThat(ask(client, "/").body()).doesNotContain("evil.test");
      RawResponse posing = ask(client, "/p", "X-Original-URL: /admin");
      assertThat(posing.body()).doesNotContain("/admin");
      assertThat(isHit(ask(client, "/p"))).isTrue();
    }
  }

  @Test
  void otherRoutesAndUpstreamsHaveResponsesOfTheirOwn() { // C10
    try (var upstream = echo();
        var gateway =
            caching(
                upstream,
                "one: { match: { headers: { X-Beta: \"1\" } }, priority: 1, upstream: other,"
                    + " rewrite: { path: { add-prefix: /beta } }, cache: true },"
                    + " two: { upstream: up, cache: true }");
        var client = gateway.connect()) {
      ask(client, "/");
      assertThat(isHit(ask(client, "/", "X-Beta: 1"))).isFalse();
      assertThat(isHit(ask(client, "/"))).isTrue();
    }
  }

  @Test
  void aPathThatEndsLikeAFileIsStoredOnlyIfItsResponseSaysSo() { // C10, cache deception
    try (var upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nCache-Control: private\r\nContent-Length: 6\r\n\r\nsecret");
        var gateway = caching(upstream, "all: { upstream: up, cache: true }");
        var client = gateway.connect()) {
      for (String target : new String[] {"/account/x.css", "/account;x.css", "/account%23x.css"}) {
        for (int i = 0; i < 2; i++) {
          RawResponse response = ask(client, target, "Cookie: session=1");
          if (response.status() == 200) assertThat(isHit(response)).as(target).isFalse();
          else assertThat(response.status()).isEqualTo(400);
        }
      }
    }
  }

  @Test
  void whoIsAuthorizedSharesNothingUnlessTheResponseSaysSo() { // C1
    try (var upstream = echo();
        var gateway = caching(upstream, "all: { upstream: up, cache: true }");
        var client = gateway.connect()) {
      assertThat(ask(client, "/", "Authorization: Basic Zm9v").body()).contains("Zm9v");
      assertThat(ask(client, "/").body()).doesNotContain("Zm9v");
    }
  }

  @Test
  void aPurgeByKeyPrefixOrTagTakesOutWhatItNames() { // C15
    try (var upstream = echo("Surrogate-Key: shop item-1\r\n");
        var gateway = caching(upstream, "all: { upstream: up, cache: true }");
        var client = gateway.connect()) {
      ResponseCache cache = gateway.gateway().control().caches().find("default");
      assertThat(cache).isNotNull();
      for (String target : new String[] {"/a/1", "/a/2", "/b"}) ask(client, target);
      assertThat(cache.entries()).isEqualTo(3);
      assertThat(cache.purge(new Purge(Purge.Kind.KEY, "http://a.test/b", false), 0)).isOne();
      assertThat(cache.purge(new Purge(Purge.Kind.PREFIX, "http://a.test/a/", false), 0))
          .isEqualTo(2);
      assertThat(cache.entries()).isZero();
      assertThat(cache.bytes()).isZero();
      assertThat(isHit(ask(client, "/b"))).isFalse();
      assertThat(cache.purge(new Purge(Purge.Kind.TAG, "none", false), 0)).isZero();
      assertThat(isHit(ask(client, "/b"))).isTrue();
      assertThat(cache.purge(new Purge(Purge.Kind.TAG, "item-1", false), 0)).isOne();
      assertThat(isHit(ask(client, "/b"))).isFalse();
      gateway.awaitMetric("penstock_cache_purged_total", 4);
      gateway.awaitMetric("penstock_cache_requests_total", 1, "result=\"hit\"");
    }
  }

  @Test
  void aSoftPurgeLeavesWhatIsStoredToStandInForErrors() { // C15
    try (var upstream =
            ScriptedUpstream.replying((request, peer) ->
                peer.send(
                    request.field("If-None-Match") == null
                        ? "HTTP/1.1 200 OK\r\nCache-Control: max-age=60, stale-if-error=60\r\n"
                            + "ETag: \"a\"\r\nContent-Length: 2\r\n\r\nok"
                        : "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"));
        var gateway = caching(upstream, "all: { upstream: up, cache: true }");
        var client = gateway.connect()) {
      ask(client, "/");
      ResponseCache cache = gateway.gateway().control().caches().find("default");
      assertThat(cache).isNotNull();
      long now = System.currentTimeMillis();
      assertThat(cache.purge(new Purge(Purge.Kind.ALL, "", true), now)).isOne();
      RawResponse after = ask(client, "/");
      assertThat(after.body()).isEqualTo("ok");
      assertThat(after.field("Cache-Status")).contains("fwd=stale; fwd-status=500");
    }
  }

  @Test
  void aPurgeWinsOverAFetchThatIsUnderWay() throws Exception { // C15
    var mayEnd = new CountDownLatch(1);
    try (var upstream =
            ScriptedUpstream.replying((request, peer) -> {
              peer.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nCache-Tag: t\r\n");
              peer.send("Content-Length: 10\r\n\r\n01234");
              mayEnd.await(10, TimeUnit.SECONDS);
              peer.send("56789");
            });
        var gateway = caching(upstream, "all: { upstream: up, cache: true }");
        var client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n").readHead();
      ResponseCache cache = gateway.gateway().control().caches().find("default");
      assertThat(cache).isNotNull();
      cache.purge(new Purge(Purge.Kind.TAG, "t", false), 0);
      mayEnd.countDown();
      assertThat(client.read(10)).isEqualTo("0123456789");
      assertThat(isHit(ask(client, "/"))).isFalse();
      assertThat(isHit(ask(client, "/"))).isTrue();
    }
  }

  @Test
  void moreThanFitsPushesOutWhatIsNotUsed() { // C14
    String body = "x".repeat(100_000);
    try (var upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 100000\r\n\r\n"
                    + body);
        var gateway = caching(upstream, "all: { upstream: up, cache: true }");
        var client = gateway.connect()) {
      ResponseCache cache = gateway.gateway().control().caches().find("default");
      assertThat(cache).isNotNull();
      for (int i = 0; i < 40; i++) {
        assertThat(ask(client, "/" + i).body()).hasSize(100_000);
        assertThat(ask(client, "/hot").body()).hasSize(100_000);
        assertThat(cache.bytes()).isLessThanOrEqualTo(1 << 20);
      }
      assertThat(isHit(ask(client, "/hot"))).isTrue();
      assertThat(cache.counters().counts().evicted()).isGreaterThan(20);
    }
  }

  @Test
  void aReloadKeepsWhatIsStored() {
    try (var upstream = echo();
        var gateway = caching(upstream, "all: { upstream: up, cache: true }");
        var client = gateway.connect()) {
      ask(client, "/");
      gateway.reload(
          """
          listeners: { web: { bind: "127.0.0.1:0", trusted-proxies: [ 127.0.0.1 ] } }
          upstreams: { up: { endpoints: [ "%s" ] } }
          caches: { default: { heap: 1MiB, max-object: 256KiB } }
          routes: { all: { upstream: up, cache: { stale-if-error: 1m } } }
          """
              .formatted(upstream.address()));
      try (var again = gateway.connect()) {
        assertThat(isHit(ask(again, "/"))).isTrue();
      }
    }
  }
}
