package dev.penstock.engine.proxy;

import dev.penstock.engine.upstream.UpstreamRules.ProxyHeader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes the header of the PROXY protocol, by which an endpoint learns of the client (T9). */
final class ProxyHeaderWriter {
  private static final byte[] SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };

  private ProxyHeaderWriter() {}

  /** The header for a connection that carries {@code exchange}. */
  static byte[] header(ProxyHeader version, LiveExchange exchange) {
    InetSocketAddress source =
        new InetSocketAddress(exchange.clientAddress, exchange.peer.getPort());
    int port = exchange.localPort.isEmpty() ? 0 : Integer.parseInt(exchange.localPort);
    InetAddress local = exchange.localAddress;
    boolean isV4 = source.getAddress() instanceof Inet4Address;
    boolean isMixed = isV4 != local instanceof Inet4Address;
    return version == ProxyHeader.V1
        ? v1(source, local, port, isV4, isMixed)
        : v2(source, local, port, isV4, isMixed);
  }

  private static byte[] v1(
      InetSocketAddress source, InetAddress local, int port, boolean isV4, boolean isMixed) {
    String line =
        isMixed
            ? "PROXY UNKNOWN\r\n"
            : "PROXY %s %s %s %d %d\r\n"
                .formatted(
                    isV4 ? "TCP4" : "TCP6",
                    source.getAddress().getHostAddress(),
                    local.getHostAddress(),
                    source.getPort(),
                    port);
    return line.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] v2(
      InetSocketAddress source, InetAddress local, int port, boolean isV4, boolean isMixed) {
    if (isMixed)
      return ByteBuffer.allocate(16)
          .put(SIGNATURE)
          .put((byte) 0x21)
          .put((byte) 0)
          .putShort((short) 0)
          .array();
    int addresses = isV4 ? 12 : 36;
    return ByteBuffer.allocate(16 + addresses)
        .put(SIGNATURE)
        .put((byte) 0x21)
        .put((byte) (isV4 ? 0x11 : 0x21))
        .putShort((short) addresses)
        .put(source.getAddress().getAddress())
        .put(local.getAddress())
        .putShort((short) source.getPort())
        .putShort((short) port)
        .array();
  }
}
