package dev.penstock.engine.wire;

import static dev.penstock.engine.http.h2.RawFields.block;
import static dev.penstock.engine.http.h2.RawFields.frame;
import static dev.penstock.engine.http.h2.RawFields.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.Frames;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What only costs: sent until the gateway has had enough, seen in its words and counters; a
 * neighbour that came before is served all the while (P2 to P7).
 */
final class Http2AttackTest {
  private static final int ES = Frames.END_STREAM;
  private static final int EH = Frames.END_HEADERS;
  private static final byte[] NONE = {};

  private ScriptedUpstream upstream;
  private TestGateway gateway;
  private Http2Client neighbour;

  @BeforeEach
  void start() {
    upstream = ScriptedUpstream.running(Peer::readToEnd);
    gateway =
        TestGateway.start(
            """
            listeners:
              web:
                bind: "127.0.0.1:0"
                http2: on
                timeouts: { head: 200ms, body-idle: 300ms }
            upstreams: { silent: { endpoints: [ "%s" ] } }
            routes:
              wait: { match: { path: /wait }, upstream: silent }
              large: { match: { path: /large }, respond: { body: "%s" } }
              all: { respond: { body: hello } }
            """
                .formatted(upstream.address(), "x".repeat(100_000)));
    neighbour = Http2Client.connect(gateway.address());
  }

  @AfterEach
  void stop() {
    neighbour.close();
    gateway.close();
    upstream.close();
  }

  private void expectCalm(Http2Client client, String breach) {
    assertThat(client.awaitLike("goaway")).endsWith(" ENHANCE_YOUR_CALM");
    client.await("closed").close();
    gateway.awaitMetric("penstock_connections_open", 1);
    gateway.awaitMetric("penstock_http2_breaches_total", 1, "breach=\"" + breach + "\"");
    assertThat(neighbour.get(1, "/").response(1).body()).isEqualTo("hello");
    gateway.awaitIdle("silent");
  }

  private static byte[] ask(int stream, String path) {
    return frame(
        Frames.HEADERS,
        ES | EH,
        stream,
        block(":method", "GET", ":scheme", "http", ":path", path, ":authority", "a.test"));
  }

