package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpSink;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h1.Http1Encoder;
import dev.penstock.engine.http.h1.Http1RequestDecoder;
import dev.penstock.engine.observe.ExchangeView;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that speaks HTTP/1: one exchange after the other, strictly in order (F19).
 *
 * <pre>
 * WAITING ─ first byte ─► HEAD ─ head ─► EXCHANGE ─ over ─┬─ request read ─► WAITING
 *    ▲                      │                            ├─ rest is short ─► REST ─ read ─► WAITING
 *    │                      └─ violation, time ─► answer ─┴─ otherwise ────► CLOSED (lingering)
 * EXCHANGE ─ 101 ─► (a tunnel's)
 * </pre>
 *
 * <p>A waiting connection holds neither decoder nor exchange.
 */
public final class DownstreamHttp1 extends TimerWheel.Timer
    implements ClientConnection, HttpSink<RequestHead>, ClientStream {
  private static final long LOOK_NS = 1_000_000_000L;

  /** A request body that nobody wants is read past up to this; more closes the connection (F17). */
  private static final int REST_BYTES = 256 * 1024;

  private static final long REST_NS = 2_000_000_000L;

  /**
   * By so much at most a connection ends before its number of requests and its age are reached:
   * clients that came together do not all come again together (L7).
   */
  private static final double MAX_JITTER = 0.1;

  private final ExchangeDriver driver;
  private final Connection connection;
  private final ClientIdentity identity;
  private final Runnable onClosed;
  private final FramedBody body;
  private final BodyPace pace;
  private final long openedNs;
  private final long endNs;
  private final double jitter;
  private Http1Decoders decoders;
  private ListenerPolicy policy;
  private @Nullable Http1RequestDecoder decoder;

  /** Where it came from: a new policy brings decoders with other limits. */
  private Http1Decoders decoderHome;

  private @Nullable LiveExchange exchange;
  private HttpVersion version = HttpVersion.HTTP_1_1;
  private boolean keepAlive = true;
  private boolean closeNext;
  private boolean hasHead;
  private boolean isRequestDone = true;
  private boolean isSkipping;
  private boolean isTunnel;
  private boolean isClosed;
  private boolean clientEnded;
  private boolean hasLeft;
  private int requests;
  private int lastRequest;
  private long skipped;
  private long waitUntilNs;
  private long timerNs;

  /**
   * A connection that was just accepted.
   *
   * @param decoders the listener's policy and spare decoders
   * @param identity who the client is
   * @param onClosed told when the connection is gone
   */
  public DownstreamHttp1(
      ExchangeDriver driver,
      Http1Decoders decoders,
      Connection connection,
      ClientIdentity identity,
      Runnable onClosed) {
    this.driver = driver;
    this.decoders = decoders;
    this.decoderHome = decoders;
    this.connection = connection;
    this.policy = decoders.policy();
    this.identity = identity;
    this.onClosed = onClosed;
    this.body = new FramedBody(connection, driver.encoder());
    this.pace = new BodyPace();
    this.openedNs = driver.nowNs();
    this.jitter = driver.random().nextDouble() * MAX_JITTER;
    this.endNs = openedNs + policy.maxAgeNs() - (long) (jitter * policy.maxAgeNs());
    this.lastRequest = lastRequest();
    connection.handler(this);
    waitForRequest();
  }

  @Override
  public void views(long nowNs, Consumer<ExchangeView> into) {
    LiveExchange current = exchange;
    if (current != null && current.isAlive()) into.accept(Viewing.of(current, nowNs));
  }

  /** Whether a request is on its way. */
  public boolean isBusy() {
    return exchange != null || decoder != null;
  }

  @Override
  public void policy(Http1Decoders now) {
    decoders = now;
    policy = now.policy();
    lastRequest = lastRequest();
  }

  private int lastRequest() {
    return policy.maxRequests() - (int) (jitter * policy.maxRequests());
  }

  /** One that waits for a request ends now, a busy one with its response. */
  @Override
  public void drain() {
    if (isTunnel || isClosed) return;
    if (!isBusy()) close();
    else closeNext = true;
  }

  @Override
  public void abandon() {
    LiveExchange current = exchange;
    if (isTunnel && current != null && current.tunnel != null) current.tunnel.close();
    else connection.close(current != null);
  }

  // ---- from the socket

  @Override
  public void onBytes(ByteBuffer in) {
    while (in.hasRemaining() && !isClosed) {
      if (exchange != null && isRequestDone) return; // the next request waits its turn
      Http1RequestDecoder current = decoder;
      if (current == null) current = beginRequest();
      int before = in.remaining();
      current.decode(in);
      pace.received(before - in.remaining(), driver.nowNs());
      if (isClosed || isTunnel) return;
      if (isRequestDone && exchange == null) endRequest(current);
      else if (in.remaining() == before) return;
    }
  }

  private Http1RequestDecoder beginRequest() {
    Http1Decoders from = decoders;
    Http1RequestDecoder taken = from.take(this);
    decoderHome = from;
    decoder = taken;
    LiveExchange fresh = driver.take();
    exchange = fresh;
    hasHead = false;
    isRequestDone = false;
    isSkipping = false;
    skipped = 0;
    taken.next(fresh.request);
    pace.startRequest(driver.nowNs());
    waitUntilNs = driver.nowNs() + policy.headTimeoutNs();
    wakeAt(waitUntilNs);
    return taken;
  }

  /** Request and response are through: the connection is as if it had just been opened. */
  private void endRequest(Http1RequestDecoder used) {
    decoder = null;
    isSkipping = false;
    decoderHome.give(used);
    if (!keepAlive || closeNext) {
      close();
      return;
    }
    waitForRequest();
  }

  private void waitForRequest() {
    waitUntilNs = driver.nowNs() + policy.keepAliveNs();
    wakeAt(waitUntilNs);
  }

  @Override
  public void onEof() {
    clientEnded = true;
    LiveExchange current = exchange;
    if (current == null) {
      if (isSkipping) connection.close(true);
      else close();
      return;
    }
    if (!hasHead) {
      Http1RequestDecoder half = decoder;
      if (half != null) half.endOfInput();
      if (!isClosed) close();
      return;
    }
    if (!isRequestDone) {
      lose(current);
      return;
    }
    keepAlive = false;
    // It may be waiting for the answer, or may be gone: we wait so long for a sign.
    waitUntilNs = driver.nowNs() + policy.halfCloseNs();
    wakeAt(waitUntilNs);
  }

  @Override
  public void onWritable() {
    LiveExchange current = exchange;
    if (current != null && hasHead) driver.onClientWritable(current);
  }

  @Override
  public void onClosed(@Nullable IOException cause) {
    isClosed = true;
    leave();
  }

  /** The connection is not ours any more, or no more. */
  private void leave() {
    if (hasLeft) return;
    hasLeft = true;
    driver.timers().cancel(this);
    LiveExchange current = exchange;
    exchange = null;
    if (current != null) {
      if (hasHead) driver.onClientGone(current);
      else driver.giveBack(current);
    }
    releaseDecoder();
    onClosed.run();
  }

  /** The client will not read an answer. */
  private void lose(LiveExchange current) {
    exchange = null;
    driver.onClientGone(current);
    abort();
  }

  private void releaseDecoder() {
    Http1RequestDecoder used = decoder;
    decoder = null;
    if (used != null) decoderHome.give(used);
  }

  private void close() {
    if (isClosed) return;
    isClosed = true;
    LiveExchange unused = exchange;
    if (unused != null && !hasHead) {
      exchange = null;
      driver.giveBack(unused);
    }
    connection.closeAfterWrite();
  }

  private void closeLingering() {
    if (isClosed) return;
    isClosed = true;
    connection.closeLingering();
  }

  // ---- from the decoder

  @Override
  public void onHead(RequestHead head, BodyFraming framing, long length) {
    LiveExchange current = exchange;
    Http1RequestDecoder reading = decoder;
    if (current == null || reading == null) return;
    hasHead = true;
    requests++;
    version = head.version();
    keepAlive =
        version == HttpVersion.HTTP_1_1
            ? !reading.wantsClose()
            : reading.wantsKeepAlive() && !reading.wantsClose();
    if (requests >= lastRequest || driver.nowNs() >= endNs) keepAlive = false;
    isRequestDone = framing == BodyFraming.NONE;
    identity.describe(current, head, policy);
    current.isFollowUp = requests > 1;
    current.requestFraming = framing;
    current.requestLength = length;
    current.wantsUpgrade = reading.wantsUpgrade();
    if (framing != BodyFraming.NONE) {
      pace.startRequest(driver.nowNs());
      wakeAt(driver.nowNs() + lookNs());
    } else {
      current.requestRelay.onNoBody();
    }
    driver.begin(current, this);
  }

  @Override
  public void onBody(ByteBuffer part) {
    LiveExchange current = exchange;
    if (current != null && !isSkipping) {
      current.requestRelay.onPart(part);
      return;
    }
    skipped += part.remaining();
    part.position(part.limit());
    if (skipped > REST_BYTES) closeLingering();
  }

  @Override
  public void onTrailers(HeaderMap trailers) {
    LiveExchange current = exchange;
    if (current != null && !isSkipping) current.requestRelay.onTrailers(trailers);
  }

  @Override
  public void onEnd() {
    boolean hadBody = !isRequestDone;
    isRequestDone = true;
    LiveExchange current = exchange;
    if (current != null && hadBody && !isSkipping) current.requestRelay.onEnd();
  }

  @Override
  public void onViolation(Violation violation) {
    driver.observer().onViolation(policy.name(), violation, false);
    LiveExchange current = exchange;
    keepAlive = false;
    if (current == null) {
      closeLingering();
      return;
    }
    ProxyError error = Answers.error(violation);
    if (!hasHead) {
      if (violation == Violation.INCOMPLETE) return;
      hasHead = true;
      version = HttpVersion.HTTP_1_1;
      identity.describe(current, current.request, policy);
      driver.beginBroken(current, this, Answers.of(violation), error);
    } else if (violation == Violation.INCOMPLETE) {
      lose(current);
    } else {
      driver.failRequest(current, Answers.of(violation), error);
    }
  }

  // ---- what the driver asks

  @Override
  public HttpVersion version() {
    return version;
  }

  @Override
  public void sendInterim(ResponseHead head) {
    Http1Encoder encoder = driver.encoder();
    encoder.clear();
    encoder.response(head, BodyFraming.NONE, -1, false, version);
    connection.write(encoder.bytes(), 0, encoder.length());
  }

  @Override
  public void sendHead(ResponseHead head, BodyFraming framing, long length) {
    if (framing == BodyFraming.CLOSE || closeNext) keepAlive = false;
    // A rest too long to read past, and a client that still waits for our 100, cannot be followed
    // by a request (F17).
    if (!isRequestDone && !canSkipRest()) keepAlive = false;
    body.begin(framing);
    Http1Encoder encoder = driver.encoder();
    encoder.clear();
    boolean close = !keepAlive && framing != BodyFraming.TUNNEL;
    encoder.response(head, framing, length, close, version);
    connection.write(encoder.bytes(), 0, encoder.length());
    pace.startResponse(connection.bytesWritten(), driver.nowNs());
  }

  private boolean canSkipRest() {
    LiveExchange current = exchange;
    if (current == null || current.error != null && current.error.kind() == Kind.BAD_REQUEST)
      return false;
    boolean awaited100 = current.request.headers().contains(HeaderName.EXPECT);
    if (awaited100 && current.requestRelay.received() == 0) return false;
    return current.requestFraming != BodyFraming.LENGTH
        || current.requestLength - current.requestRelay.received() <= REST_BYTES;
  }

  @Override
  public void sendBody(ByteBuffer part) {
    body.part(part);
    if (!connection.isWritable()) wakeAt(driver.nowNs() + lookNs());
  }

  @Override
  public void sendEnd(@Nullable HeaderMap trailers) {
    body.end(trailers);
  }

  @Override
  public void abort() {
    if (isClosed) return;
    isClosed = true;
    connection.close(true);
  }

  @Override
  public boolean isWritable() {
    return connection.isWritable();
  }

  @Override
  public void pauseRequest() {
    if (!isClosed) connection.pauseReading();
  }

  @Override
  public void resumeRequest() {
    if (isClosed) return;
    pace.startRequest(driver.nowNs());
    connection.resumeReading();
  }

  @Override
  public void discardRequest() {
    isSkipping = true;
    if (!isClosed) connection.resumeReading();
  }

  @Override
  public void closeAfterResponse() {
    closeNext = true;
  }

  @Override
  public Connection takeOver(ConnectionHandler tunnel) {
    isTunnel = true;
    driver.timers().cancel(this);
    connection.handler(tunnel);
    return connection;
  }

  @Override
  public void onExchangeOver() {
    exchange = null;
    if (isTunnel) {
      isClosed = true;
      leave();
      return;
    }
    if (isClosed) return;
    if (isRequestDone) {
      if (keepAlive && !closeNext && !clientEnded) {
        // The decoder that told of the request's end may still be at work: it is given back when it
        // returns.
        Http1RequestDecoder used = decoder;
        if (used != null && !used.isDecoding()) endRequest(used);
        connection.resumeReading();
      } else {
        close();
      }
      return;
    }
    if (!keepAlive) {
      closeLingering();
      return;
    }
    isSkipping = true;
    waitUntilNs = driver.nowNs() + REST_NS;
    wakeAt(waitUntilNs);
    connection.resumeReading();
  }

  // ---- time

  /** The timer is left running when a deadline moves away, and looks again when it fires. */
  private void wakeAt(long deadlineNs) {
    if (isSet() && timerNs <= deadlineNs) return;
    timerNs = deadlineNs;
    driver.timers().schedule(this, deadlineNs);
  }

  @Override
  protected void onTimer() {
    if (isClosed || isTunnel) return;
    long nowNs = driver.nowNs();
    LiveExchange current = exchange;
    if (current == null) {
      if (nowNs < waitUntilNs) wakeAt(waitUntilNs);
      else if (isSkipping && decoder != null) closeLingering();
      else close();
    } else if (!hasHead) {
      if (nowNs < waitUntilNs) wakeAt(waitUntilNs);
      else onHeadTimeout(current);
    } else if (clientEnded && !current.isHeadSent) {
      if (nowNs < waitUntilNs) wakeAt(waitUntilNs);
      else lose(current);
    } else {
      watchPace(current, nowNs);
    }
  }

  private void onHeadTimeout(LiveExchange current) {
    keepAlive = false;
    hasHead = true;
    identity.describe(current, current.request, policy);
    ProxyError error =
        ProxyError.of(Kind.REQUEST_TIMEOUT, "the head of the request was not complete in time");
    driver.beginBroken(current, this, Answers.plain(408, error.detail()), error);
  }

  /** How often the pace of bodies is looked at: as exactly as the shortest time allowed asks. */
  private long lookNs() {
    return Math.min(LOOK_NS, policy.bodyIdleNs());
  }

  private void watchPace(LiveExchange current, long nowNs) {
    if (!isRequestDone
        && !isSkipping
        && !current.requestRelay.isPaused()
        && !current.expectsContinue) {
      if (pace.isRequestTooSlow(policy, nowNs)) {
        keepAlive = false;
        driver.fail(
            current,
            ProxyError.of(Kind.REQUEST_TIMEOUT, "the body of the request came too slowly"));
        return;
      }
      wakeAt(nowNs + lookNs());
    }
    if (clientEnded) {
      // It may still read; when nothing can be sent that would show it, we do not wait for long.
      if (nowNs - connection.lastActivityNs() >= policy.halfCloseNs()
          && connection.pendingBytes() == 0) {
        lose(current);
        return;
      }
      wakeAt(nowNs + policy.halfCloseNs());
    }
    if (current.isHeadSent && connection.pendingBytes() > 0) {
      if (pace.isResponseTooSlow(policy, connection.bytesWritten(), nowNs)) {
        lose(current);
        return;
      }
      wakeAt(nowNs + lookNs());
    }
    if (!isSet()) wakeAt(nowNs + policy.bodyIdleNs());
  }
}
