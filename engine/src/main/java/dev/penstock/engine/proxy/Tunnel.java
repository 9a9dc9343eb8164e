package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.ConnectionOptions;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.observe.TerminationCode;
import dev.penstock.engine.observe.TerminationCode.Cause;
import dev.penstock.engine.observe.TerminationCode.State;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.upstream.Outcome;
import dev.penstock.engine.upstream.UpstreamWorker;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Two connections that pass each other's bytes after an upgrade (RFC 9110 §7.8, RFC 6455), with
 * their own idle time and byte counts, in both directions until both have ended.
 *
 * <pre>
 * OPEN ─ one side ends ─► HALF ─ the other ends, or is idle ─► over
 *   └── failure, idle time, close of either side ─────────────► over
 * </pre>
 */
final class Tunnel extends TimerWheel.Timer {
  private static final String WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final long HALF_OPEN_NS = 10_000_000_000L;

  private final LiveExchange exchange;
  private final Side client = new Side();
  private final Side endpoint = new Side();
  private final long idleNs;
  private boolean isOver;

  private Tunnel(LiveExchange exchange, long idleNs) {
    this.exchange = exchange;
    this.idleNs = idleNs;
    client.other = endpoint;
    endpoint.other = client;
  }

  /**
   * The endpoint has agreed to another protocol: checks that it may, tells the client and connects
   * both sides.
   */
  static void open(LiveExchange exchange) {
    ProxyError wrong = judge(exchange);
    UpstreamWorker upstream = exchange.upstream;
    UpstreamStream stream = exchange.attempt.stream();
    ClientStream clientStream = exchange.client;
    if (wrong != null || upstream == null || stream == null || clientStream == null) {
      ProxyError error =
          wrong != null ? wrong : ProxyError.of(Kind.CLIENT_GONE, "the client has gone");
      exchange.driver.forwarder().onAttemptFailed(exchange, error);
      return;
    }
    HeaderMap headers = exchange.response.headers();
    String protocol = headers.get(HeaderName.UPGRADE);
    exchange.hasResponse = true;
    exchange.driver.responder().switching(exchange, protocol == null ? "websocket" : protocol);
    exchange.isHeadSent = true;
    clientStream.sendHead(exchange.response, BodyFraming.TUNNEL, -1);
    exchange.step = LiveExchange.Step.TUNNEL;
    Tunnel tunnel = new Tunnel(exchange, upstream.tunnelIdleNs());
    if (!tunnel.connect(clientStream, stream)) {
      exchange.driver.fail(
          exchange, ProxyError.of(Kind.UPGRADE_FAILED, "the client's stream cannot be a tunnel"));
      return;
    }
    exchange.tunnel = tunnel;
    exchange.attempt.end(Outcome.SUCCESS);
    exchange.driver.timers().schedule(tunnel, exchange.driver.nowNs() + tunnel.idleNs);
  }

  /** RFC 6455 §4.1: the protocol asked for, and proof that the endpoint has understood (E7, E8). */
  private static @Nullable ProxyError judge(LiveExchange exchange) {
    if (!exchange.wantsUpgrade)
      return ProxyError.of(Kind.UPSTREAM_PROTOCOL, "101 without a request to upgrade");
    HeaderMap headers = exchange.response.headers();
    ConnectionOptions options = new ConnectionOptions();
    options.read(headers);
    if (!options.isUpgrade())
      return ProxyError.of(Kind.UPGRADE_FAILED, "101 without Connection: Upgrade");
    int at = headers.find(HeaderName.UPGRADE);
    boolean isOne = at >= 0 && headers.find(HeaderName.UPGRADE, at + 1) < 0;
    if (!isOne || !headers.value(at).equalsIgnoreCase("websocket")) {
      return ProxyError.of(Kind.UPGRADE_FAILED, "101 to another protocol than asked for");
    }
    String key = exchange.request.headers().get(HeaderName.SEC_WEBSOCKET_KEY);
    String accept = headers.get(HeaderName.SEC_WEBSOCKET_ACCEPT);
    if (key == null || accept == null || !accept.equals(accept(key))) {
      return ProxyError.of(Kind.UPGRADE_FAILED, "Sec-WebSocket-Accept does not fit the key");
    }
    String offered = exchange.request.headers().joined("Sec-WebSocket-Protocol");
    String chosen = headers.get(HeaderName.SEC_WEBSOCKET_PROTOCOL);
    if (chosen != null && !isOffered(chosen, offered)) {
      return ProxyError.of(Kind.UPGRADE_FAILED, "a subprotocol that was not offered");
    }
    return null;
  }

