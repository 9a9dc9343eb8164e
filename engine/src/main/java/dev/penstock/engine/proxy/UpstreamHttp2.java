package dev.penstock.engine.proxy;

import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.h2.Breach;
import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.FrameReader;
import dev.penstock.engine.http.h2.FrameWriter;
import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.tls.TlsClient;
import dev.penstock.engine.upstream.UpstreamRules;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an endpoint that speaks HTTP/2: its life from preface to GOAWAY. What its frames
 * mean is {@link UpstreamHttp2Intake}'s, an attempt {@link UpstreamHttp2Stream}'s.
 *
 * <pre>
 * IDLE ◄─► BUSY ─ GOAWAY, age ─► ENDING ─ no stream ─► CLOSED
 * IDLE ─ too long, age ───────────────────────────────►
 * any ─ breach, EOF, no answer to PING ───────────────► (streams fail)
 * </pre>
 */
final class UpstreamHttp2 extends TimerWheel.Timer
    implements ConnectionHandler, ConnectionWindow.Updates {
  /** Streams that an endpoint is expected to take before it has said so (RFC 9113 §6.5.2). */
  static final int ASSUMED_STREAMS = 100;

  static final int STREAM_WINDOW = 1 << 16;
  private static final int MAX_PENDING = 512 * 1024;
  private static final int BLOCK_SLACK = 16 * 1024;
  private static final int LAST_NUMBER = Integer.MAX_VALUE - 2;
  private static final long SETTINGS_ACK_NS = 10_000_000_000L;
  private static final long PING_ANSWER_NS = 10_000_000_000L;

  private final UpstreamPools.Lane lane;
  private final Connection connection;
  private final @Nullable TlsClient tls;
  private final FrameReader reader;
  private final Http2Sending sending;
  private final UpstreamHttp2Intake intake;
  private final ConnectionWindow receive = new ConnectionWindow(this);
  private final StreamTable<UpstreamHttp2Stream> streams = new StreamTable<>();
  private final long openedNs;
  private final long endNs;
  private final long keepAliveNs;
  private final long pingAfterNs;
  private int nextNumber = 1;
  private int served;
  private boolean isIdle;
  private boolean isEnding;
  private boolean isClosed;
  private boolean isAcknowledged;
  private boolean hasAsked;
  private boolean isAwaitingPing;
  private long heardNs;
  private long askedNs;
  private long idleUntilNs;
  private long timerNs;

  UpstreamHttp2(
      UpstreamPools.Lane lane,
      Connection connection,
      @Nullable TlsClient tls,
      Http2Worker home,
      UpstreamRules rules,
      long endNs) {
    this.lane = lane;
    this.connection = connection;
    this.tls = tls;
    this.endNs = endNs;
    this.openedNs = lane.nowNs();
    this.heardNs = openedNs;
    this.keepAliveNs = rules.timeouts().keepAlive().toNanos();
    this.pingAfterNs = rules.pool().pingAfter().toNanos();
    this.sending = new Http2Sending(new Http2Output(home, lane.worker(), connection));
    this.intake = new UpstreamHttp2Intake(this, streams, new AbuseScore(openedNs));
    int maxBlock = HttpLimits.DEFAULT.maxHeadBytes() + BLOCK_SLACK;
    this.reader = new FrameReader(intake, false, maxBlock, home.scratch);
    connection.handler(this);
    greet();
    wakeAt(openedNs + SETTINGS_ACK_NS);
  }

  private void greet() {
    FrameWriter frames = frames();
    frames.preface();
    frames.settings(
        Frames.ENABLE_PUSH,
        0,
        Frames.INITIAL_WINDOW_SIZE,
        STREAM_WINDOW,
        Frames.MAX_HEADER_LIST_SIZE,
        HttpLimits.DEFAULT.maxHeadBytes());
    sending.out.write();
    receive.credit();
  }

  // ---- for the pool

  Connection connection() {
    return connection;
  }

  @Nullable TlsClient tls() {
    return tls;
  }

  boolean isReused() {
    return served > 0;
  }

  /** Whether another request may go through it now. */
  boolean canOpen() {
    return !isEnding && !isClosed && connection.isOpen() && streams.size() < intake.maxStreams();
  }

  UpstreamHttp2Stream open(Attempt by) {
    notIdle();
    UpstreamHttp2Stream stream = new UpstreamHttp2Stream(this, nextNumber, by);
    nextNumber += 2;
    streams.add(stream);
    if (nextNumber >= LAST_NUMBER) shutDown();
    if (pingAfterNs > 0) wakeAt(Math.max(heardNs, lane.nowNs()) + pingAfterNs);
    return stream;
  }

  private void notIdle() {
    if (!isIdle) return;
    isIdle = false;
    lane.resized(-1);
  }

  /** Takes no more requests; ends with the last that is under way. */
  void shutDown() {
    if (isEnding) return;
    isEnding = true;
    lane.unshare(this);
    if (streams.isEmpty()) close();
  }

  // ---- for its parts

  Http2Sending sending() {
    return sending;
  }

  boolean isSecure() {
    return tls != null;
  }

  long nowNs() {
    return lane.nowNs();
  }

  /** How much may be sent on a new stream. */
  int initialWindow() {
    return intake.initialWindow();
  }

  void afterwards(Runnable command) {
    lane.worker().afterwards(command);
  }

  /** The number of the next stream; greater ones, and itself, are idle. */
  int nextNumber() {
    return nextNumber;
  }

  FrameWriter frames() {
    return sending.out.frames();
  }

  @Override
  public void windowUpdate(int stream, int increment) {
    if (isClosed) return;
    frames().windowUpdate(stream, increment);
    sending.out.write();
  }

  void reset(int stream, ErrorCode code) {
    if (isClosed) return;
    frames().reset(stream, code);
    sending.out.write();
  }

  /** For the data of all streams together. */
  ConnectionWindow receive() {
    return receive;
  }

  /** Something useful was sent. */
  void earn() {
    intake.earn();
  }

  void onAcknowledged() {
    isAcknowledged = true;
  }

  void onPingAck() {
    isAwaitingPing = false;
  }

  /** The attempt of {@code stream} is over. */
  void finish(UpstreamHttp2Stream stream) {
    if (!streams.remove(stream)) return;
    stream.receive().release();
    served++;
    if (!streams.isEmpty() || isClosed) return;
    if (isEnding || lane.isSingleUse() || !lane.keepsMore()) {
      close();
      return;
    }
    isIdle = true;
    lane.resized(1);
    idleUntilNs = Math.min(lane.nowNs() + keepAliveNs, endNs);
    wakeAt(idleUntilNs);
  }

  /** The endpoint ends the connection; it has not looked at streams beyond {@code last}. */
  void onGoAway(int last, ErrorCode code) {
    isEnding = true;
    lane.unshare(this);
    ProxyError unread =
        ProxyError.of(Kind.UPSTREAM_REFUSED_STREAM, "the endpoint said GOAWAY: " + code);
    for (UpstreamHttp2Stream each : streams.all()) {
      if (Integer.compareUnsigned(each.id(), last) > 0) each.lose(unread);
    }
    if (streams.isEmpty()) close();
  }

  /** The endpoint has broken a rule that holds for the connection. */
  void breach(Breach breach) {
    if (isClosed) return;
    end(breach.code());
    loseAll(
        ProxyError.of(Kind.UPSTREAM_PROTOCOL, breach.sentence() + " (" + breach.section() + ")"));
    connection.closeAfterWrite();
  }

  private void close() {
    if (isClosed) return;
    end(ErrorCode.NO_ERROR);
    connection.closeAfterWrite();
  }

  private void end(ErrorCode code) {
    frames().goAway(0, code);
    sending.out.write();
    sending.out.flush();
    gone();
  }

  /** Nothing more is read or asked. */
  private void gone() {
    isClosed = true;
    isEnding = true;
    reader.close();
    notIdle();
    lane.unshare(this);
    lane.leaves(this);
    lane.timers().cancel(this);
  }

  private void loseAll(ProxyError error) {
    for (UpstreamHttp2Stream each : streams.all()) each.lose(error);
  }

  private void lost(String why) {
    if (!isClosed) gone();
    sending.out.drop();
    for (UpstreamHttp2Stream each : streams.all()) each.lost(why);
  }

  // ---- from the socket

  @Override
  public void onBytes(ByteBuffer in) {
    boolean wasAwaiting = isAwaitingPing;
    reader.read(in);
    if (isClosed) return;
    if (isAwaitingPing || !wasAwaiting) {
      heardNs = lane.nowNs();
      hasAsked = false;
      isAwaitingPing = false;
    }
    if (!connection.isWritable() && connection.pendingBytes() > MAX_PENDING)
      connection.pauseReading();
  }

  @Override
  public void onEof() {
    if (isClosed) return;
    lost("closed by the endpoint");
    connection.close(false);
  }

  @Override
  public void onWritable() {
    sending.run();
    if (!isClosed) connection.resumeReading();
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    String why = cause == null ? null : cause.getMessage();
    lost(why == null ? "closed by the endpoint" : why);
  }

  // ---- time

  /** The timer is left running when a deadline moves away, and looks again when it fires. */
  private void wakeAt(long deadlineNs) {
    if (isClosed || isSet() && timerNs <= deadlineNs) return;
    timerNs = deadlineNs;
    lane.timers().schedule(this, deadlineNs);
  }

  @Override
  protected void onTimer() {
    if (isClosed) return;
    long nowNs = lane.nowNs();
    if (!isAcknowledged && nowNs - openedNs >= SETTINGS_ACK_NS) {
      breach(Breach.SETTINGS_NOT_ACKNOWLEDGED);
    } else if (isAwaitingPing && nowNs - askedNs >= PING_ANSWER_NS) {
      lost("the endpoint does not answer a PING");
      connection.close(true);
    } else if (isIdle && nowNs >= idleUntilNs) {
      close();
    } else {
      if (nowNs >= endNs) shutDown();
      if (pingAfterNs > 0 && !hasAsked && nowNs - heardNs >= pingAfterNs) ask(nowNs);
    }
    if (!isAcknowledged) wakeAt(openedNs + SETTINGS_ACK_NS);
    if (isAwaitingPing) wakeAt(askedNs + PING_ANSWER_NS);
    else if (pingAfterNs > 0 && !hasAsked) wakeAt(heardNs + pingAfterNs);
    wakeAt(isIdle ? idleUntilNs : Math.max(endNs, nowNs + SETTINGS_ACK_NS));
  }

  /** Once in a quiet time only: servers that are asked again and again close (gRPC's do). */
  private void ask(long nowNs) {
    if (isClosed) return;
    hasAsked = true;
    isAwaitingPing = true;
    askedNs = nowNs;
    frames().ping(nowNs, false);
    sending.out.write();
  }
}
