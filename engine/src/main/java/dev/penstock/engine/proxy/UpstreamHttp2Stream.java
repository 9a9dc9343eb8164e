package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt on a connection of HTTP/2.
 *
 * <pre>
 * OPEN ─ sendHead ─► SENT ─ final head ─► ANSWERED ─ END_STREAM ─► (released)
 *   └── reset, GOAWAY, breach, connection lost: the attempt fails
 * release before both messages are complete: RST_STREAM CANCEL
 * </pre>
 *
 * <p>The endpoint may send more only when what came was taken (requirement P1).
 */
final class UpstreamHttp2Stream
    implements UpstreamStream, StreamSender.Owner, StreamTable.Numbered {
  /** Interim responses before the final one; more are an endpoint that keeps us busy. */
  private static final int MAX_INTERIM = 100;

  private final UpstreamHttp2 home;
  private final int id;
  private final boolean isReused;
  private final StreamSender sender;
  private final StreamWindow receive;
  private @Nullable Attempt attempt;
  private @Nullable LiveExchange exchange;
  private boolean isToHead;
  private boolean hasAnswered;
  private boolean hasHead;
  private boolean isBodyless;
  private boolean isResponseDone;
  private boolean isReset;
  private int interims;
  private long expected = -1;
  private long received;
  private long activeNs;

  UpstreamHttp2Stream(UpstreamHttp2 home, int id, Attempt by) {
    this.home = home;
    this.id = id;
    this.attempt = by;
    this.sender = new StreamSender(this, home.sending(), id, home.initialWindow());
    this.isReused = home.isReused();
    this.activeNs = home.nowNs();
    this.receive = home.receive().stream(id, UpstreamHttp2.STREAM_WINDOW);
  }

  @Override
  public int id() {
    return id;
  }

  /** Whether a final head has come. */
  boolean hasHead() {
    return hasHead;
  }

  boolean isToHead() {
    return isToHead;
  }

  StreamWindow receive() {
    return receive;
  }

  /** Where the head of the response is read into. */
  ResponseHead response() {
    LiveExchange current = exchange;
    return current == null ? new ResponseHead() : current.response;
  }

  // ---- what the driver asks

  @Override
  public void sendHead(LiveExchange by, RequestHead head, BodyFraming framing, long length) {
    exchange = by;
    isToHead = head.isMethod(Methods.HEAD);
    if (framing == BodyFraming.TUNNEL) {
      // It goes no further, and the driver is not called from within its own call.
      home.afterwards(() ->
          lose(ProxyError.of(Kind.UPGRADE_FAILED, "protocols are switched over HTTP/1.1 only")));
      return;
    }
    boolean hasBody =
        framing != BodyFraming.NONE && !(framing == BodyFraming.LENGTH && length == 0);
    sender.head(head, home.isSecure(), framing == BodyFraming.LENGTH ? length : -1, !hasBody);
  }

  @Override
  public void sendBody(ByteBuffer part) {
    sender.body(part);
  }

  @Override
  public void sendEnd(@Nullable HeaderMap trailers) {
    sender.end(trailers);
  }

  @Override
  public boolean isWritable() {
    return sender.waitingBytes() == 0;
  }

  @Override
  public void pauseResponse() {
    receive.pause();
  }

  @Override
  public void resumeResponse() {
    activeNs = home.nowNs();
    if (receive.resume() && attempt != null) receive.credit();
  }

  @Override
  public boolean isReused() {
    return isReused;
  }

  @Override
  public boolean hasAnswered() {
    return hasAnswered;
  }

  @Override
  public boolean mayRefuse() {
    return true;
  }

  @Override
  public long lastActivityNs() {
    return activeNs;
  }

  @Override
  public void release() {
    attempt = null;
    boolean isComplete = isResponseDone && sender.isEnded();
    if (exchange != null && !isComplete) reset(ErrorCode.CANCEL);
    exchange = null;
    home.finish(this);
  }

  @Override
  public Connection takeOver(ConnectionHandler tunnel) {
    throw new IllegalStateException("no tunnel is opened over HTTP/2");
  }

  // ---- from the endpoint

  /** A head, interim or final. */
  void onHead(BodyFraming framing, long length, boolean endsStream) {
    Attempt busy = attempt;
    LiveExchange current = exchange;
    if (busy == null || current == null) return;
    activeNs = home.nowNs();
    hasAnswered = true;
    if (current.response.isInterim()) {
      if (++interims > MAX_INTERIM) fail(ErrorCode.ENHANCE_YOUR_CALM, "too many interim responses");
      else busy.onInterim();
      return;
    }
    hasHead = true;
    isBodyless = framing == BodyFraming.NONE;
    expected = length;
    busy.onHead(framing, length);
    if (endsStream) onEnd();
  }

  /**
   * A DATA frame begins.
   *
   * @return false when it exceeds the window
   */
  boolean onData(int length) {
    activeNs = home.nowNs();
    return receive.take(length);
  }

  void onPart(ByteBuffer part) {
    Attempt busy = attempt;
    if (busy == null) return;
    received += part.remaining();
    if (!hasHead) fail(ErrorCode.PROTOCOL_ERROR, "a body before its head (RFC 9113 §8.1)");
    else if (isBodyless || expected >= 0 && received > expected)
      malformed(Violation.LENGTH_DIFFERS);
    else busy.onBody(part);
  }

  void onDataEnd() {
    if (!receive.isPaused()) receive.credit();
  }

  void onTrailers(HeaderMap trailers) {
    Attempt busy = attempt;
    if (busy != null && !trailers.isEmpty()) busy.onTrailers(trailers);
    onEnd();
  }

  /** The endpoint has sent everything. */
  void onEnd() {
    Attempt busy = attempt;
    if (busy == null) return;
    if (!hasHead) fail(ErrorCode.PROTOCOL_ERROR, "an end before a head (RFC 9113 §8.1)");
    else if (expected >= 0 && received != expected) malformed(Violation.LENGTH_DIFFERS);
    else {
      isResponseDone = true;
      busy.onEnd();
    }
  }

  void onReset(ErrorCode code) {
    String why = "the endpoint reset the stream: " + code;
    boolean isRefused = code == ErrorCode.REFUSED_STREAM && !hasHead;
    Kind kind =
        isRefused
            ? Kind.UPSTREAM_REFUSED_STREAM
            : hasHead ? Kind.UPSTREAM_INCOMPLETE : Kind.UPSTREAM_RESET;
    lose(ProxyError.of(kind, why));
  }

  /** The endpoint takes more; false when that is more than can be. */
  boolean grow(int bytes) {
    activeNs = home.nowNs();
    return sender.grow(bytes);
  }

  // ---- failure

  void malformed(Violation violation) {
    Kind kind =
        switch (violation) {
          case HEAD_TOO_LARGE, FIELD_TOO_LARGE, TOO_MANY_FIELDS -> Kind.UPSTREAM_HEAD_TOO_LARGE;
          default -> Kind.UPSTREAM_PROTOCOL;
        };
    reset(ErrorCode.PROTOCOL_ERROR);
    lose(ProxyError.of(kind, violation.sentence() + " (" + violation.section() + ")"));
  }

  /** The endpoint breaks a rule of streams. */
  void fail(ErrorCode code, String why) {
    reset(code);
    lose(ProxyError.of(Kind.UPSTREAM_PROTOCOL, why));
  }

  /** The connection is gone. */
  void lost(String why) {
    Kind kind =
        hasHead
            ? Kind.UPSTREAM_INCOMPLETE
            : isReused && !hasAnswered ? Kind.STALE_CONNECTION : Kind.UPSTREAM_RESET;
    lose(ProxyError.of(kind, why));
  }

  private void reset(ErrorCode code) {
    if (isReset) return;
    isReset = true;
    sender.cut();
    home.reset(id, code);
  }

  /** Nothing more comes of it. */
  void lose(ProxyError error) {
    isReset = true;
    sender.cut();
    Attempt busy = attempt;
    attempt = null;
    home.finish(this);
    if (busy != null) busy.onFailed(error);
  }

  // ---- what the sender tells

  @Override
  public void onSent() {
    activeNs = home.nowNs();
    home.earn();
  }

  @Override
  public void onSendable() {
    Attempt busy = attempt;
    if (busy != null) busy.onWritable();
  }

  @Override
  public void onEndSent() {}

  @Override
  public String toString() {
    return "stream " + id;
  }
}
