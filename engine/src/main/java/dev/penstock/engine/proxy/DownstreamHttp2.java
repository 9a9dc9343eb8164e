package dev.penstock.engine.proxy;

import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h2.Breach;
import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.FrameReader;
import dev.penstock.engine.http.h2.FrameWriter;
import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.observe.ExchangeView;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that speaks HTTP/2: its life from preface to GOAWAY. What its frames mean
 * is {@link Http2Intake}'s, a request {@link Http2Stream}'s.
 *
 * <pre>
 * OPEN ─ drain, age, requests ─► ENDING ─ a round trip ─► LAST ─ no stream ─► CLOSED
 *   ├─ idle ──────────────────────────────────────────────────────────────────►
 *   └─ breach ─ GOAWAY with its code ─────────────────────────────────────────► (lingering)
 * </pre>
 *
 * <p>It ends in two steps (requirement P9): a client hears first that it should not open streams
 * any more, and after a round trip which of them were still taken.
 */
public final class DownstreamHttp2 extends TimerWheel.Timer
    implements ClientConnection, ConnectionWindow.Updates {
  private static final long LOOK_NS = 1_000_000_000L;
  private static final long SETTINGS_ACK_NS = 10_000_000_000L;
  private static final long ROUND_TRIP_NS = 1_000_000_000L;

  /** Compressed, a head is hardly ever larger than decoded. */
  private static final int BLOCK_SLACK = 16 * 1024;

  /** When so much waits to be sent, nothing more is read: control frames are answered by others. */
  private static final int MAX_PENDING = 512 * 1024;

  private static final double MAX_JITTER = 0.1;
  private static final long END_PING = 0x70656e73746f636bL;

  private final ExchangeDriver driver;
  private final Connection connection;
  private final Runnable onClosed;
  private final FrameReader reader;
  private final Http2Sending sending;
  private final Http2Intake intake;
  private final ConnectionWindow receive = new ConnectionWindow(this);
  private final AbuseScore abuse;
  private final StreamTable<Http2Stream> streams = new StreamTable<>();
  private final long openedNs;
  private final long endNs;
  private final double jitter;
  private ListenerPolicy policy;
  private boolean isAcknowledged;
  private boolean isEnding;
  private boolean isLast;
  private boolean isClosed;
  private boolean hasLeft;
  private long idleSinceNs;
  private long lastByNs;
  private long restSinceNs;
  private long timerNs;

  /** As {@link DownstreamHttp1}'s; nothing has been read, the preface neither. */
  public DownstreamHttp2(
      ExchangeDriver driver,
      Http1Decoders how,
      Connection connection,
      ClientIdentity identity,
      Runnable onClosed) {
    this.driver = driver;
    this.connection = connection;
    this.policy = how.policy();
    this.onClosed = onClosed;
    Http2Worker home = driver.http2();
    this.sending = new Http2Sending(new Http2Output(home, driver.worker(), connection));
    this.openedNs = driver.nowNs();
    this.abuse = new AbuseScore(openedNs);
    this.intake = new Http2Intake(this, streams, abuse, identity, policy);
    int maxBlock = policy.limits().maxHeadBytes() + BLOCK_SLACK;
    this.reader = new FrameReader(intake, true, maxBlock, home.scratch);
    this.jitter = driver.random().nextDouble() * MAX_JITTER;
    this.endNs = openedNs + policy.maxAgeNs() - (long) (jitter * policy.maxAgeNs());
    this.idleSinceNs = openedNs;
    this.restSinceNs = openedNs;
    connection.handler(this);
    greet();
    wakeAt(openedNs + Math.min(policy.headTimeoutNs(), SETTINGS_ACK_NS));
  }

  private void greet() {
    frames()
        .settings(
            Frames.MAX_CONCURRENT_STREAMS,
            policy.http2().maxStreams(),
            Frames.INITIAL_WINDOW_SIZE,
            policy.http2().windowBytes(),
            Frames.MAX_HEADER_LIST_SIZE,
            policy.limits().maxHeadBytes(),
            Frames.ENABLE_CONNECT_PROTOCOL,
            1,
            Frames.NO_RFC7540_PRIORITIES,
            1);
    sending.out.write();
    receive.credit();
  }

  // ---- for its parts

  ExchangeDriver driver() {
    return driver;
  }

  Connection connection() {
    return connection;
  }

  Http2Sending sending() {
    return sending;
  }

  ListenerPolicy policy() {
    return policy;
  }

  long nowNs() {
    return driver.nowNs();
  }

  /** An empty scratch; what is written there is sent by {@code sending().out.write()}. */
  FrameWriter frames() {
    return sending.out.frames();
  }

  @Override
  public void windowUpdate(int stream, int increment) {
    if (isClosed) return;
    frames().windowUpdate(stream, increment);
    sending.out.write();
  }

  /** For the data of all streams together. */
  ConnectionWindow receive() {
    return receive;
  }

  /** Something useful was sent. */
  void earn() {
    abuse.earn(3);
  }

  void onViolation(Violation violation) {
    driver.observer().onViolation(policy.name(), violation, false);
  }

  /** The client has made us reset a stream (P3). */
  void onProvoked() {
    Breach enough = abuse.onProvokedReset();
    // The driver may be in the middle of what made us do it.
    if (enough != null) driver.worker().afterwards(() -> breach(enough));
  }

  /** How many requests are carried before it ends. */
  int lastRequest() {
    return policy.maxRequests() - (int) (jitter * policy.maxRequests());
  }

  /** A stream has begun. */
  void watchSoon() {
    wakeAt(nowNs() + lookNs());
  }

  void onAcknowledged() {
    isAcknowledged = true;
  }

  void onPingAck(long opaque) {
    if (opaque == END_PING && isEnding && !isLast) sayLast();
  }

  /** Nothing is left of {@code stream} but what the client may still send before it knows. */
  void finish(Http2Stream stream) {
    if (!streams.remove(stream)) return;
    stream.receive().release();
    boolean isWhole = stream.isRequestDone() && !stream.sender().isCut();
    if (!isWhole) {
      intake.onReset(stream.id());
      // RFC 9113 §8.1: the response is complete, the rest of the request is not wanted.
      if (!stream.sender().isCut() && !isClosed) {
        frames().reset(stream.id(), ErrorCode.NO_ERROR);
        sending.out.write();
      }
    }
    if (!streams.isEmpty()) return;
    idleSinceNs = nowNs();
    if (isLast) close();
    else wakeAt(idleSinceNs + policy.keepAliveNs());
  }

  // ---- from the worker

  @Override
  public void views(long nowNs, Consumer<ExchangeView> into) {
    for (Http2Stream each : streams.all()) {
      LiveExchange current = each.exchange();
      if (current != null && current.isAlive()) into.accept(Viewing.of(current, nowNs));
    }
  }

  @Override
  public void policy(Http1Decoders now) {
    int streamsBefore = policy.http2().maxStreams();
    policy = now.policy();
    intake.policy(policy);
    int most = policy.http2().maxStreams();
    if (most == streamsBefore || isClosed) return;
    frames().settings(Frames.MAX_CONCURRENT_STREAMS, most);
    sending.out.write();
  }

  @Override
  public void drain() {
    shutDown();
  }

  @Override
  public void abandon() {
    if (!isClosed) {
      goAway(ErrorCode.NO_ERROR);
      sending.out.flush();
    }
    connection.close(!streams.isEmpty());
  }

  /** Takes no more requests after those that are on their way. */
  void shutDown() {
    if (isEnding || isClosed) return;
    isEnding = true;
    FrameWriter frames = frames();
    frames.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR);
    frames.ping(END_PING, false);
    sending.out.write();
    lastByNs = nowNs() + ROUND_TRIP_NS;
    wakeAt(lastByNs);
  }

  private void sayLast() {
    isLast = true;
    intake.takeNoMore();
    goAway(ErrorCode.NO_ERROR);
    if (streams.isEmpty()) close();
  }

  private void goAway(ErrorCode code) {
    frames().goAway(intake.lastStream(), code);
    sending.out.write();
  }

  /** The client has broken a rule that holds for the connection. */
  void breach(Breach breach) {
    if (isClosed) return;
    driver.observer().onBreach(breach);
    goAway(breach.code());
    sending.out.flush();
    reader.close();
    isClosed = true;
    loseAll(breach.sentence());
    connection.closeLingering();
  }

  private void close() {
    if (isClosed) return;
    sending.out.flush();
    reader.close();
    isClosed = true;
    // What the client sends meanwhile must not turn into a reset that overtakes our last frames.
    connection.closeLingering();
  }

  private void loseAll(String why) {
    for (Http2Stream each : streams.all()) each.lose(why);
  }

  // ---- from the socket

  @Override
  public void onBytes(ByteBuffer in) {
    reader.read(in);
    if (isClosed) return;
    if (!reader.isAwaitingRest()) {
      restSinceNs = 0;
    } else if (restSinceNs == 0) {
      restSinceNs = nowNs();
      wakeAt(restSinceNs + policy.headTimeoutNs());
    }
    if (!connection.isWritable() && connection.pendingBytes() > MAX_PENDING)
      connection.pauseReading();
  }

  @Override
  public void onEof() {
    if (isClosed) return;
    loseAll("the client closed the connection");
    close();
  }

  @Override
  public void onWritable() {
    sending.run();
    if (!isClosed) connection.resumeReading();
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    isClosed = true;
    reader.close();
    if (hasLeft) return;
    hasLeft = true;
    driver.timers().cancel(this);
    loseAll("the client closed the connection");
    sending.out.drop();
    onClosed.run();
  }

  // ---- time

  private long lookNs() {
    return Math.min(LOOK_NS, policy.bodyIdleNs());
  }

  /** The timer is left running when a deadline moves away, and looks again when it fires. */
  private void wakeAt(long deadlineNs) {
    if (isSet() && timerNs <= deadlineNs) return;
    timerNs = deadlineNs;
    driver.timers().schedule(this, deadlineNs);
  }

  @Override
  protected void onTimer() {
    if (isClosed) return;
    long nowNs = nowNs();
    if (restSinceNs != 0 && nowNs - restSinceNs >= policy.headTimeoutNs()) {
      breach(Breach.HEAD_TOO_SLOW);
    } else if (!isAcknowledged && nowNs - openedNs >= SETTINGS_ACK_NS) {
      breach(Breach.SETTINGS_NOT_ACKNOWLEDGED);
    } else if (isEnding && !isLast && nowNs >= lastByNs) {
      sayLast();
    } else if (streams.isEmpty() && nowNs - idleSinceNs >= policy.keepAliveNs()) {
      goAway(ErrorCode.NO_ERROR);
      close();
    } else if (nowNs >= endNs) {
      shutDown();
    }
    for (Http2Stream each : streams.all()) each.watch(policy, nowNs);
    if (isClosed) return;
    if (restSinceNs != 0) wakeAt(restSinceNs + policy.headTimeoutNs());
    if (!isAcknowledged) wakeAt(openedNs + SETTINGS_ACK_NS);
    if (isEnding && !isLast) wakeAt(lastByNs);
    wakeAt(streams.isEmpty() ? idleSinceNs + policy.keepAliveNs() : nowNs + lookNs());
  }
}
