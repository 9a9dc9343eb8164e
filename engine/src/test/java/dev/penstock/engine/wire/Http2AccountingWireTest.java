package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.observe.ExchangeView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each exchange of a client of HTTP/2 is logged and counted once, and nothing of it stays. */
final class Http2AccountingWireTest {
  private static void reply(ScriptedUpstream.Request request, Peer peer) throws IOException {
    if (request.head().contains("/broken")) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").close();
    } else if (!request.head().contains("/wait")) {
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  }

  @Test
  void aMixedRunLeavesOneEntryForEachExchangeAndNothingElse(@TempDir Path folder)
      throws IOException {
    Path log = folder.resolve("access.log");
    try (ScriptedUpstream upstream = ScriptedUpstream.replying(Http2AccountingWireTest::reply);
        TestGateway gateway =
            TestGateway.start(
                """
                listeners: { web: { bind: "127.0.0.1:0", http2: on } }
                upstreams:
                  up: { endpoints: [ "%s" ], outlier: { enabled: false } }
                routes: { up: { upstream: up, max-body: 1KiB } }
                access-log: { to: file, file: "%s" }
                """
                    .formatted(upstream.address(), log))) {
      try (Http2Client warm = Http2Client.connect(gateway.address())) {
        warm.get(1, "/").response(1);
      }
      gateway.awaitMetric("penstock_connections_open", 0);
      double timers = timers(gateway);
      for (int i = 0; i < 5; i++) round(gateway);
      int all = 1 + 5 * 8;
      gateway.awaitMetric("penstock_worker_exchanges", 0);
      gateway.awaitMetric("penstock_connections_open", 0);
      gateway.awaitMetric("penstock_access_log_entries_total", all);
      gateway.awaitMetric("penstock_exchanges_ended_total", all);
      gateway.awaitMetric("penstock_endpoint_requests_in_flight", 0);
      gateway.awaitMetric("penstock_worker_buffered_bytes", 0);
      TestGateway.await(() -> timers(gateway) <= timers, () -> timers(gateway));
      gateway.gateway().close(0, 1000);
      List<String> entries = Files.readAllLines(log);
      assertThat(entries).hasSize(all).allMatch(line -> line.contains("\"protocol\":\"HTTP/2\""));
    }
  }

  /** Kept connections to endpoints have a timer each. */
  private static double timers(TestGateway gateway) {
    return gateway.metric("penstock_worker_timers")
        - gateway.metric("penstock_endpoint_connections_idle");
  }

  private static void round(TestGateway gateway) {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      client.get(1, "/").response(1);
      client.request(3, "POST", "/", false).data(3, "body", true).response(3);
      client.get(5, "/", "connection", "close").response(5);
      client.get(7, "/broken").response(7);
      client.get(9, "/wait").frames(w -> w.reset(9, ErrorCode.CANCEL));
      client.request(11, "POST", "/", false).data(11, "x".repeat(2000), true);
      assertThat(client.response(11).status()).isEqualTo(413);
      client.request(13, "POST", "/", false, "content-length", "9").data(13, "x", true);
      assertThat(client.response(13).how()).isEqualTo("reset PROTOCOL_ERROR");
      client.get(15, "/wait");
      // Neither is an exchange: a stream that is idle, and nonsense.
      client.send(dev.penstock.engine.http.h2.RawFields.frame(Frames.DATA, 0, 99, new byte[10]));
      client.await("closed");
    }
  }

  @Test
  void exchangesUnderWayCanBeSeen() {
    try (ScriptedUpstream upstream = ScriptedUpstream.replying(Http2AccountingWireTest::reply);
        TestGateway gateway = Http2WireTest.gateway(upstream);
        Http2Client client = Http2Client.connect(gateway.address())) {
      client.get(1, "/wait/a").get(3, "/wait/b");
      upstream.awaitRequests(2);
      assertThat(gateway.gateway().exchanges().join())
          .extracting(ExchangeView::path)
          .containsExactlyInAnyOrder("/wait/a", "/wait/b");
    }
  }
}
