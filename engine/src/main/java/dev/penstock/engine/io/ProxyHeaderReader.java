package dev.penstock.engine.io;

import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.plan.ListenerPolicy.ProxyProtocol;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.ConnectionHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the PROXY protocol header with which a load balancer begins a connection, version 1 or 2
 * (T9; HAProxy's proxy-protocol specification). A connection without a valid one, late, or from a
 * peer that may not send one, is closed.
 */
final class ProxyHeaderReader extends TimerWheel.Timer implements ConnectionHandler {
  private static final byte[] SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };
  private static final int V1_MAX = 107;
  private static final int V2_MAX = 16 + 2048;
  private static final int TLV_CRC32C = 0x03;

  /** Hears a connection until its protocol is known. */
  static final ConnectionHandler UNCLAIMED =
      new ConnectionHandler() {
        @Override
        public void onBytes(ByteBuffer in) {}

        @Override
        public void onEof() {}

        @Override
        public void onWritable() {}

        @Override
        public void onClosed(@Nullable IOException cause) {}
      };

  private final Worker worker;
  private final SocketConnection connection;
  private final ProxyProtocol allowed;
  private final CidrSet trusted;
  private final long timeoutNs;
  private final BiConsumer<InetSocketAddress, InetSocketAddress> onHeader;
  private final Consumer<String> onFailure;
  private byte[] head = new byte[V1_MAX];
  private int length;
  private boolean isOver;

  ProxyHeaderReader(
      Worker worker,
      SocketConnection connection,
      ProxyProtocol allowed,
      CidrSet trusted,
      long timeoutNs,
      BiConsumer<InetSocketAddress, InetSocketAddress> onHeader,
      Consumer<String> onFailure) {
    this.worker = worker;
    this.connection = connection;
    this.allowed = allowed;
    this.trusted = trusted;
    this.timeoutNs = timeoutNs;
    this.onHeader = onHeader;
    this.onFailure = onFailure;
  }

  void start() {
    connection.handler(this);
    if (!trusted.contains(connection.remote().getAddress())) {
      fail("this peer may not send one");
      return;
    }
    worker.timers().schedule(this, worker.clock().nanoTime() + timeoutNs);
  }

  @Override
  public void onBytes(ByteBuffer in) {
    while (in.hasRemaining() && !isOver) {
      if (length == head.length) head = java.util.Arrays.copyOf(head, V2_MAX);
      head[length++] = in.get();
      step();
    }
  }

  /** Byte by byte, so that nothing behind the header is taken. */
  private void step() {
    boolean maybeV2 =
        length <= SIGNATURE.length ? head[length - 1] == SIGNATURE[length - 1] && isV2() : isV2();
    if (maybeV2) {
      if (allowed == ProxyProtocol.V1) fail("version 2 is not taken here");
      else if (length >= 16) stepV2();
      return;
    }
    if (length <= 5 && "PROXY".charAt(length - 1) != head[length - 1]) {
      fail("neither version 1 nor 2");
    } else if (allowed == ProxyProtocol.V2) {
      fail("version 1 is not taken here");
    } else if (head[length - 1] == '\n') {
      parseV1();
    } else if (length == V1_MAX) {
      fail("a line of version 1 is too long");
    }
  }

  private boolean isV2() {
    int n = Math.min(length, SIGNATURE.length);
    for (int i = 0; i < n; i++) {
      if (head[i] != SIGNATURE[i]) return false;
    }
    return true;
  }

  private void stepV2() {
    int body = (head[14] & 0xff) << 8 | head[15] & 0xff;
    if (16 + body > V2_MAX) fail("the header is too long");
    else if (length == 16 + body) parseV2(body);
  }

  private void parseV1() {
    if (length < 8 || head[length - 2] != '\r') {
      fail("the line does not end with CRLF");
      return;
    }
    String[] words = new String(head, 0, length - 2, StandardCharsets.ISO_8859_1).split(" ", -1);
    if (words.length >= 2 && words[1].equals("UNKNOWN")) {
      succeed(connection.remote(), connection.local());
      return;
    }
    boolean isV4 = words.length == 6 && words[1].equals("TCP4");
    if (words.length != 6 || !isV4 && !words[1].equals("TCP6")) {
      fail("the line is malformed");
      return;
    }
    InetSocketAddress source = address(words[2], words[4], isV4);
    InetSocketAddress destination = address(words[3], words[5], isV4);
    if (source == null || destination == null) fail("an address is malformed");
    else succeed(source, destination);
  }

  private static @Nullable InetSocketAddress address(String host, String port, boolean isV4) {
    boolean isNumber =
        !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
    int number = isNumber ? Integer.parseInt(port) : -1;
    if (number < 0 || number > 65535 || host.indexOf(':') >= 0 == isV4) return null;
    try {
      return new InetSocketAddress(InetAddress.ofLiteral(host), number);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void parseV2(int body) {
    int version = head[12] & 0xf0;
    int command = head[12] & 0x0f;
    if (version != 0x20 || command > 1) {
      fail("version or command is unknown");
      return;
    }
    int family = head[13] & 0xff;
    int addresses = family == 0x11 ? 12 : family == 0x21 ? 36 : 0;
    if (body < addresses) {
      fail("addresses are missing");
    } else if (!isChecksumRight(16 + addresses, 16 + body)) {
      fail("the checksum is wrong");
    } else if (command == 0 || addresses == 0) {
      // LOCAL: the balancer's own health check. Other families: we cannot say more than the socket
      // does.
      succeed(connection.remote(), connection.local());
    } else {
      int size = addresses == 12 ? 4 : 16;
      int ports = 16 + 2 * size;
      succeed(socketAddress(16, size, ports), socketAddress(16 + size, size, ports + 2));
    }
  }

  private InetSocketAddress socketAddress(int at, int size, int portAt) {
    try {
      byte[] bytes = java.util.Arrays.copyOfRange(head, at, at + size);
      return new InetSocketAddress(
          InetAddress.getByAddress(bytes), (head[portAt] & 0xff) << 8 | head[portAt + 1] & 0xff);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  /** Looks for the optional CRC32C among the TLVs; the sum is taken with its own place zeroed. */
  private boolean isChecksumRight(int from, int end) {
    for (int at = from; at + 3 <= end; ) {
      int size = (head[at + 1] & 0xff) << 8 | head[at + 2] & 0xff;
      if (at + 3 + size > end) return false;
      if (head[at] == TLV_CRC32C) {
        if (size != 4) return false;
        int told = ByteBuffer.wrap(head, at + 3, 4).getInt();
        byte[] zeroed = java.util.Arrays.copyOf(head, length);
        java.util.Arrays.fill(zeroed, at + 3, at + 7, (byte) 0);
        CRC32C sum = new CRC32C();
        sum.update(zeroed, 0, length);
        return (int) sum.getValue() == told;
      }
      at += 3 + size;
    }
    return true;
  }

  private void succeed(InetSocketAddress source, InetSocketAddress destination) {
    isOver = true;
    worker.timers().cancel(this);
    onHeader.accept(source, destination);
    // What is left of these bytes belongs to the protocol that follows; the connection shows it
    // when asked.
    connection.resumeReading();
  }

  private void fail(String reason) {
    if (isOver) return;
    isOver = true;
    worker.timers().cancel(this);
    connection.handler(UNCLAIMED);
    connection.close(true);
    onFailure.accept(reason);
  }

  @Override
  protected void onTimer() {
    fail("it did not come in time");
  }

  @Override
  public void onEof() {
    fail("the connection ended before it");
  }

  @Override
  public void onWritable() {}

  @Override
  public void onClosed(@Nullable IOException cause) {
    if (isOver) return;
    isOver = true;
    worker.timers().cancel(this);
    onFailure.accept("the connection ended before it");
  }
}
