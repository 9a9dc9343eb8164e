package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.HttpSink;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h1.Http1Encoder;
import dev.penstock.engine.http.h1.Http1ResponseDecoder;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.tls.TlsClient;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an endpoint that speaks HTTP/1: idle in its pool, or busy with one attempt.
 *
 * <pre>
 * IDLE ─ sendHead ─► BUSY ─ release, both messages complete ─► IDLE
 *                      └── anything else ─────────────────────► CLOSED
 * IDLE ─ bytes, EOF, too old ─► CLOSED
 * BUSY ─ takeOver ─► (a tunnel's)
 * </pre>
 */
final class UpstreamHttp1 extends TimerWheel.Timer
    implements UpstreamStream, ConnectionHandler, HttpSink<ResponseHead> {
  private final UpstreamPools.Lane lane;
  private final Connection connection;
  private final Http1Encoder encoder;
  private final @Nullable TlsClient tls;
  private final FramedBody body;
  private final Http1ResponseDecoder decoder;
  private final long openedNs;
  private @Nullable Attempt attempt;
  private boolean isRequestDone;
  private boolean isResponseDone;
  private boolean hasAnswered;
  private @Nullable ConnectionHandler tunnel;
  private int served;
  private long idleUntilNs;
  private long resumedNs;
  @Nullable UpstreamHttp1 older;

  UpstreamHttp1(
      UpstreamPools.Lane lane,
      Connection connection,
      @Nullable TlsClient tls,
      Http1Encoder encoder,
      long nowNs) {
    this.lane = lane;
    this.connection = connection;
    this.tls = tls;
    this.encoder = encoder;
    this.body = new FramedBody(connection, encoder);
    this.decoder = new Http1ResponseDecoder(this, HttpLimits.DEFAULT, Set.of());
    this.openedNs = nowNs;
    this.resumedNs = nowNs;
    connection.handler(this);
  }

  void begin(Attempt by) {
    attempt = by;
    isRequestDone = false;
    isResponseDone = false;
    hasAnswered = false;
  }

  Connection connection() {
    return connection;
  }

  /** By whose rules it is secured; null when it is plain. */
  @Nullable TlsClient tls() {
    return tls;
  }

  /** How many exchanges it has carried to their end. */
  int served() {
    return served;
  }

  boolean isOpen() {
    return connection.isOpen();
  }

  long openedNs() {
    return openedNs;
  }

  // ---- what the driver asks

  @Override
  public void sendHead(LiveExchange exchange, RequestHead head, BodyFraming framing, long length) {
    body.begin(framing);
    decoder.next(exchange.response, head.method());
    encoder.clear();
    encoder.request(head, framing, length, lane.isSingleUse(), false);
    connection.write(encoder.bytes(), 0, encoder.length());
    if (framing == BodyFraming.NONE || framing == BodyFraming.TUNNEL) isRequestDone = true;
  }

  @Override
  public void sendBody(ByteBuffer part) {
    body.part(part);
  }

  @Override
  public void sendEnd(@Nullable HeaderMap trailers) {
    if (isRequestDone) return;
    isRequestDone = true;
    body.end(trailers);
  }

  @Override
  public boolean isWritable() {
    return connection.isWritable();
  }

  @Override
  public void pauseResponse() {
    connection.pauseReading();
  }

  @Override
  public void resumeResponse() {
    resumedNs = lane.nowNs();
    connection.resumeReading();
  }

  @Override
  public boolean isReused() {
    return served > 0;
  }

  @Override
  public boolean hasAnswered() {
    return hasAnswered;
  }

  @Override
  public boolean mayRefuse() {
    return false;
  }

  @Override
  public long lastActivityNs() {
    // While we held it back it could not move.
    return Math.max(connection.lastActivityNs(), resumedNs);
  }

  @Override
  public void release() {
    attempt = null;
    if (tunnel != null) return;
    if (isRequestDone
        && isResponseDone
        && decoder.isReusable()
        && connection.isOpen()
        && !lane.isSingleUse()) {
      served++;
      connection.resumeReading();
      lane.keep(this, decoder.keepAliveTimeoutSeconds());
    } else {
      close();
    }
  }

  @Override
  public Connection takeOver(ConnectionHandler handler) {
    tunnel = handler;
    lane.leaves(this);
    lane.timers().cancel(this);
    connection.handler(handler);
    return connection;
  }

  private void close() {
    lane.leaves(this);
    lane.timers().cancel(this);
    connection.close(!isResponseDone && attempt == null && hasAnswered);
  }

  // ---- idle

  /**
   * Waits in the pool until {@code untilNs}. The timer is looked at when it fires, not moved each
   * time.
   */
  void idleUntil(long untilNs) {
    idleUntilNs = untilNs;
    if (!isSet()) lane.timers().schedule(this, untilNs);
  }

  @Override
  protected void onTimer() {
    if (attempt != null || tunnel != null || !connection.isOpen()) {
      if (attempt != null) lane.timers().schedule(this, lane.nowNs() + 1_000_000_000L);
      return;
    }
    if (lane.nowNs() < idleUntilNs) {
      lane.timers().schedule(this, idleUntilNs);
      return;
    }
    lane.forget(this);
    close();
  }

  boolean isFresh(long nowNs) {
    return connection.isOpen() && nowNs < idleUntilNs;
  }

  // ---- what the connection tells

  @Override
  public void onBytes(ByteBuffer in) {
    if (attempt == null) {
      // Nothing was asked: whatever this is, the next response could not be told from it (F18).
      in.position(in.limit());
      lane.onPoisoned(this);
      lane.forget(this);
      close();
      return;
    }
    hasAnswered = true;
    decoder.decode(in);
    if (in.hasRemaining() && isResponseDone && tunnel == null) {
      in.position(in.limit());
      lane.onPoisoned(this);
      lane.forget(this);
      isResponseDone = false;
      connection.close(true);
    }
  }

  @Override
  public void onEof() {
    if (attempt == null) {
      lane.forget(this);
      close();
      return;
    }
    if (decoder.isInBody() || hasAnswered) {
      decoder.endOfInput();
      if (isResponseDone) return;
    }
    failed(null);
  }

  @Override
  public void onWritable() {
    Attempt busy = attempt;
    if (busy != null) busy.onWritable();
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    lane.leaves(this);
    lane.forget(this);
    lane.timers().cancel(this);
    failed(cause);
  }

  private void failed(@Nullable IOException cause) {
    Attempt busy = attempt;
    if (busy == null) return;
    attempt = null;
    Kind kind =
        hasAnswered
            ? Kind.UPSTREAM_INCOMPLETE
            : isReused() ? Kind.STALE_CONNECTION : Kind.UPSTREAM_RESET;
    if (hasAnswered && !decoder.isInBody()) kind = Kind.UPSTREAM_RESET;
    String reason =
        cause == null || cause.getMessage() == null ? "closed by the endpoint" : cause.getMessage();
    busy.onFailed(ProxyError.of(kind, reason));
  }

  // ---- what the decoder says

  @Override
  public void onHead(ResponseHead head, BodyFraming framing, long length) {
    Attempt busy = attempt;
    if (busy == null) return;
    if (head.isInterim()) busy.onInterim();
    else busy.onHead(framing, length);
  }

  @Override
  public void onBody(ByteBuffer part) {
    Attempt busy = attempt;
    ConnectionHandler other = tunnel;
    if (other != null) other.onBytes(part); // it came with the 101
    else if (busy != null) busy.onBody(part);
    else part.position(part.limit());
  }

  @Override
  public void onTrailers(HeaderMap trailers) {
    Attempt busy = attempt;
    if (busy != null) busy.onTrailers(trailers);
  }

  @Override
  public void onEnd() {
    isResponseDone = true;
    Attempt busy = attempt;
    if (busy != null) busy.onEnd();
  }

  @Override
  public void onViolation(Violation violation) {
    Attempt busy = attempt;
    if (busy == null) return;
    attempt = null;
    Kind kind =
        switch (violation) {
          case INCOMPLETE -> Kind.UPSTREAM_INCOMPLETE;
          case HEAD_TOO_LARGE, FIELD_TOO_LARGE, TOO_MANY_FIELDS -> Kind.UPSTREAM_HEAD_TOO_LARGE;
          default -> Kind.UPSTREAM_PROTOCOL;
        };
    busy.onFailed(ProxyError.of(kind, violation.sentence() + " (" + violation.section() + ")"));
    lane.forget(this);
    lane.leaves(this);
    connection.close(true);
  }
}