  /** P2, CVE-2023-44487. */
  @Test
  void rapidResets() {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      for (int i = 0; i < 120; i++) {
        int stream = 2 * i + 1;
        client.send(ask(stream, "/wait")).frames(w -> w.reset(stream, ErrorCode.CANCEL));
      }
      expectCalm(client, "rapid-reset");
    }
  }

  /** A client that changes its mind now and then is no attacker. */
  @Test
  void someResetsAmongManyRequestsAreFine() {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      int stream = 1;
      for (int i = 0; i < 110; i++) {
        int lost = stream;
        client.send(ask(lost, "/wait")).frames(w -> w.reset(lost, ErrorCode.CANCEL));
        client.send(ask(stream + 2, "/"), ask(stream + 4, "/"));
        assertThat(client.response(stream + 4).body()).isEqualTo("hello");
        stream += 6;
      }
      client.sync();
      gateway.awaitIdle("silent");
    }
  }

  /** P3, CVE-2025-8671: the client makes us reset what it has asked for. */
  @Test
  void provokedResets() {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      byte[] nothing = new byte[4];
      for (int i = 0; i < 120; i++) {
        int stream = 2 * i + 1;
        client.send(ask(stream, "/wait"), frame(Frames.WINDOW_UPDATE, 0, stream, nothing));
      }
      expectCalm(client, "provoked-resets");
    }
  }

  @Test
  void malformedRequestsWithoutEnd() {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      for (int i = 0; i < 120; i++) client.headers(2 * i + 1, true, get("connection", "close"));
      expectCalm(client, "provoked-resets");
    }
  }

  /** P4, CVE-2024-27316 and its kind. */
  @Test
  void blocksWithoutEnd() {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      client.send(frame(Frames.HEADERS, ES, 1, get()));
      byte[] part = new byte[16384];
      for (int i = 0; i < 20; i++) client.send(frame(Frames.CONTINUATION, 0, 1, part));
      expectCalm(client, "block-too-large");
    }
  }

  /** P6: each of these does nothing, a thousand times. */
  static List<Arguments> floods() {
    return List.of(
        Arguments.of("PING", frame(Frames.PING, 0, 0, new byte[8])),
        Arguments.of("SETTINGS", frame(Frames.SETTINGS, 0, 0, NONE)),
        Arguments.of("PRIORITY", frame(Frames.PRIORITY, 0, 9, new byte[] {0, 0, 0, 0, 1})),
        Arguments.of("WINDOW_UPDATE", frame(Frames.WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1})),
        Arguments.of("PRIORITY_UPDATE", frame(16, 0, 0, new byte[] {0, 0, 0, 9})),
        Arguments.of("unknown", frame(99, 0, 0, NONE)),
        Arguments.of("empty DATA", frame(Frames.DATA, 0, 1, NONE)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void floods(String name, byte[] frame) {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      client.headers(
          1,
          false,
          block(":method", "POST", ":scheme", "http", ":path", "/wait", ":authority", "a.test"));
      byte[] many = new byte[1100 * frame.length];
      for (int i = 0; i < 1100; i++)
        System.arraycopy(frame, 0, many, i * frame.length, frame.length);
      client.send(many);
      expectCalm(client, "frame-flood");
    }
  }

  /** P5, CVE-2016-6581: a thousand references to one large entry are never unfolded. */
  @Test
  void bombs() {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      byte[] entry = new byte[3000];
      Arrays.fill(entry, (byte) 'x');
      byte[] bomb = new byte[12_000];
      Arrays.fill(bomb, (byte) 0xbe);
      byte[] all =
          dev.penstock.engine.http.h2.RawFields.join(
              get(), new byte[] {0x40, 1, 'a', 0x7f, (byte) 0xb9, 0x16}, entry, bomb);
      client.headers(1, true, all);
      assertThat(client.response(1).status()).isEqualTo(431);
      client.get(3, "/");
      assertThat(client.response(3).body()).isEqualTo("hello");
      gateway.awaitMetric("penstock_violations_total", 1, "violation=\"head-too-large\"");
    }
  }

  /** P1: a client that asks for much and opens no window holds it for so long only. */
  @Test
  void zeroWindows() {
    try (Http2Client client =
        Http2Client.connect(gateway.address(), Frames.INITIAL_WINDOW_SIZE, 0).keepWindows()) {
      client.await("settings ack").get(1, "/large").await("head 1 200");
      assertThat(client.response(1).how()).isEqualTo("reset CANCEL");
      assertThat(neighbour.get(1, "/").response(1).body()).isEqualTo("hello");
    }
  }

  /** L4. */
  @Test
  void slowHeads() {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      client.await("settings ack").send(frame(Frames.HEADERS, ES, 1, get()));
      assertThat(client.awaitLike("goaway")).endsWith(" ENHANCE_YOUR_CALM");
      gateway.awaitMetric("penstock_http2_breaches_total", 1, "breach=\"head-too-slow\"");
    }
    try (RawClient client = gateway.connect()) {
      client.send("PRI *").readToEnd();
      gateway.awaitMetric("penstock_http2_breaches_total", 2, "breach=\"head-too-slow\"");
    }
  }

  /** L5. */
  @Test
  void slowBodies() {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      client.headers(
          1,
          false,
          block(":method", "POST", ":scheme", "http", ":path", "/wait", ":authority", "a.test"));
      assertThat(client.data(1, "x", false).response(1).status()).isEqualTo(408);
      gateway.awaitIdle("silent");
    }
  }

  /**
   * Data for streams that are gone counts against the window of the connection, and gives it back.
   */
  @Test
  void dataForStreamsThatAreGoneStallsNobody() {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      client.headers(
          1,
          false,
          block(":method", "POST", ":scheme", "http", ":path", "/wait", ":authority", "a.test"));
      client.frames(w -> w.reset(1, ErrorCode.CANCEL)).sync();
      byte[] part = new byte[16384];
      for (int i = 0; i < 64; i++) client.send(frame(Frames.DATA, 0, 1, part));
      assertThat(client.awaitLike("window 0")).isNotNull();
      assertThat(client.get(3, "/").response(3).body()).isEqualTo("hello");
    }
  }
}
