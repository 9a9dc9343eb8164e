package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each exchange is logged and counted once, however it ends, and nothing of it stays. */
final class AccountingWireTest {
  private static final String GET = "GET %s HTTP/1.1\r\nHost: a.test\r\n\r\n";

  @Test
  void aMixedHostileRunLeavesOneEntryForEachExchangeAndNothingElse(@TempDir Path folder)
      throws IOException {
    Path log = folder.resolve("access.log");
    ScriptedUpstream down = ScriptedUpstream.ok();
    down.stopListening();
    try (ScriptedUpstream upstream = ScriptedUpstream.replying(AccountingWireTest::reply);
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams:
                  up: { endpoints: [ "%s" ], timeouts: { response-head: 200ms }, outlier: { enabled: false } }
                  down: { endpoints: [ "%s" ] }
                routes:
                  up: { match: { path: "/up/**" }, upstream: up, max-body: 1KiB }
                  down: { match: { path: "/down" }, upstream: down }
                  own: { match: { path: "/own", methods: [ GET ] }, respond: { status: 200, body: x } }
                access-log: { to: file, file: "%s" }
                """
                    .formatted(upstream.address(), down.address(), log))) {
      double timers = settledTimers(gateway);
      int rounds = 5;
      int each = 0;
      for (int i = 0; i < rounds; i++) each = round(gateway);
      int all = rounds * each;
      gateway.awaitMetric("penstock_worker_exchanges", 0);
      gateway.awaitMetric("penstock_connections_open", 0);
      gateway.awaitMetric("penstock_requests_total", all);
      gateway.awaitMetric("penstock_access_log_entries_total", all);
      gateway.awaitMetric("penstock_exchanges_ended_total", all);
      gateway.awaitMetric("penstock_endpoint_requests_in_flight", 0);
      gateway.awaitMetric("penstock_upstream_queued", 0);
      gateway.awaitMetric("penstock_worker_buffered_bytes", 0);
      assertThat(gateway.metric("penstock_access_log_dropped_total")).isZero();
      // Kept connections to endpoints have a timer each.
      TestGateway.await(
          () ->
              gateway.metric("penstock_worker_timers")
                      - gateway.metric("penstock_endpoint_connections_idle")
                  <= timers,
          () -> gateway.metric("penstock_worker_timers") + " timers, at first " + timers);
      gateway.gateway().close(0, 1000);
      assertThat(Files.readAllLines(log)).hasSize(all);
      List<String> ids = new ArrayList<>();
      var id = Pattern.compile("\"id\":\"([^\"]+)\"");
      for (String line : Files.readAllLines(log)) {
        var found = id.matcher(line);
        if (found.find()) ids.add(found.group(1));
      }
      assertThat(ids).hasSize(all).doesNotHaveDuplicates();
    }
  }

  private static double settledTimers(TestGateway gateway) {
    return gateway.metric("penstock_worker_timers");
  }

  private static void reply(ScriptedUpstream.Request request, Peer peer)
      throws IOException, InterruptedException {
    String line = request.line();
    if (line.contains("/cut")) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut").close();
    } else if (line.contains("/junk")) {
      peer.send("junk\r\n\r\n").close();
    } else if (line.contains("/reset")) {
      peer.reset();
    } else if (line.contains("/quiet")) {
      peer.readToEnd();
    } else {
      peer.send(ScriptedUpstream.OK);
    }
  }

  /** Returns how many exchanges there were. */
  private static int round(TestGateway gateway) {
    int count = 0;
    try (RawClient client = gateway.connect()) {
      assertThat(client.get("/own").status()).isEqualTo(200);
      assertThat(client.get("/up/ok").status()).isEqualTo(200);
      assertThat(client.get("/nowhere").status()).isEqualTo(404);
      assertThat(client.get("/down").status()).isEqualTo(502);
      assertThat(client.get("/up/junk").status()).isEqualTo(502);
      assertThat(client.get("/up/reset").status()).isEqualTo(502);
      assertThat(client.get("/up/quiet").status()).isEqualTo(504);
      client.send("DELETE /own HTTP/1.1\r\nHost: a.test\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(405);
      client.send(GET.formatted("/own") + GET.formatted("/up/ok") + GET.formatted("/own"));
      for (int i = 0; i < 3; i++) assertThat(client.readResponse().status()).isEqualTo(200);
      count += 11;
    }
    try (RawClient client = gateway.connect()) {
      client.send(GET.formatted("/up/cut")).readToEnd();
      count++;
    }
    try (RawClient client = gateway.connect()) {
      client.send("GET /own HTTP/1.1\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(400);
      count++;
    }
    try (RawClient client = gateway.connect()) {
      client.send("PUT /up/a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9999\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(413);
      count++;
    }
    try (RawClient client = gateway.connect()) {
      client.send("PUT /up/a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 99\r\n\r\nhalf").reset();
      count++;
    }
    try (RawClient client = gateway.connect()) {
      client.send("PUT /up/a HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
      assertThat(client.readResponse().status()).isEqualTo(400);
      count++;
    }
    try (RawClient client = gateway.connect()) {
      client.send(GET.formatted("/up/quiet")).reset();
      count++;
    }
    // Nothing that anybody could answer: no exchange.
    try (RawClient client = gateway.connect()) {
      client.send("GET /ow").reset();
    }
    gateway.connect().close();
    return count;
  }

  @Test
  void processAndLogNumbersAreScraped() {
    try (TestGateway gateway =
        TestGateway.start("routes: { all: { respond: { status: 200, body: x } } }")) {
      assertThat(gateway.metric("penstock_build_info")).isEqualTo(1);
      assertThat(gateway.metric("penstock_jvm_heap_bytes", "used")).isPositive();
      assertThat(gateway.metric("penstock_jvm_buffer_bytes", "direct")).isPositive();
      assertThat(gateway.metric("penstock_jvm_threads")).isPositive();
      assertThat(gateway.metrics()).contains("penstock_uptime_seconds", "access_log_entries");
    }
  }

  @Test
  void l9ConnectionsAreCappedPerListenerAndClient() {
    String yaml =
        """
        listeners: { web: { bind: "127.0.0.1:0", limits: { %s: 2 } } }
        routes: { all: { respond: { status: 200, body: x } } }
        """;
    for (String limit : List.of("max-connections", "max-connections-per-client")) {
      try (TestGateway gateway = TestGateway.start(yaml.formatted(limit));
          RawClient first = gateway.connect();
          RawClient second = gateway.connect()) {
        assertThat(first.get("/").status()).isEqualTo(200);
        assertThat(second.get("/").status()).isEqualTo(200);
        try (RawClient third = gateway.connect()) {
          third.expectClosed();
        }
        first.close();
        gateway.awaitMetric("penstock_connections_open", 1);
        try (RawClient fourth = gateway.connect()) {
          assertThat(fourth.get("/").status()).isEqualTo(200);
        }
        assertThat(gateway.metric("penstock_connections_refused_total")).isEqualTo(1);
      }
    }
  }
}