  private static boolean isOffered(String chosen, @Nullable String offered) {
    if (offered == null) return false;
    for (String each : offered.split(",")) {
      if (each.strip().equals(chosen)) return true;
    }
    return false;
  }

  static String accept(String key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      byte[] digest = sha1.digest((key + WEBSOCKET_GUID).getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  private boolean connect(ClientStream clientStream, UpstreamStream stream) {
    Connection near = clientStream.takeOver(client);
    if (near == null) return false;
    client.connection = near;
    endpoint.connection = stream.takeOver(endpoint);
    near.resumeReading();
    endpoint.connection().resumeReading();
    return true;
  }

  /** Bytes from the client since the tunnel stands. */
  long fromClient() {
    return client.passed;
  }

  long toClient() {
    return endpoint.passed;
  }

  @Override
  protected void onTimer() {
    if (isOver) return;
    long nowNs = exchange.driver.nowNs();
    long last =
        Math.max(client.connection().lastActivityNs(), endpoint.connection().lastActivityNs());
    long limitNs = client.hasEnded || endpoint.hasEnded ? Math.min(idleNs, HALF_OPEN_NS) : idleNs;
    if (nowNs - last >= limitNs) {
      over(TerminationCode.of(Cause.CLIENT_TIMEOUT, State.TUNNEL), false);
    } else {
      exchange.driver.timers().schedule(this, last + limitNs);
    }
  }

  /** Ends the tunnel, for instance because we shut down. */
  void close() {
    over(TerminationCode.of(Cause.KILLED, State.TUNNEL), false);
  }

  private void over(TerminationCode termination, boolean reset) {
    if (isOver) return;
    isOver = true;
    exchange.driver.timers().cancel(this);
    exchange.termination = termination;
    if (reset) {
      client.connection().close(true);
      endpoint.connection().close(true);
    } else {
      client.connection().closeAfterWrite();
      endpoint.connection().closeAfterWrite();
    }
    exchange.driver.over(exchange);
  }

  /** One direction: what arrives here goes to the other side. */
  private final class Side implements ConnectionHandler {
    @Nullable Connection connection;
    Side other = this;
    boolean hasEnded;
    long passed;

    Connection connection() {
      Connection known = connection;
      if (known == null) throw new IllegalStateException("the tunnel is not connected");
      return known;
    }

    @Override
    public void onBytes(ByteBuffer in) {
      passed += in.remaining();
      other.connection().write(in);
      if (!other.connection().isWritable()) connection().pauseReading();
    }

    @Override
    public void onEof() {
      hasEnded = true;
      other.connection().shutdownOutput();
      if (other.hasEnded) over(TerminationCode.NORMAL, false);
      else
        exchange
            .driver
            .timers()
            .schedule(Tunnel.this, exchange.driver.nowNs() + Math.min(idleNs, HALF_OPEN_NS));
    }

    @Override
    public void onWritable() {
      other.connection().resumeReading();
    }

    @Override
    public void onClosed(@Nullable IOException cause) {
      Cause by = this == client ? Cause.CLIENT : Cause.UPSTREAM;
      over(TerminationCode.of(by, State.TUNNEL), cause != null);
    }
  }
}
