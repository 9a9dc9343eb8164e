package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request of an HTTP/2 client and its response.
 *
 * <pre>
 * request   OPEN ─ END_STREAM ─► DONE
 * response  OPEN ─ end sent, or reset ─► ENDED
 * both, and the exchange over ─► gone; a client that still sends is told not to
 * </pre>
 *
 * <p>The client may send more of its body only when what came was taken (requirement P1).
 */
final class Http2Stream implements ClientStream, StreamSender.Owner, StreamTable.Numbered {
  private final DownstreamHttp2 home;
  private final int id;
  private final StreamSender sender;
  private final StreamWindow receive;
  private final BodyPace pace = new BodyPace();
  private @Nullable LiveExchange exchange;
  private @Nullable StreamTunnel tunnel;

  /** What comes before a tunnel stands. */
  private @Nullable HeldBody early;

  /** Of the body, by its Content-Length; -1 when it is not told. */
  private long expected = -1;

  private long received;
  private boolean isRequestDone;
  private boolean isMalformed;

  Http2Stream(DownstreamHttp2 home, int id, int sendWindow, int receiveWindow) {
    this.home = home;
    this.id = id;
    this.sender = new StreamSender(this, home.sending(), id, sendWindow);
    this.receive = home.receive().stream(id, receiveWindow);
  }

  @Override
  public int id() {
    return id;
  }

  StreamSender sender() {
    return sender;
  }

  /** Null when it is over, and only bytes of the response are left. */
  @Nullable LiveExchange exchange() {
    return exchange;
  }

  boolean isRequestDone() {
    return isRequestDone;
  }

  int waitingBytes() {
    return sender.waitingBytes();
  }

  StreamWindow receive() {
    return receive;
  }

  // ---- from the client

  /**
   * The head of the request has been read.
   *
   * @param length of the body, if it is told; otherwise -1
   */
  void begin(LiveExchange serving, long length, boolean endsStream) {
    exchange = serving;
    expected = length;
    isRequestDone = endsStream;
    pace.startRequest(home.nowNs());
  }

  /** DATA of the stream goes through a tunnel, once it stands. */
  void beginTunnel() {
    early = new HeldBody();
  }

  /** The request breaks a rule of messages: it is reset instead of being answered. */
  void malformed() {
    isMalformed = true;
  }

  /**
   * A DATA frame begins.
   *
   * @return false when it exceeds the window
   */
  boolean onData(int length) {
    return receive.take(length);
  }

  void onPart(ByteBuffer part) {
    int length = part.remaining();
    received += length;
    pace.received(length, home.nowNs());
    StreamTunnel through = tunnel;
    HeldBody before = early;
    LiveExchange current = exchange;
    if (through != null) {
      through.onData(part);
    } else if (current == null || isMalformed) {
      part.position(part.limit());
    } else if (before != null) {
      before.add(part);
    } else if (expected >= 0 && received > expected) {
      part.position(part.limit());
      fail(current, Violation.LENGTH_DIFFERS);
    } else {
      current.requestRelay.onPart(part);
    }
  }

  void onDataEnd() {
    if (!isRequestDone && !receive.isPaused() && exchange != null) credit();
  }

  private void credit() {
    if (early == null || tunnel != null) receive.credit();
  }

  void onTrailers(HeaderMap trailers, @Nullable Violation violation) {
    LiveExchange current = exchange;
    if (current == null || isMalformed || early != null) return;
    if (violation != null) fail(current, violation);
    else if (!trailers.isEmpty()) current.requestRelay.onTrailers(trailers);
  }

  /** The client has sent everything. */
  void onRequestEnd() {
    if (isRequestDone) return;
    isRequestDone = true;
    StreamTunnel through = tunnel;
    LiveExchange current = exchange;
    if (through != null) {
      through.onEnd();
    } else if (current != null && !isMalformed && early == null) {
      if (expected >= 0 && received != expected) fail(current, Violation.LENGTH_DIFFERS);
      else current.requestRelay.onEnd();
    }
  }

  private void fail(LiveExchange current, Violation violation) {
    isMalformed = true;
    home.onViolation(violation);
    home.driver().failRequest(current, Answers.of(violation), Answers.error(violation));
  }

