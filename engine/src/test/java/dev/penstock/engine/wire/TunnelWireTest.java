package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebSocket tunnels: bytes both ways, ends, idle time, and that changes leave them alone. */
final class TunnelWireTest {
  private static final String UPGRADE =
      """
      GET /chat HTTP/1.1\r
      Host: a.test\r
      Connection: Upgrade\r
      Upgrade: websocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      \r
      """
          .replace("\r\n", "\n")
          .replace("\n", "\r\n");
  private static final String AGREED =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

  /** Agrees, says hello in the same packet, and sends back each four bytes. */
  private static ScriptedUpstream echo() {
    return ScriptedUpstream.running(peer -> {
      if (peer.readHead() == null) return;
      peer.send(AGREED + "hello");
      while (true) peer.send(peer.read(4));
    });
  }

  @Test
  void bytesGoBothWaysFromTheFirstOnAndAreLogged(@TempDir Path folder) throws IOException {
    Path log = folder.resolve("access.log");
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { upstream: up } }
                access-log: { to: file, file: "%s" }
                """
                    .formatted(upstream.address(), log))) {
      try (RawClient client = gateway.connect()) {
        client.send(UPGRADE + "earl");
        assertThat(client.readHead().status()).isEqualTo(101);
        assertThat(client.read(9)).isEqualTo("helloearl");
        assertThat(client.send("ping").read(4)).isEqualTo("ping");
        gateway.awaitMetric("penstock_worker_exchanges", 1);
      }
      upstream.connection(0).awaitEnded();
      gateway.awaitMetric("penstock_worker_exchanges", 0);
      gateway.awaitMetric("penstock_connections_open", 0);
      gateway.awaitMetric("penstock_endpoint_connections_open", 0);
    }
    assertThat(Files.readString(log))
        .containsOnlyOnce("\n")
        .contains("\"status\":101", "\"request_bytes\":8", "\"response_bytes\":13");
  }

  @Test
  void eitherSideMayEndItsDirectionAndStillHear() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.send(AGREED);
              peer.readToEnd();
              peer.send("heard it all").halfClose();
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(UPGRADE);
      assertThat(client.readHead().status()).isEqualTo(101);
      client.send("last words").halfClose();
      assertThat(client.readToEnd()).isEqualTo("heard it all");
      assertThat(upstream.connection(0).received()).endsWith("last words");
      gateway.awaitMetric("penstock_worker_exchanges", 0);
    }
  }

  @Test
  void theEndpointMayEndItsDirectionFirst() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.send(AGREED + "bye").halfClose();
              peer.readToEnd();
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(UPGRADE);
      client.readHead();
      assertThat(client.readToEnd()).isEqualTo("bye");
      client.send("one more thing").halfClose();
      upstream.connection(0).awaitReceived("one more thing");
      gateway.awaitMetric("penstock_worker_exchanges", 0);
    }
  }

  @Test
  void aTunnelThatIsSilentForTooLongIsClosed() {
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway = RetryWireTest.gateway("timeouts: { tunnel-idle: 1s }", upstream);
        RawClient client = gateway.connect()) {
      client.send(UPGRADE);
      client.readHead();
      assertThat(client.readToEnd()).isEqualTo("hello");
      gateway.awaitMetric("penstock_worker_exchanges", 0);
    }
  }

  @Test
  void aHundredTunnelsDoNotNoticeFiftyReloads() {
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway = TestGateway.to(upstream)) {
      List<RawClient> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 100; i++) {
          RawClient client = gateway.connect();
          clients.add(client);
          client.send(UPGRADE);
          assertThat(client.readHead().status()).isEqualTo(101);
          client.read(5);
        }
        for (int i = 0; i < 50; i++) {
          gateway.reload(
              """
              upstreams: { up%d: { endpoints: [ "%s" ] } }
              routes: { r%d: { upstream: up%d } }
              """
                  .formatted(i, upstream.address(), i, i));
          for (RawClient client : clients) client.send("%04d".formatted(i));
        }
        for (RawClient client : clients) {
          for (int i = 0; i < 50; i++) assertThat(client.read(4)).isEqualTo("%04d".formatted(i));
        }
        assertThat(gateway.metric("penstock_worker_exchanges")).isEqualTo(100);
      } finally {
        clients.forEach(RawClient::close);
      }
      gateway.awaitMetric("penstock_worker_exchanges", 0);
      gateway.awaitMetric("penstock_connections_open", 0);
    }
  }

  @Test
  void aTunnelHoldsBackAFastSenderAndLosesNothing() throws InterruptedException {
    int total = 32 << 20;
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.send(AGREED);
              byte[] block = "0123456789abcdef".repeat(4096).getBytes(StandardCharsets.US_ASCII);
              for (int sent = 0; sent < total; sent += block.length) peer.send(block);
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = RawClient.connect(gateway.address(), 16 << 10)) {
      client.send(UPGRADE);
      client.readHead();
      TestGateway.await(
          () -> gateway.metric("penstock_worker_buffered_bytes") > 128 << 10, () -> "");
      assertThat(gateway.metric("penstock_worker_buffered_bytes")).isLessThan(1 << 20);
      for (int got = 0; got < total; got += 1 << 20)
        assertThat(client.read(1 << 20)).isEqualTo("0123456789abcdef".repeat(65536));
      assertThat(client.readToEnd()).isEmpty();
      gateway.awaitMetric("penstock_worker_buffered_bytes", 0);
    }
  }
}
