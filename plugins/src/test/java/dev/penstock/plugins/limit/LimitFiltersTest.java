package dev.penstock.plugins.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rates, places, sizes, bandwidth and quotas, over sockets. */
final class LimitFiltersTest {
  @TempDir Path folder;

  private static RawResponse from(RawClient client, String address, String... fields) {
    List<String> all = new ArrayList<>(List.of(fields));
    all.add("X-Forwarded-For: " + address);
    return Wire.ask(client, "GET /a", all.toArray(String[]::new));
  }

  // ---- rate-limit

  @Test
  void whoAsksTooOftenIsToldWhenToComeBack() {
    String filter = "{ rate-limit: { requests: 2, per: 1h, tell: both } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      RawResponse first = from(client, "192.0.2.1");
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.field("RateLimit-Policy")).isEqualTo("\"default\";q=2;w=3600"); // Q2
      assertThat(first.field("RateLimit")).isEqualTo("\"default\";r=1;t=1800");
      assertThat(first.field("X-RateLimit-Limit")).isEqualTo("2");
      assertThat(first.field("X-RateLimit-Remaining")).isEqualTo("1");
      assertThat(from(client, "192.0.2.1").status()).isEqualTo(200);
      RawResponse refused = from(client, "192.0.2.1");
      assertThat(refused.status()).isEqualTo(429); // Q1
      assertThat(Integer.parseInt(refused.field("Retry-After"))).isBetween(1799, 1800 * 6 / 5 + 2);
      assertThat(refused.field("RateLimit")).startsWith("\"default\";r=0;t=");
      assertThat(from(client, "192.0.2.2").status()).as("somebody else").isEqualTo(200);
      assertThat(upstream.requests()).as("Q5").hasSize(3);
    }
  }

  /** Q9: who has one address of IPv6 has a network of them; a client's own word is not believed. */
  @Test
  void anAddressOfIpv6CountsAsItsNetwork() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, "{ rate-limit: { requests: 1, per: 1h } }");
        RawClient client = gateway.connect()) {
      assertThat(from(client, "2001:db8:1:2::1").status()).isEqualTo(200);
      assertThat(from(client, "2001:db8:1:2:ffff::9").status()).isEqualTo(429);
      assertThat(from(client, "2001:db8:1:3::1").status()).isEqualTo(200);
      assertThat(from(client, "198.51.100.7, 192.0.2.1").status()).isEqualTo(200);
      assertThat(from(client, "198.51.100.8, 192.0.2.1").status())
          .as("what stands before the first untrusted hop is a client's word")
          .isEqualTo(429);
    }
  }

  @Test
  void whatOneLimitRefusesTheOthersDoNotCount() {
    String filter =
        """
        { rate-limit: { limits: [
          { name: app, requests: 3, per: 1h, key: "header:x-app" },
          { name: user, requests: 1, per: 1h, key: [ "header:x-app", "header:x-user" ] } ] } }
        """;
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(from(client, "192.0.2.1", "X-App: a", "X-User: 1").status()).isEqualTo(200);
      for (int i = 0; i < 5; i++)
        assertThat(from(client, "192.0.2.1", "X-App: a", "X-User: 1").status()).isEqualTo(429);
      RawResponse second = from(client, "192.0.2.1", "X-App: a", "X-User: 2");
      assertThat(second.status()).isEqualTo(200);
      assertThat(second.field("RateLimit")).matches("\"app\";r=1;t=\\d+, \"user\";r=0;t=\\d+");
      assertThat(from(client, "192.0.2.1", "X-App: a", "X-User: 3").status()).isEqualTo(200);
      assertThat(from(client, "192.0.2.1", "X-App: a", "X-User: 4").status()).isEqualTo(429);
      assertThat(from(client, "192.0.2.1", "X-App: b", "X-User: 4").status()).isEqualTo(200);
    }
  }

  @Test
  void whoLeavesTheKeyOutIsCountedByAddress() {
    String filter = "{ rate-limit: { requests: 1, per: 1h, key: \"header:x-app\" } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(from(client, "192.0.2.1").status()).isEqualTo(200);
      assertThat(from(client, "192.0.2.1").status()).isEqualTo(429);
      assertThat(from(client, "192.0.2.2").status()).isEqualTo(200);
      assertThat(from(client, "192.0.2.1", "X-App: " + "x".repeat(4000)).status()).isEqualTo(200);
    }
  }

  /** Q8. */
  @Test
  void aDryRunRefusesNobodyAndNotesWhom() {
    String filters =
        "{ rate-limit: { requests: 1, per: 1h, dry-run: true } },"
            + " { rewrite: { response-headers: { set: { x-noted: \"{var.rate-limit.would-refuse}\" } } } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filters);
        RawClient client = gateway.connect()) {
      assertThat(from(client, "192.0.2.1").field("x-noted")).isNull();
      RawResponse second = from(client, "192.0.2.1");
      assertThat(second.status()).isEqualTo(200);
      assertThat(second.field("x-noted")).isEqualTo("default");
      assertThat(second.field("RateLimit")).isNull();
    }
  }

  /** Q6: what a request costs may be known before, or only at its end. */
  @Test
  void costsComeFromTemplates() {
    String filter =
        "{ rate-limit: { requests: 10, per: 1h, cost: \"{header.x-cost}\", charge: \"{header.x-tokens}\" } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(from(client, "192.0.2.1", "X-Cost: 7").field("RateLimit"))
          .startsWith("\"default\";r=3;");
      assertThat(from(client, "192.0.2.1", "X-Cost: 4").status()).isEqualTo(429);
      assertThat(from(client, "192.0.2.1", "X-Cost: -4").field("RateLimit"))
          .as("no cost is below nothing")
          .startsWith("\"default\";r=2;");
      assertThat(from(client, "192.0.2.1", "X-Cost: 1e300").status()).isEqualTo(429);
      assertThat(from(client, "192.0.2.1", "X-Cost: NaN", "X-Tokens: 50").status()).isEqualTo(200);
      gateway.awaitIdle("up");
      assertThat(from(client, "192.0.2.1", "X-Cost: 0").status()).isEqualTo(429);
    }
  }

  @Test
  void countsSurviveAReloadThatLeavesTheLimitAsItIs() {
    String filter = "{ rate-limit: { requests: 1, per: 1h } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(from(client, "192.0.2.1").status()).isEqualTo(200);
      gateway.reload(Wire.yaml(upstream, filter, "max-body: 1MiB"));
      assertThat(from(client, "192.0.2.1").status()).isEqualTo(429);
      gateway.reload(Wire.yaml(upstream, "{ rate-limit: { requests: 2, per: 1h } }"));
      assertThat(from(client, "192.0.2.1").status()).as("another limit").isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ rate-limit: {} }",
        "{ rate-limit: { requests: 1, limits: [ { name: a, requests: 1 } ] } }",
        "{ rate-limit: { limits: [ { name: a, requests: 1 }, { name: a, requests: 2 } ] } }",
        "{ rate-limit: { limits: [ { name: \"a b\", requests: 1 } ] } }",
        "{ rate-limit: { requests: 1000000000, per: 1s } }",
        "{ rate-limit: { requests: 1, algorithm: sliding-window, burst: 2 } }",
        "{ rate-limit: { requests: 1, key: ip } }",
        "{ rate-limit: { requests: 1, key: \"header:\" } }",
        "{ rate-limit: { requests: 1, key: \"{nothing}\" } }",
        "{ rate-limit: { requests: 1, cost: much } }",
        "{ quota: { amount: 1, window: never } }",
        "{ quota: { amount: 1, window: day, zone: Mars } }",
        "{ bandwidth: {} }",
        "{ request-size: {} }"
      })
  void whatCannotWorkIsRefused(String filter) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      assertThatThrownBy(() -> Wire.gateway(upstream, filter).close())
          .hasMessageContaining("filters[0]");
    }
  }

  // ---- concurrency-limit

  @Test
  void onlySoManyAreUnderWayAndSomeWait() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    String filter = "{ concurrency-limit: { at-a-time: 1, max-waiting: 1, max-wait: 1m } }";
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (request.line().contains("/slow")) answer.await();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient one = gateway.connect();
        RawClient two = gateway.connect();
        RawClient three = gateway.connect()) {
      one.send("GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n");
      upstream.awaitRequests(1);
      two.send("GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n");
      gateway.awaitMetric("penstock_worker_exchanges", 2);
      assertThat(Wire.ask(three, "GET /").status()).isEqualTo(429);
      assertThat(from(three, "192.0.2.9").status()).as("another client").isEqualTo(200);
      answer.countDown();
      assertThat(one.readResponse().status()).isEqualTo(200);
      assertThat(two.readResponse().status()).as("waited for its place").isEqualTo(200);
      assertThat(Wire.ask(three, "GET /").status()).isEqualTo(200);
    }
  }

  /** Q7: a place comes back however an exchange ends. */
  @Test
  void placesComeBackOnEveryWayOut() throws Exception {
    String filter =
        "{ concurrency-limit: { at-a-time: 1, key: route, max-waiting: 5, max-wait: 1m } }";
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (request.line().contains("/never")) peer.readRequest();
              if (request.line().contains("/dies")) peer.close();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway = Wire.gateway(upstream, filter)) {
      for (int round = 0; round < 3; round++) {
        RawClient gone = gateway.connect();
        gone.send("GET /never HTTP/1.1\r\nHost: a.test\r\n\r\n");
        gateway.awaitMetric("penstock_worker_exchanges", 1);
        RawClient goneWaiting = gateway.connect();
        goneWaiting.send("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
        RawClient waiting = gateway.connect();
        waiting.send("GET /b HTTP/1.1\r\nHost: a.test\r\n\r\n");
        gateway.awaitMetric("penstock_worker_exchanges", 3);
        goneWaiting.reset();
        gone.reset();
        assertThat(waiting.readResponse().status()).isEqualTo(200);
        assertThat(Wire.ask(waiting, "GET /dies").status()).isEqualTo(502);
        assertThat(Wire.ask(waiting, "GET /").status()).isEqualTo(200);
        waiting.close();
        gateway.awaitIdle("up");
      }
    }
  }

  @Test
  void whoWaitsTooLongIsRefused() {
    String filter =
        "{ concurrency-limit: { at-a-time: 1, key: route, max-waiting: 1, max-wait: 20ms } }";
    CountDownLatch answer = new CountDownLatch(1);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              answer.await();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient one = gateway.connect();
        RawClient two = gateway.connect()) {
      one.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      upstream.awaitRequests(1);
      assertThat(Wire.ask(two, "GET /").status()).as("Q1: all share it").isEqualTo(503);
      answer.countDown();
      assertThat(one.readResponse().status()).isEqualTo(200);
      assertThat(Wire.ask(two, "GET /").status()).isEqualTo(200);
    }
  }

  // ---- request-size

  @Test
  void requestsThatAreTooLargeAreRefused() {
    String filter =
        "{ request-size: { max-body: 4B, max-target: 20B, max-parameters: 2, max-field: 100B, max-fields: 1000B } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(Wire.ask(client, "GET /a?b&c").status()).isEqualTo(200);
      assertThat(Wire.ask(client, "GET /a?b&c&d").status()).isEqualTo(400);
      assertThat(Wire.ask(client, "GET /" + "a".repeat(30)).status()).isEqualTo(414);
      assertThat(Wire.ask(client, "GET /", "X: " + "a".repeat(101)).status()).isEqualTo(431);
    }
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient fits = gateway.connect();
        RawClient told = gateway.connect();
        RawClient grows = gateway.connect()) {
      fits.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd");
      assertThat(fits.readResponse().status()).isEqualTo(200);
      told.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
      assertThat(told.readResponse().status()).as("L2: before it is read").isEqualTo(413);
      grows.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
      grows.sendIfOpen("3\r\nabc\r\n0\r\n\r\n");
      assertThat(grows.readResponse().status()).isEqualTo(413);
    }
  }

  // ---- bandwidth

  @Test
  void bodiesAreSlowedDownBothWays() {
    String big = "x".repeat(64 * 1024);
    String filter = "{ bandwidth: { requests: 64KiB, responses: 64KiB, burst: 16KiB } }";
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: " + big.length() + "\r\n\r\n" + big);
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      long began = System.nanoTime();
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + big.length() + "\r\n\r\n");
      client.send(big);
      upstream.awaitRequests(1);
      assertThat(System.nanoTime() - began)
          .as("48 KiB beyond the burst")
          .isGreaterThan(700_000_000);
      assertThat(upstream.onlyRequest().body()).isEqualTo(big);
      long answered = System.nanoTime();
      assertThat(client.readResponse().body()).isEqualTo(big);
      assertThat(System.nanoTime() - answered).isGreaterThan(600_000_000);
    }
  }

  @Test
  void clientsMayShareARate() {
    String body = "x".repeat(16 * 1024);
    String filter = "{ bandwidth: { responses: 64KiB, burst: 16KiB, key: client-ip } }";
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      long began = System.nanoTime();
      for (int i = 0; i < 4; i++) assertThat(from(client, "192.0.2.1").body()).isEqualTo(body);
      assertThat(System.nanoTime() - began).as("three beyond the burst").isGreaterThan(700_000_000);
    }
  }

  // ---- quota

  @Test
  void quotasSurviveARestart() {
    String filter =
        "{ quota: { amount: 3, window: year, key: \"header:x-user\", file: \"%s\", name: plan } }"
            .formatted(folder.resolve("quotas"));
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      for (int start = 0; start < 2; start++) {
        try (TestGateway gateway = Wire.gateway(upstream, filter);
            RawClient client = gateway.connect()) {
          if (start == 0) {
            RawResponse first = from(client, "192.0.2.1", "X-User: anna");
            assertThat(first.field("RateLimit-Policy")).startsWith("\"plan\";q=3;w=31");
            assertThat(first.field("RateLimit")).startsWith("\"plan\";r=2;t=");
            gateway.reload(Wire.yaml(upstream, filter, "max-body: 1MiB"));
            from(client, "192.0.2.1", "X-User: anna");
          } else {
            assertThat(from(client, "192.0.2.1", "X-User: anna").status()).isEqualTo(200);
            RawResponse refused = from(client, "192.0.2.1", "X-User: anna");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.field("Retry-After")).matches("[1-9][0-9]*");
            assertThat(from(client, "192.0.2.1", "X-User: bert").status()).isEqualTo(200);
          }
        }
      }
    }
  }

  @Test
  void bytesAreCountedAndWhatIsUnderWayGoesOn() {
    String filter = "{ quota: { amount: 10B, count: bytes, window: 24h, key: route } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok(); // two bytes
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\nabcdefg");
      RawResponse first = client.readResponse();
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.field("RateLimit-Policy"))
          .isEqualTo("\"all\";q=10;w=86400;qu=\"content-bytes\"");
      assertThat(Wire.ask(client, "GET /").body()).as("9 of 10 were used").isEqualTo("ok");
      assertThat(Wire.ask(client, "GET /").status()).isEqualTo(429);
    }
  }
}
