package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A route with a cache, over real sockets: what is stored and how it is answered (C1 to C12). */
final class CacheWireTest {
  private static TestGateway caching(ScriptedUpstream upstream, String cache) {
    return TestGateway.start(
        """
        upstreams: { up: { endpoints: [ "%s" ] } }
        routes: { all: { upstream: up, cache: %s } }
        """
            .formatted(upstream.address(), cache));
  }

  private static String ok(String body, String... lines) {
    StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
    for (String line : lines) head.append(line).append("\r\n");
    return head.append("Content-Length: ")
        .append(body.length())
        .append("\r\n\r\n")
        .append(body)
        .toString();
  }

  private static RawResponse ask(RawClient client, String method, String target, String... lines) {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: a.test\r\n");
    for (String line : lines) head.append(line).append("\r\n");
    return client.send(head.append("\r\n").toString()).readResponse(method.equals("HEAD"));
  }

  @Test
  void aFreshResponseIsAnsweredWithoutTheUpstream() { // C1, C2
    try (var upstream =
            ScriptedUpstream.answering(ok("hello", "Cache-Control: max-age=60", "X-A: b"));
        var gateway = caching(upstream, "true");
        var client = gateway.connect()) {
      RawResponse first = client.get("/x");
      assertThat(first.body()).isEqualTo("hello");
      assertThat(first.field("Cache-Status")).isEqualTo("penstock; fwd=uri-miss; stored");
      RawResponse second = client.get("/x");
      assertThat(second.body()).isEqualTo("hello");
      assertThat(second.field("X-A")).isEqualTo("b");
      assertThat(second.field("Age")).isEqualTo("0");
      assertThat(second.field("Cache-Status")).startsWith("penstock; hit; ttl=");
      assertThat(client.get("/y").field("Cache-Status")).contains("fwd=uri-miss");
      assertThat(upstream.requests()).hasSize(2);
    }
  }

