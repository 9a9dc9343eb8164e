package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The PROXY protocol, taken from balancers and sent to endpoints (T9, L8). */
final class ProxyProtocolWireTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final byte[] SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };

  private static TestGateway gateway(ScriptedUpstream upstream, String proxyProtocol) {
    return TestGateway.start(
        """
        listeners: { web: { bind: "127.0.0.1:0", proxy-protocol: %s } }
        upstreams: { up: { endpoints: [ "%s" ] } }
        routes: { all: { upstream: up } }
        """
            .formatted(proxyProtocol, upstream.address()));
  }

  private static final String ANY = "{ version: any, trusted: [ 127.0.0.0/8 ], timeout: 10s }";

  static byte[] v2(int command, int family, byte[] addresses, byte[] tlvs) {
    ByteBuffer header = ByteBuffer.allocate(16 + addresses.length + tlvs.length);
    header.put(SIGNATURE).put((byte) (0x20 | command)).put((byte) family);
    header.putShort((short) (addresses.length + tlvs.length)).put(addresses).put(tlvs);
    return header.array();
  }

  private static final byte[] FROM_9_9_9_9 = {9, 9, 9, 9, 10, 0, 0, 1, 0x12, 0x34, 0, 80};
  private static final byte[] NO_TLV = {};

  private static byte[] withChecksum(int flip) {
    byte[] header = v2(1, 0x11, FROM_9_9_9_9, new byte[] {3, 0, 4, 0, 0, 0, 0});
    CRC32C sum = new CRC32C();
    sum.update(header);
    ByteBuffer.wrap(header).putInt(header.length - 4, (int) sum.getValue() ^ flip);
    return header;
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static Stream<byte[]> good() {
    return Stream.of(
        latin("PROXY TCP4 9.9.9.9 10.0.0.1 4660 80\r\n"),
        v2(1, 0x11, FROM_9_9_9_9, NO_TLV),
        withChecksum(0),
        v2(1, 0x11, FROM_9_9_9_9, new byte[] {4, 0, 2, 1, 1}));
  }

  @ParameterizedTest
  @MethodSource("good")
  void theClientIsTheOneThatTheHeaderNames(byte[] header) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, ANY)) {
      try (RawClient client = gateway.connect()) {
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        together.writeBytes(header);
        together.writeBytes(latin(GET + GET));
        client.send(together.toByteArray());
        assertThat(client.readResponse().status()).isEqualTo(200);
        assertThat(client.readResponse().status()).isEqualTo(200);
      }
      try (RawClient client = gateway.connect()) {
        for (byte b : header) client.send(b);
        client.send(GET);
        assertThat(client.readResponse().status()).isEqualTo(200);
      }
      assertThat(upstream.requests())
          .hasSize(3)
          .allMatch(request -> "9.9.9.9".equals(request.field("X-Forwarded-For")));
    }
  }

  static Stream<byte[]> local() {
    return Stream.of(
        latin("PROXY UNKNOWN\r\n"),
        latin("PROXY UNKNOWN a b c d\r\n"),
        v2(0, 0, NO_TLV, NO_TLV),
        v2(1, 0x31, new byte[216], NO_TLV));
  }

  @ParameterizedTest
  @MethodSource("local")
  void theBalancersOwnConnectionsCountAsTheirs(byte[] header) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, ANY);
        RawClient client = gateway.connect()) {
      client.send(header).send(GET);
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(upstream.onlyRequest().field("X-Forwarded-For")).isEqualTo("127.0.0.1");
    }
  }

  static Stream<byte[]> bad() {
    return Stream.of(
        latin(GET),
        latin("PROXY TCP4 9.9.9.9 10.0.0.1 4660\r\n"),
        latin("PROXY TCP4 9.9.9.9 10.0.0.1 4660 80\n"),
        latin("PROXY TCP4 ::1 ::1 4660 80\r\n"),
        latin("PROXY TCP4 host 10.0.0.1 4660 80\r\n"),
        latin("PROXY TCP4 9.9.9.9 10.0.0.1 70000 80\r\n"),
        latin("PROXY  TCP4 9.9.9.9 10.0.0.1 4660 80\r\n"),
        latin("PROXY TCP4 " + "1".repeat(120) + "\r\n"),
        v2(2, 0x11, FROM_9_9_9_9, NO_TLV),
        v2(1, 0x11, new byte[4], NO_TLV),
        withChecksum(1),
        v2(1, 0x11, FROM_9_9_9_9, new byte[] {4, 0, 9, 1}));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void aBadHeaderEndsTheConnectionWithoutAnAnswer(byte[] header) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, ANY);
        RawClient client = gateway.connect()) {
      client.send(header).sendIfOpen(GET);
      client.expectClosed();
      assertThat(upstream.received()).isEmpty();
      gateway.awaitMetric("penstock_connections_open", 0);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void onlyTrustedPeersMaySendAHeader() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, "{ version: any, trusted: [ 10.0.0.0/8 ] }")) {
      try (RawClient client = gateway.connect()) {
        client.sendIfOpen("PROXY TCP4 9.9.9.9 10.0.0.1 4660 80\r\n").sendIfOpen(GET);
        client.expectClosed();
      } catch (UncheckedIOException e) {
        // The reset came before the connect had returned.
      }
      gateway.awaitMetric("penstock_connections_refused_total", 1);
      assertThat(upstream.received()).isEmpty();
    }
  }

  @Test
  void onlyTheConfiguredVersionIsTaken() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = gateway(upstream, "{ version: v1, trusted: [ 127.0.0.1 ] }");
        RawClient client = gateway.connect()) {
      client.send(v2(1, 0x11, FROM_9_9_9_9, NO_TLV));
      client.expectClosed();
    }
  }

  /** L8. */
  @Test
  void aHeaderThatDoesNotComeInTimeEndsTheConnection() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            gateway(upstream, "{ version: any, trusted: [ 127.0.0.1 ], timeout: 50ms }");
        RawClient client = gateway.connect()) {
      client.send("PROXY TCP4");
      client.expectClosed();
    }
  }

  @Test
  void anEndpointIsToldTheClientInEitherVersion() {
    for (String version : new String[] {"v1", "v2"}) {
      try (ScriptedUpstream upstream =
              ScriptedUpstream.running(peer -> {
                if (version.equals("v1")) {
                  StringBuilder line = new StringBuilder();
                  while (line.indexOf("\r\n") < 0) line.append(peer.read(1));
                  assertThat(line.toString())
                      .matches("PROXY TCP4 127.0.0.1 127.0.0.1 [0-9]+ [0-9]+\r\n");
                } else {
                  byte[] header = latin(peer.read(28));
                  assertThat(header).startsWith(SIGNATURE);
                  assertThat(header[12]).isEqualTo((byte) 0x21);
                  assertThat(header[13]).isEqualTo((byte) 0x11);
                  assertThat(header[15]).isEqualTo((byte) 12);
                }
                assertThat(peer.readRequest()).isNotNull();
                peer.send(ScriptedUpstream.OK);
              });
          TestGateway gateway =
              TestGateway.start(
                  """
                  upstreams: { up: { endpoints: [ "%s" ], send-proxy-protocol: %s } }
                  routes: { all: { upstream: up } }
                  """
                      .formatted(upstream.address(), version));
          RawClient client = gateway.connect()) {
        // Each client's own: a kept connection would speak for another client.
        for (int i = 0; i < 2; i++) assertThat(client.get("/a").body()).isEqualTo("ok");
        assertThat(upstream.connections()).isEqualTo(2);
      }
    }
  }
}