  /** The client does not want it any more, or is gone, or has broken a rule of streams. */
  void lose(String why) {
    sender.cut();
    StreamTunnel through = tunnel;
    LiveExchange current = exchange;
    home.finish(this);
    if (through != null) {
      through.onGone(new IOException(why));
      return;
    }
    exchange = null;
    if (current != null && current.isAlive()) home.driver().onClientGone(current);
  }

  // ---- time

  /** Looks after bodies that stand still or crawl (L5, L6, P1). */
  void watch(ListenerPolicy policy, long nowNs) {
    if (sender.waitingBytes() > 0 && pace.isResponseTooSlow(policy, sender.sent(), nowNs)) {
      sender.reset(ErrorCode.CANCEL);
      lose("the client takes its response too slowly");
      return;
    }
    LiveExchange current = exchange;
    boolean isExempt = isRequestDone || receive.isPaused() || isMalformed || early != null;
    if (current == null || isExempt || current.expectsContinue) return;
    if (pace.isRequestTooSlow(policy, nowNs)) {
      home.driver()
          .fail(
              current,
              ProxyError.of(Kind.REQUEST_TIMEOUT, "the body of the request came too slowly"));
    }
  }

  // ---- what the driver asks

  @Override
  public HttpVersion version() {
    return HttpVersion.HTTP_2;
  }

  @Override
  public void sendInterim(ResponseHead head) {
    if (!isMalformed) sender.head(head, head.status(), -1);
  }

  @Override
  public void sendHead(ResponseHead head, BodyFraming framing, long length) {
    if (isMalformed) return;
    int status = head.status();
    if (framing == BodyFraming.TUNNEL) {
      // RFC 8441 §5: what 101 is in HTTP/1 is 200 here, and proves itself.
      status = 200;
      head.headers().remove(HeaderName.SEC_WEBSOCKET_ACCEPT);
    }
    boolean isLengthKnown = framing == BodyFraming.LENGTH || framing == BodyFraming.NONE;
    sender.head(head, status, isLengthKnown ? length : -1);
    home.earn();
  }

  @Override
  public void sendBody(ByteBuffer part) {
    if (isMalformed) part.position(part.limit());
    else sendPart(part);
  }

  private void sendPart(ByteBuffer part) {
    sender.body(part);
    if (sender.waitingBytes() > 0) {
      pace.startResponse(sender.sent(), home.nowNs());
      home.watchSoon();
    }
  }

  @Override
  public void sendEnd(@Nullable HeaderMap trailers) {
    if (!isMalformed) {
      sender.end(trailers);
      return;
    }
    sender.reset(ErrorCode.PROTOCOL_ERROR);
    home.onProvoked();
  }

  @Override
  public void abort() {
    if (sender.isEnded()) return;
    sender.reset(isMalformed ? ErrorCode.PROTOCOL_ERROR : ErrorCode.INTERNAL_ERROR);
    if (isMalformed) home.onProvoked();
  }

  @Override
  public boolean isWritable() {
    return sender.waitingBytes() == 0;
  }

  @Override
  public void pauseRequest() {
    receive.pause();
  }

  @Override
  public void resumeRequest() {
    pace.startRequest(home.nowNs());
    receive.resume();
    if (!isRequestDone && exchange != null) credit();
  }

  @Override
  public void discardRequest() {
    resumeRequest();
  }

  @Override
  public void closeAfterResponse() {
    home.shutDown();
  }

  @Override
  public @Nullable Connection takeOver(ConnectionHandler handler) {
    HeldBody before = early;
    if (before == null) return null;
    StreamTunnel through = new StreamTunnel(this, home.connection(), before, handler);
    tunnel = through;
    if (isRequestDone) through.onEnd();
    return through;
  }

  @Override
  public void onExchangeOver() {
    exchange = null;
    tunnel = null;
    if (sender.isEnded()) home.finish(this);
  }

  // ---- what the sender tells

  @Override
  public void onSent() {
    home.earn();
  }

  @Override
  public void onSendable() {
    StreamTunnel through = tunnel;
    LiveExchange current = exchange;
    if (through != null) through.onSendable();
    else if (current != null) home.driver().onClientWritable(current);
  }

  @Override
  public void onEndSent() {
    if (exchange == null) home.finish(this);
  }

  @Override
  public String toString() {
    return "stream " + id;
  }
}
