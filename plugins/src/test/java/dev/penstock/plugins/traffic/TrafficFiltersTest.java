package dev.penstock.plugins.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** fault, canary, maintenance, response-limit and adaptive-concurrency, over sockets. */
final class TrafficFiltersTest {
  @TempDir Path folder;

  private static RawResponse ask(RawClient client, String... fields) {
    StringBuilder text = new StringBuilder("GET /a HTTP/1.1\r\nHost: a\r\n");
    for (String field : fields) text.append(field).append("\r\n");
    return client.send(text + "\r\n").readResponse();
  }

  // ---- fault

  @Test
  void aDelayHoldsOneRequestAndNoThread() {
    String filter =
        "{ fault: { delay: { time: 1500ms }, header: x-fault } }, { fault: { abort: { status: 418 }, when: { headers: { x-abort: present } } } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.start(Wire.yaml(upstream, filter) + "workers: 1\n");
        RawClient slow = gateway.connect();
        RawClient fast = gateway.connect()) {
      long began = System.nanoTime();
      slow.send("GET / HTTP/1.1\r\nHost: a\r\nX-Fault: 1\r\n\r\n");
      for (int i = 0; i < 20; i++) assertThat(ask(fast).status()).isEqualTo(200);
      assertThat(System.nanoTime() - began).as("the worker is free").isLessThan(1_400_000_000L);
      assertThat(slow.readResponse().status()).isEqualTo(200);
      assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(1_500_000_000L);
      assertThat(ask(fast, "X-Abort: 1").status()).isEqualTo(418);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aClientThatLeavesADelayIsForgotten() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            Wire.gateway(upstream, "{ fault: { delay: { time: 100ms }, max-delayed: 1 } }");
        RawClient client = gateway.connect()) {
      RawClient leaving = gateway.connect();
      leaving.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      gateway.awaitMetric("penstock_worker_exchanges", 1);
      leaving.reset();
      gateway.awaitIdle("up");
      assertThat(upstream.requests()).isEmpty();
      assertThat(ask(client).status()).isEqualTo(200);
    }
  }

  @Test
  void aShareOfTheRequestsFails() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            Wire.gateway(upstream, "{ fault: { abort: { percent: 30%, status: 500 } } }");
        RawClient client = gateway.connect()) {
      int failed = 0;
      // Well below the requests that one connection may make (L7).
      for (int i = 0; i < 500; i++) if (ask(client).status() == 500) failed++;
      assertThat(failed).isBetween(80, 220); // 7 standard deviations
    }
  }

  // ---- canary

  private static String canary(ScriptedUpstream stable, ScriptedUpstream tried, String settings) {
    return """
    upstreams: { up: { endpoints: [ "%s" ] }, next: { endpoints: [ "%s" ] } }
    routes: { all: { match: { path: /** }, filters: [ { canary: { upstream: next, %s } } ], upstream: up } }
    """
        .formatted(stable.address(), tried.address(), settings);
  }

  private static ScriptedUpstream says(String body) {
    return ScriptedUpstream.answering(
        "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }

  @Test
  void aCookieKeepsClientsWhereTheyAre() {
    try (ScriptedUpstream stable = says("stable");
        ScriptedUpstream next = says("next");
        TestGateway gateway =
            Wire.start(
                canary(stable, next, "percent: 50%, cookie: try, max-age: 1h, header: x-try"));
        RawClient client = gateway.connect()) {
      int chosen = 0;
      for (int i = 0; i < 200; i++) {
        RawResponse first = ask(client);
        String cookie = first.field("Set-Cookie");
        assertThat(cookie).matches("try=[01]; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600");
        assertThat(cookie.startsWith("try=1")).isEqualTo(first.body().equals("next"));
        if (first.body().equals("next")) chosen++;
        RawResponse again = ask(client, "Cookie: a=b; " + cookie.substring(0, 5));
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.field("Set-Cookie")).isNull();
      }
      assertThat(chosen).isBetween(50, 150);
      assertThat(ask(client, "Cookie: try=0", "X-Try: always").body()).isEqualTo("next");
      assertThat(ask(client, "Cookie: try=1", "X-Try: never").body()).isEqualTo("stable");
      assertThat(ask(client, "Cookie: try=evil").field("Set-Cookie")).startsWith("try=");
    }
  }

  @Test
  void aKeyAlwaysChoosesTheSame() {
    try (ScriptedUpstream stable = says("stable");
        ScriptedUpstream next = says("next");
        TestGateway gateway = Wire.start(canary(stable, next, "percent: 25%, key: x-account"));
        RawClient client = gateway.connect()) {
      int chosen = 0;
      for (int i = 0; i < 200; i++) {
        String body = ask(client, "X-Account: " + i).body();
        if (body.equals("next")) chosen++;
        assertThat(ask(client, "X-Account: " + i).body()).isEqualTo(body);
      }
      assertThat(chosen).isBetween(20, 85);
    }
  }

  // ---- maintenance

  @Test
  void everybodyButTheFewGetsThePage() throws IOException {
    Path page = Files.writeString(folder.resolve("later.html"), "<h1>Later</h1>");
    String filter =
        "{ maintenance: { page: \"%s\", retry-after: 10m, allow: 192.0.2.0/24, headers: { x-preview: letmein }, cookies: { preview: secret } } }"
            .formatted(page);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      RawResponse answer = ask(client);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("<h1>Later</h1>");
      assertThat(answer.field("Retry-After")).isEqualTo("600");
      assertThat(answer.field("Cache-Control")).isEqualTo("no-store");
      assertThat(answer.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
      assertThat(ask(client, "X-Preview: letmei").status()).isEqualTo(503);
      assertThat(ask(client, "Cookie: xpreview=secret").status()).isEqualTo(503);
      assertThat(ask(client, "X-Preview: letmein").status()).isEqualTo(200);
      assertThat(ask(client, "Cookie: a=1; preview=secret").status()).isEqualTo(200);
      assertThat(ask(client, "X-Forwarded-For: 192.0.2.7").status()).isEqualTo(200);
      gateway.reload(Wire.yaml(upstream, "{ maintenance: { enabled: false } }"));
      assertThat(ask(client).status()).isEqualTo(200);
    }
  }

  // ---- response-limit

  @Test
  void largeAnswersAreRefusedOrBrokenOff() {
    String filter = "{ response-limit: { max-body: 10B, max-fields: 300B } }";
    String head = "HTTP/1.1 200 OK\r\n";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter)) {
      upstream.script(peer -> {
        for (String answer :
            List.of(
                head + "Content-Length: 10\r\n\r\n0123456789",
                head + "X: " + "x".repeat(300) + "\r\nContent-Length: 0\r\n\r\n")) {
          if (peer.readRequest() == null) return;
          peer.send(answer);
        }
      });
      try (RawClient client = gateway.connect()) {
        assertThat(ask(client).body()).isEqualTo("0123456789");
        assertThat(ask(client).status()).isEqualTo(502);
      }
      upstream.script(peer -> {
        if (peer.readRequest() != null) peer.send(head + "Content-Length: 11\r\n\r\n01234567890");
      });
      try (RawClient client = gateway.connect()) {
        assertThat(ask(client).status()).isEqualTo(502);
      }
      upstream.script(peer -> {
        if (peer.readRequest() != null)
          peer.send(head + "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n");
      });
      try (RawClient client = gateway.connect()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.readToEnd()).doesNotContain("0\r\n\r\n");
      }
      upstream.script(peer -> {
        if (peer.readRequest() != null) peer.send(head + "Content-Length: 99\r\n\r\n");
      });
      try (RawClient client = gateway.connect()) {
        client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.readResponse(true).status()).as("no body").isEqualTo(200);
      }
    }
  }

  @Test
  void anAnswerThatTakesTooLongIsBrokenOff() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              if (peer.readRequest() == null) return;
              peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              for (int i = 0; i < 1000; i++) {
                peer.send("1\r\nx\r\n");
                java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
              }
            });
        TestGateway gateway = Wire.gateway(upstream, "{ response-limit: { max-time: 100ms } }");
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      long began = System.nanoTime();
      assertThat(client.readToEnd()).contains("x").doesNotContain("\r\n0\r\n\r\n");
      assertThat(System.nanoTime() - began).isLessThan(5_000_000_000L);
      gateway.awaitIdle("up");
    }
  }

  // ---- adaptive-concurrency

  @Test
  void whatIsTooMuchIsShedAtOnceAndPlacesAreGivenBackOnEveryWayOut() {
    String filter =
        "{ adaptive-concurrency: { min-limit: 2, max-limit: 2, initial-limit: 2, probe-interval: 24h } }";
    AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(1));
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (request.line().contains("/wait")) gate.get().await();
              if (request.line().contains("/die")) peer.close();
              else peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway = Wire.gateway(upstream, filter)) {
      for (int round = 0; round < 3; round++) {
        gate.set(new CountDownLatch(1));
        int before = upstream.requests().size();
        try (RawClient leaving = gateway.connect();
            RawClient staying = gateway.connect();
            RawClient third = gateway.connect()) {
          leaving.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
          staying.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
          upstream.awaitRequests(before + 2);
          assertThat(ask(third).status()).isEqualTo(503);
          // One client goes away: its place is free while the other still waits.
          leaving.reset();
          gateway.awaitMetric("penstock_worker_exchanges", 1);
          assertThat(ask(third).status()).isEqualTo(200);
          gate.get().countDown();
          assertThat(staying.readResponse().status()).isEqualTo(200);
          third.send("GET /die HTTP/1.1\r\nHost: a\r\n\r\n");
          assertThat(third.readResponse().status()).isEqualTo(502);
        }
        gateway.awaitIdle("up");
      }
    }
  }

  @Test
  void settingsThatCannotWorkAreRefused() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      for (String[] each :
          new String[][] {
            {"{ fault: {} }", "nothing goes wrong"},
            {"{ fault: { delay: { time: 11m } } }", "10m"},
            {
              "{ canary: { upstream: none, percent: 5% } }",
              "there is no upstream \"none\"; known: up"
            },
            {"{ canary: { upstream: up } }", "nobody is sent there"},
            {"{ maintenance: { page: /nowhere.html } }", "cannot be read"},
            {"{ maintenance: { headers: { x: \"\" } } }", "anybody could come in"},
            {"{ response-limit: {} }", "nothing is limited"},
            {"{ adaptive-concurrency: { min-limit: 9, max-limit: 8 } }", "above max-limit"},
          }) {
        assertThatThrownBy(() -> Wire.gateway(upstream, each[0]).close())
            .as(each[0])
            .hasMessageContaining(each[1])
            .hasMessageContaining("routes.all.filters[0]");
      }
    }
  }
}
