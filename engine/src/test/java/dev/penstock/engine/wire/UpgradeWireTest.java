package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** From request to tunnel and back (E7, E8, E12, H2). */
final class UpgradeWireTest {
  private static final String REQUEST =
      "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat, talk\r\n\r\n";
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nKeep-Alive: timeout=3\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: talk\r\n\r\n";

  @Test
  void bytesPassBothWaysOnceTheEndpointHasAgreed() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              String head = peer.readHead();
              assertThat(head)
                  .contains("\r\nUpgrade: websocket\r\n")
                  .contains("\r\nConnection: Upgrade\r\n");
              // The first frame may come with the head.
              peer.send(SWITCH + "hello");
              assertThat(peer.read(9)).isEqualTo("earlyping");
              peer.send("pong");
              peer.readToEnd();
              peer.send("last");
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(REQUEST + "early");
      RawResponse answer = client.readHead();
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.field("Upgrade")).isEqualTo("websocket");
      assertThat(answer.field("Connection")).isEqualTo("Upgrade");
      assertThat(answer.field("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      assertThat(answer.field("Sec-WebSocket-Protocol")).isEqualTo("talk");
      assertThat(answer.all("Keep-Alive")).isEmpty();
      assertThat(client.read(5)).isEqualTo("hello");
      client.send("ping");
      assertThat(client.read(4)).isEqualTo("pong");
      // Each direction ends by itself.
      client.halfClose();
      assertThat(client.readToEnd()).isEqualTo("last");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void muchDataPassesATunnelWhoseReaderIsSlow() {
    String frame = "x".repeat(100_000);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.send(SWITCH);
              for (int i = 0; i < 50; i++) peer.send(frame);
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = RawClient.connect(gateway.address(), 4096)) {
      client.send(REQUEST);
      assertThat(client.readHead().status()).isEqualTo(101);
      assertThat(client.readToEnd()).hasSize(5_000_000);
      gateway.awaitIdle("up");
    }
  }

  private static void isRefused(String response, int status) {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.send(response + "evil");
              peer.readToEnd();
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(REQUEST);
      RawResponse answer = client.readResponse();
      assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
      assertThat(answer.toString()).doesNotContain("evil");
      upstream.connection(0).awaitEnded();
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aWrongAcceptKeyIs502() {
    isRefused(SWITCH.replace("s3pP", "S3pP"), 502);
    isRefused(SWITCH.replaceAll("Sec-WebSocket-Accept[^\r]*\r\n", ""), 502);
  }

  @Test
  void anotherProtocolThanAskedForIs502() {
    isRefused(SWITCH.replace("Upgrade: websocket", "Upgrade: h2c"), 502);
    isRefused(SWITCH.replace("Upgrade: websocket\r\n", ""), 502);
    isRefused(SWITCH.replace("Upgrade: websocket", "Upgrade: websocket\r\nUpgrade: h2c"), 502);
    isRefused(SWITCH.replace("Upgrade: websocket", "Upgrade: websocket, h2c"), 502);
  }

  @Test
  void a101ThatDoesNotUpgradeItsConnectionIs502() {
    isRefused(SWITCH.replace("Connection: Upgrade\r\n", ""), 502);
    isRefused(SWITCH.replace("Connection: Upgrade", "Connection: keep-alive"), 502);
  }

  @Test
  void aSubprotocolThatWasNotOfferedIs502() {
    isRefused(SWITCH.replace("talk", "shout"), 502);
  }

  @Test
  void anAnswerOtherThan101IsAnOrdinaryResponse() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(REQUEST);
      RawResponse answer = client.readResponse();
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).isEqualTo("no");
      assertThat(client.get("/b").status()).isEqualTo(403);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aClientThatGoesAwayEndsTheTunnelForTheEndpoint() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              peer.readHead();
              peer.send(SWITCH);
              peer.readToEnd();
            });
        TestGateway gateway = TestGateway.to(upstream)) {
      RawClient client = gateway.connect();
      client.send(REQUEST);
      assertThat(client.readHead().status()).isEqualTo(101);
      client.reset();
      upstream.connection(0).awaitEnded();
      gateway.awaitIdle("up");
    }
  }

  @Test
  void anUpgradeInHttp10IsAnOrdinaryRequest() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(REQUEST.replace("HTTP/1.1", "HTTP/1.0"));
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(upstream.onlyRequest().field("Upgrade")).isNull();
    }
  }

  @Test
  void aRequestThatOffersSeveralProtocolsGoesOnWithoutUpgrade() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send(REQUEST.replace("websocket", "websocket, h2c"));
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(upstream.onlyRequest().field("Upgrade")).isNull();
    }
  }
}
