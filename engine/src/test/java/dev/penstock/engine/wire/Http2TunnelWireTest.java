package dev.penstock.engine.wire;

import static dev.penstock.engine.http.h2.RawFields.block;
import static dev.penstock.engine.http.h2.RawFields.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.Frames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** WebSocket over a stream of HTTP/2, before an endpoint that upgrades (RFC 8441, E10). */
final class Http2TunnelWireTest {
  private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S+)");

  private static byte[] connect(String protocol) {
    return join(
        block(":method", "CONNECT", ":protocol", protocol, ":scheme", "http", ":path", "/chat?x"),
        block(":authority", "a.test", "sec-websocket-version", "13"),
        block("sec-websocket-protocol", "chat, talk"));
  }

  /** Agrees as RFC 6455 §4.2.2 has it. */
  private static void agree(Peer peer) throws IOException {
    String head = peer.readHead();
    Matcher key = KEY.matcher(head == null ? "" : head);
    if (!key.find()) throw new AssertionError("no key in " + head);
    peer.send(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Protocol: talk\r\nSec-WebSocket-Accept: "
            + accept(key.group(1))
            + "\r\n\r\n");
  }

  private static String accept(String key) {
    try {
      byte[] text =
          (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.ISO_8859_1);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void bytesPassBothWaysOnceTheEndpointHasAgreed() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              agree(peer);
              peer.send("hello");
              assertThat(peer.read(9)).isEqualTo("earlyping");
              peer.send("pong");
              peer.readToEnd();
              peer.send("last");
            });
        TestGateway gateway = Http2WireTest.gateway(upstream);
        Http2Client client = Http2Client.connect(gateway.address())) {
      client.headers(1, false, connect("websocket")).data(1, "early", false);
      client.await("head 1 200");
      assertThat(client.soFar(1).field("sec-websocket-protocol")).isEqualTo("talk");
      assertThat(client.soFar(1).field("sec-websocket-accept")).isNull();
      assertThat(client.soFar(1).field("upgrade")).isNull();
      client.await("data 1 5").data(1, "ping", false).await("data 1 4");
      // Each direction ends by itself.
      client.data(1, "", true);
      assertThat(client.response(1).body()).isEqualTo("hellopong" + "last");
      assertThat(client.soFar(1).how()).isEqualTo("end");
      assertThat(upstream.received())
          .startsWith("GET /chat?x HTTP/1.1\r\nHost: a.test\r\n")
          .contains("\r\nUpgrade: websocket\r\n", "\r\nConnection: Upgrade\r\n");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void muchDataPassesAndWaitsForTheClientsWindow() {
    String frame = "x".repeat(100_000);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              agree(peer);
              for (int i = 0; i < 20; i++) peer.send(frame);
            });
        TestGateway gateway = Http2WireTest.gateway(upstream);
        Http2Client client =
            Http2Client.connect(gateway.address(), Frames.INITIAL_WINDOW_SIZE, 1000)) {
      client.headers(1, false, connect("websocket"));
      assertThat(client.response(1).body()).hasSize(2_000_000);
      client.data(1, "", true);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void anEndpointThatDoesNotAgreeAnswersAsEver() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        TestGateway gateway = Http2WireTest.gateway(upstream);
        Http2Client client = Http2Client.connect(gateway.address())) {
      client.headers(1, false, connect("websocket"));
      assertThat(client.response(1).status()).isEqualTo(403);
      assertThat(client.response(1).body()).isEqualTo("no");
      client.await("reset 1 NO_ERROR");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void otherProtocolsAreRefused() {
    try (ScriptedUpstream upstream = ScriptedUpstream.running(Peer::readToEnd);
        TestGateway gateway = Http2WireTest.gateway(upstream);
        Http2Client client = Http2Client.connect(gateway.address())) {
      client.headers(1, false, connect("connect-udp"));
      assertThat(client.response(1).status()).isEqualTo(400);
      assertThat(upstream.connections()).isZero();
    }
  }

  @Test
  void aResetOfTheClientAndAnEndOfTheEndpointEndTheTunnel() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.running(peer -> {
              agree(peer);
              peer.readToEnd();
            });
        TestGateway gateway = Http2WireTest.gateway(upstream);
        Http2Client client = Http2Client.connect(gateway.address())) {
      client.headers(1, false, connect("websocket")).await("head 1 200");
      client.frames(w -> w.reset(1, ErrorCode.CANCEL));
      upstream.connection(0).awaitEnded();
      client.headers(3, false, connect("websocket")).await("head 3 200");
      upstream.connection(1).close();
      assertThat(client.response(3).how()).isNotEmpty();
      client.data(3, "", true).sync();
      gateway.awaitIdle("up");
    }
  }
}