  @Test
  void aHeadIsAnsweredFromTheStoredGet() { // C1
    try (var upstream = ScriptedUpstream.answering(ok("hello", "Cache-Control: max-age=60"));
        var gateway = caching(upstream, "true");
        var client = gateway.connect()) {
      client.get("/");
      RawResponse head = ask(client, "HEAD", "/");
      assertThat(head.field("Content-Length")).isEqualTo("5");
      assertThat(head.field("Cache-Status")).contains("hit");
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void partsAreCutFromTheStoredWhole() { // C9
    try (var upstream =
            ScriptedUpstream.answering(
                ok("0123456789", "Cache-Control: max-age=60", "Content-Type: text/x"));
        var gateway = caching(upstream, "true");
        var client = gateway.connect()) {
      client.get("/");
      RawResponse one = ask(client, "GET", "/", "Range: bytes=2-4");
      assertThat(one.status()).isEqualTo(206);
      assertThat(one.body()).isEqualTo("234");
      assertThat(one.field("Content-Range")).isEqualTo("bytes 2-4/10");
      RawResponse two = ask(client, "GET", "/", "Range: bytes=0-0,-2");
      assertThat(two.status()).isEqualTo(206);
      assertThat(two.field("Content-Type")).startsWith("multipart/byteranges; boundary=");
      assertThat(two.body())
          .contains("Content-Range: bytes 0-0/10\r\n\r\n0\r\n--")
          .contains("Content-Range: bytes 8-9/10\r\n\r\n89\r\n--")
          .contains("Content-Type: text/x");
      RawResponse none = ask(client, "GET", "/", "Range: bytes=10-");
      assertThat(none.status()).isEqualTo(416);
      assertThat(none.field("Content-Range")).isEqualTo("bytes */10");
      assertThat(ask(client, "GET", "/", "Range: bytes=0-1", "If-Range: \"x\"").status())
          .isEqualTo(200);
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void aClientThatHasItIsToldSoFromHere() { // C5
    try (var upstream =
            ScriptedUpstream.answering(ok("hello", "Cache-Control: max-age=60", "ETag: \"a\""));
        var gateway = caching(upstream, "true");
        var client = gateway.connect()) {
      client.get("/");
      RawResponse same = ask(client, "GET", "/", "If-None-Match: W/\"a\"");
      assertThat(same.status()).isEqualTo(304);
      assertThat(same.field("ETag")).isEqualTo("\"a\"");
      assertThat(ask(client, "GET", "/", "If-None-Match: \"b\"").status()).isEqualTo(200);
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void aStaleResponseIsAskedAboutAndUpdated() { // C5
    try (var upstream =
            ScriptedUpstream.replying((request, peer) ->
                peer.send(
                    request.field("If-None-Match") == null
                        ? ok("hello", "Cache-Control: no-cache", "ETag: \"a\"", "X-N: 1")
                        : "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nX-N: 2\r\n\r\n"));
        var gateway = caching(upstream, "true");
        var client = gateway.connect()) {
      client.get("/");
      RawResponse again = client.get("/");
      assertThat(again.status()).isEqualTo(200);
      assertThat(again.body()).isEqualTo("hello");
      assertThat(again.field("X-N")).isEqualTo("2");
      assertThat(again.field("Cache-Status")).isEqualTo("penstock; fwd=stale; fwd-status=304");
      assertThat(ask(client, "GET", "/", "If-None-Match: \"a\"").status()).isEqualTo(304);
      assertThat(upstream.lastRequest().field("If-None-Match")).isEqualTo("\"a\"");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void onlyIfCachedGetsNothingElse() { // C3
    try (var upstream = ScriptedUpstream.answering(ok("hello", "Cache-Control: max-age=60"));
        var gateway = caching(upstream, "true");
        var client = gateway.connect()) {
      assertThat(ask(client, "GET", "/", "Cache-Control: only-if-cached").status()).isEqualTo(504);
      assertThat(upstream.requests()).isEmpty();
      client.get("/");
      assertThat(ask(client, "GET", "/", "Cache-Control: only-if-cached").status()).isEqualTo(200);
    }
  }

  @Test
  void aChangeMakesWhatIsStoredVoid() { // C6
    try (var upstream =
            ScriptedUpstream.replying((request, peer) ->
                peer.send(
                    request.line().startsWith("POST")
                        ? ok("done", "Location: /b", "Content-Location: http://other.test/c")
                        : ok("hello", "Cache-Control: max-age=60")));
        var gateway = caching(upstream, "true");
        var client = gateway.connect()) {
      for (String target : List.of("/a", "/b", "/c")) client.get(target);
      ask(client, "POST", "/a", "Content-Length: 0");
      assertThat(client.get("/a").field("Cache-Status")).contains("fwd=uri-miss");
      assertThat(client.get("/b").field("Cache-Status")).contains("fwd=uri-miss");
      assertThat(client.get("/c").field("Cache-Status")).contains("hit");
    }
  }

  @Test
  void bodiesThatBreakOffOrHaveNoEndOrAreTooLargeAreNotStored() { // C12, C14
    try (var upstream =
            ScriptedUpstream.replying((request, peer) -> {
              String control = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n";
              if (request.line().contains("/short")) {
                peer.send(control + "Content-Length: 10\r\n\r\nhello");
                peer.close();
              } else if (request.line().contains("/endless")) {
                peer.send(control + "\r\nhello");
                peer.close();
              } else {
                peer.send(control + "Transfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < 3; i++) peer.send("400\r\n" + "x".repeat(1024) + "\r\n");
                peer.send("0\r\n\r\n");
              }
            });
        var gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ], retry: { attempts: 1 } } }
                caches: { small: { heap: 1MiB, max-object: 2KiB } }
                routes: { all: { upstream: up, cache: { in: small } } }
                """
                    .formatted(upstream.address()))) {
      for (int i = 1; i <= 2; i++) {
        try (var client = gateway.connect()) {
          assertThat(client.send("GET /short HTTP/1.1\r\nHost: a\r\n\r\n").readToEnd())
              .contains("hello");
        }
        try (var client = gateway.connect()) {
          assertThat(client.get("/endless").body()).isEqualTo("hello");
          assertThat(client.get("/large").body()).hasSize(3072);
        }
        upstream.awaitRequests(3 * i);
      }
      assertThat(upstream.requests()).hasSize(6);
    }
  }

  @Test
  void aCookieIsNotHandedToOthers() { // C11
    try (var upstream =
            ScriptedUpstream.answering(
                ok("hello", "Cache-Control: max-age=60", "Set-Cookie: sid=1"));
        var gateway = caching(upstream, "true");
        var client = gateway.connect()) {
      assertThat(client.get("/").field("Set-Cookie")).isEqualTo("sid=1");
      RawResponse second = client.get("/");
      assertThat(second.field("Cache-Status")).contains("fwd=uri-miss").contains("set-cookie");
      assertThat(upstream.requests()).hasSize(2);
    }
  }

  @Test
  void anErrorIsHiddenByWhatWasGoodBefore() { // C7, RFC 5861 §4
    var fails = new AtomicInteger();
    try (var upstream =
            ScriptedUpstream.replying((request, peer) -> {
              int n = fails.getAndIncrement();
              if (n == 0)
                peer.send(ok("good", "Cache-Control: max-age=0, stale-if-error=60", "ETag: \"a\""));
              else if (n == 1) peer.send("HTTP/1.1 503 Down\r\nContent-Length: 4\r\n\r\ndown");
              else peer.close();
            });
        var gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ], retry: { attempts: 1 } } }
                routes: { all: { upstream: up, cache: true } }
                """
                    .formatted(upstream.address()));
        var client = gateway.connect()) {
      client.get("/");
      RawResponse second = client.get("/");
      assertThat(second.status()).isEqualTo(200);
      assertThat(second.body()).isEqualTo("good");
      assertThat(second.field("Cache-Status")).contains("fwd=stale; fwd-status=503");
      assertThat(client.get("/").body()).isEqualTo("good");
    }
  }

  @Test
  void staleIsSentAtOnceWhileAFreshOneIsFetched() throws Exception { // C7, RFC 5861 §3
    var mayAnswer = new CountDownLatch(1);
    try (var upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (request.field("X-First") != null) {
                peer.send(
                    ok(
                        "old",
                        "Cache-Control: max-age=0, stale-while-revalidate=60",
                        "ETag: \"a\""));
                return;
              }
              mayAnswer.await(10, TimeUnit.SECONDS);
              peer.send(ok("new", "Cache-Control: max-age=60", "ETag: \"b\""));
            });
        var gateway = caching(upstream, "true");
        var client = gateway.connect()) {
      ask(client, "GET", "/", "X-First: 1");
      for (int i = 0; i < 3; i++) assertThat(client.get("/").body()).isEqualTo("old");
      upstream.awaitRequests(2);
      mayAnswer.countDown();
      TestGateway.await(() -> client.get("/").body().equals("new"), () -> "still the old one");
      assertThat(upstream.requests()).hasSize(2);
      assertThat(upstream.lastRequest().field("If-None-Match")).isEqualTo("\"a\"");
    }
  }

  @Test
  void aThousandRequestsForOneColdKeyAreOneRequestAndStreamFromTheFirstByte() throws Exception {
    // C8
    var mayEnd = new CountDownLatch(1);
    try (var upstream =
            ScriptedUpstream.replying((request, peer) -> {
              peer.send(
                  "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\n");
              peer.send("01234");
              mayEnd.await(10, TimeUnit.SECONDS);
              peer.send("56789");
            });
        var gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { upstream: up, cache: true } }
                workers: 2
                """
                    .formatted(upstream.address()))) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 1000; i++) clients.add(gateway.connect());
      for (RawClient each : clients) each.send("GET /cold HTTP/1.1\r\nHost: a.test\r\n\r\n");
      for (RawClient each : clients) {
        assertThat(each.readHead().status()).isEqualTo(200);
        assertThat(each.read(5)).isEqualTo("01234");
      }
      mayEnd.countDown();
      for (RawClient each : clients) assertThat(each.read(5)).isEqualTo("56789");
      assertThat(upstream.requests()).hasSize(1);
      clients.forEach(RawClient::close);
    }
  }

  @Test
  void whatCannotBeStoredIsNotWaitedForASecondTime() throws Exception { // C8
    var mayAnswer = new CountDownLatch(1);
    try (var upstream =
            ScriptedUpstream.replying((request, peer) -> {
              mayAnswer.await(10, TimeUnit.SECONDS);
              peer.send(ok("mine", "Cache-Control: private"));
            });
        var gateway = caching(upstream, "true")) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 20; i++) clients.add(gateway.connect());
      for (RawClient each : clients) each.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      gateway.awaitMetric("penstock_worker_exchanges", 20);
      assertThat(upstream.requests()).hasSize(1);
      mayAnswer.countDown();
      for (RawClient each : clients) assertThat(each.readResponse().body()).isEqualTo("mine");
      assertThat(upstream.requests()).hasSize(20);
      clients.forEach(RawClient::close);
    }
  }

  @Test
  void aClientThatLeavesDoesNotEndTheFetch() throws Exception { // C8, C12
    var mayEnd = new CountDownLatch(1);
    try (var upstream =
            ScriptedUpstream.replying((request, peer) -> {
              peer.send(
                  "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 10\r\n\r\n");
              peer.send("01234");
              mayEnd.await(10, TimeUnit.SECONDS);
              peer.send("56789");
            });
        var gateway = caching(upstream, "true")) {
      RawClient first = gateway.connect();
      first.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n").readHead();
      try (var second = gateway.connect()) {
        second.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n").readHead();
        first.reset();
        mayEnd.countDown();
        assertThat(second.read(10)).isEqualTo("0123456789");
        assertThat(second.get("/").field("Cache-Status")).contains("hit");
      }
      assertThat(upstream.requests()).hasSize(1);
    }
  }
}
