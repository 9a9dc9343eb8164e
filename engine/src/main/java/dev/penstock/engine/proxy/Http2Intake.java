package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h2.Breach;
import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.FrameSink;
import dev.penstock.engine.http.h2.HeadDecoder;
import dev.penstock.engine.http.h2.PeerSettings;
import dev.penstock.engine.http.h2.Priority;
import dev.penstock.engine.plan.ListenerPolicy;
import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * What the frames of one client mean: which are for a stream that is open, which open one, which
 * come too late, and which should not come at all (RFC 9113 §5.1). Keeps the score of those that
 * only cost.
 */
final class Http2Intake implements FrameSink {
  private static final int RECENT = 64;

  private final DownstreamHttp2 home;
  private final ExchangeDriver driver;
  private final StreamTable<Http2Stream> streams;
  private final AbuseScore abuse;
  private final ClientIdentity identity;
  private final HeadDecoder decoder;
  private final PeerSettings peer = new PeerSettings();
  private final HeaderMap trailers = new HeaderMap();

  /** Streams that ended before the client could know: what it has sent meanwhile is no breach. */
  private final int[] recent = new int[RECENT];

  private int recentAt;
  private ListenerPolicy policy;
  private int lastStream;
  private int lastTaken = Integer.MAX_VALUE;
  private int requests;
  private int dataLength;
  private boolean isDropped;

  Http2Intake(
      DownstreamHttp2 home,
      StreamTable<Http2Stream> streams,
      AbuseScore abuse,
      ClientIdentity identity,
      ListenerPolicy policy) {
    this.home = home;
    this.driver = home.driver();
    this.streams = streams;
    this.abuse = abuse;
    this.identity = identity;
    this.policy = policy;
    this.decoder = new HeadDecoder(policy.limits());
  }

  /** From the next request on. */
  void policy(ListenerPolicy now) {
    policy = now;
    decoder.limits(now.limits());
  }

  /** The last stream that was, or will be, served. */
  int lastStream() {
    return Math.min(lastStream, lastTaken);
  }

  /** Streams that are opened from now on are passed over. */
  void takeNoMore() {
    lastTaken = lastStream;
  }

  /** A stream that the client may still write to has ended. */
  void onReset(int stream) {
    recent[recentAt++ & RECENT - 1] = stream;
  }

  private boolean wasReset(int stream) {
    for (int each : recent) {
      if (each == stream) return true;
    }
    return false;
  }

  private void spend(int cost) {
    Breach enough = abuse.spend(cost, home.nowNs());
    if (enough != null) home.breach(enough);
  }

  private void reset(int stream, ErrorCode code) {
    home.frames().reset(stream, code);
    home.sending().out.write();
  }

  /** Frames on a stream that was never opened end the connection. */
  private boolean isIdle(int stream) {
    if (stream <= lastStream && (stream & 1) != 0) return false;
    home.breach(Breach.STREAM_IDLE);
    return true;
  }

  // ---- requests

  @Override
  public void onFieldBlock(int id, byte[] block, int at, int length, boolean endsStream) {
    Http2Stream stream = streams.get(id);
    if (stream != null) {
      trailers(stream, block, at, length, endsStream);
    } else if ((id & 1) == 0) {
      home.breach(Breach.STREAM_NUMBER);
    } else if (id <= lastStream) {
      if (!decoder.skip(block, at, length)) home.breach(Breach.BLOCK_UNREADABLE);
      else if (wasReset(id) || id > lastTaken) spend(AbuseScore.STRAY);
      else home.breach(Breach.STREAM_CLOSED);
    } else {
      lastStream = id;
      if (id > lastTaken) {
        // RFC 9113 §6.8: the client knows by our GOAWAY that it may send it elsewhere.
        if (!decoder.skip(block, at, length)) home.breach(Breach.BLOCK_UNREADABLE);
      } else if (streams.size() >= policy.http2().maxStreams()) {
        refuse(id, block, at, length);
      } else {
        open(id, block, at, length, endsStream);
      }
    }
  }

  private void refuse(int id, byte[] block, int at, int length) {
    abuse.onOpened(home.nowNs());
    onReset(id);
    if (!decoder.skip(block, at, length)) {
      home.breach(Breach.BLOCK_UNREADABLE);
      return;
    }
    reset(id, ErrorCode.REFUSED_STREAM);
    spend(AbuseScore.REFUSED);
  }

  private void open(int id, byte[] block, int at, int length, boolean endsStream) {
    LiveExchange exchange = driver.take();
    if (!decoder.request(block, at, length, endsStream, exchange.request)) {
      driver.giveBack(exchange);
      home.breach(Breach.BLOCK_UNREADABLE);
      return;
    }
    abuse.onOpened(home.nowNs());
    requests++;
    Http2Stream stream =
        new Http2Stream(home, id, peer.initialWindow(), policy.http2().windowBytes());
    streams.add(stream);
    identity.describe(exchange, exchange.request, policy);
    exchange.isFollowUp = requests > 1;
    Violation violation = decoder.violation();
    boolean isTunnel = decoder.isExtendedConnect();
    if (violation == null && isTunnel && !decoder.isExtendedConnectTo("websocket"))
      violation = Violation.TARGET_INVALID;
    home.watchSoon();
    if (requests >= home.lastRequest()) home.shutDown();
    if (violation == null) serve(exchange, stream, isTunnel, endsStream);
    else refuse(exchange, stream, violation, endsStream);
  }

  private void refuse(
      LiveExchange exchange, Http2Stream stream, Violation violation, boolean endsStream) {
    home.onViolation(violation);
    if (HeadDecoder.isMalformed(violation)) stream.malformed();
    stream.begin(exchange, -1, endsStream);
    driver.beginBroken(exchange, stream, Answers.of(violation), Answers.error(violation));
  }

  private void serve(
      LiveExchange exchange, Http2Stream stream, boolean isTunnel, boolean endsStream) {
    HeaderMap headers = exchange.request.headers();
    BodyFraming framing = isTunnel ? BodyFraming.NONE : decoder.framing();
    long length = isTunnel ? -1 : decoder.length();
    exchange.requestFraming = framing;
    exchange.requestLength = length;
    if (framing == BodyFraming.NONE) exchange.requestRelay.onNoBody();
    if (isTunnel) {
      becomeUpgrade(exchange, headers);
      stream.beginTunnel();
    }
    int priority = headers.find(HeaderName.PRIORITY);
    if (priority >= 0) {
      stream
          .sender()
          .priority(
              Priority.read(
                  headers.text(), headers.valueAt(priority), headers.valueLength(priority)));
    }
    stream.begin(exchange, length, endsStream);
    driver.begin(exchange, stream);
    boolean isEmpty = endsStream && framing == BodyFraming.LENGTH;
    if (isEmpty && stream.exchange() != null) exchange.requestRelay.onEnd();
  }

  /** RFC 8441 §4, the other way round: an endpoint of HTTP/1 knows an upgrade. */
  private void becomeUpgrade(LiveExchange exchange, HeaderMap headers) {
    exchange.request.method(Methods.GET);
    exchange.wantsUpgrade = true;
    headers.add(HeaderName.UPGRADE, "websocket");
    byte[] key = new byte[16];
    driver.random().nextBytes(key);
    headers.set(HeaderName.SEC_WEBSOCKET_KEY, Base64.getEncoder().encodeToString(key));
  }

  private void trailers(Http2Stream stream, byte[] block, int at, int length, boolean endsStream) {
    trailers.clear();
    if (!decoder.trailers(block, at, length, trailers)) {
      home.breach(Breach.BLOCK_UNREADABLE);
    } else if (stream.isRequestDone()) {
      onStreamBreach(stream.id(), Breach.STREAM_CLOSED);
    } else if (!endsStream) {
      onStreamBreach(stream.id(), Breach.TRAILERS_NOT_LAST);
    } else {
      stream.onTrailers(trailers, decoder.violation());
      stream.onRequestEnd();
    }
  }

  // ---- data

  @Override
  public void onData(int id, int length) {
    dataLength = length;
    isDropped = true;
    if (streams.get(id) == null && isIdle(id)) return;
    if (!home.receive().take(length)) {
      home.breach(Breach.WINDOW_EXCEEDED);
      return;
    }
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      spend(AbuseScore.STRAY);
      if (!wasReset(id) && id <= lastTaken) onStreamBreach(id, Breach.STREAM_CLOSED);
    } else if (stream.isRequestDone()) {
      onStreamBreach(id, Breach.STREAM_CLOSED);
    } else if (!stream.onData(length)) {
      onStreamBreach(id, Breach.WINDOW_EXCEEDED);
    } else {
      isDropped = false;
    }
  }

  @Override
  public void onDataPart(int id, ByteBuffer part) {
    Http2Stream stream = isDropped ? null : streams.get(id);
    if (stream != null) stream.onPart(part);
  }

  @Override
  public void onDataEnd(int id, boolean endsStream) {
    home.receive().credit();
    Http2Stream stream = isDropped ? null : streams.get(id);
    if (stream == null) return;
    stream.onDataEnd();
    if (dataLength > 0) abuse.earn(1 + dataLength / AbuseScore.BYTES_BACK);
    else if (!endsStream) spend(AbuseScore.EMPTY_DATA);
    if (endsStream && streams.get(id) == stream) stream.onRequestEnd();
  }

  // ---- control

  @Override
  public void onReset(int id, ErrorCode code) {
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      if (!isIdle(id)) spend(AbuseScore.STRAY);
      return;
    }
    onReset(id);
    stream.lose("the client reset the stream: " + code);
    Breach enough = abuse.onReset();
    if (enough != null) home.breach(enough);
  }

  @Override
  public void onSettings(byte[] settings, int at, int length) {
    int windowBefore = peer.initialWindow();
    Breach wrong = peer.read(settings, at, length, false);
    if (wrong != null) {
      home.breach(wrong);
      return;
    }
    home.sending().encoder.follow(peer);
    home.frames().settingsAck();
    home.sending().out.write();
    spend(AbuseScore.SETTINGS);
    int change = peer.initialWindow() - windowBefore;
    if (change == 0) return;
    for (Http2Stream each : streams.all()) {
      if (!each.sender().grow(change)) {
        home.breach(Breach.WINDOW_OVERFLOW);
        return;
      }
    }
    home.sending().run();
  }

  @Override
  public void onSettingsAck() {
    home.onAcknowledged();
  }

  @Override
  public void onPing(long opaque) {
    home.frames().ping(opaque, true);
    home.sending().out.write();
    spend(AbuseScore.PING);
  }

  @Override
  public void onPingAck(long opaque) {
    home.onPingAck(opaque);
  }

  @Override
  public void onGoAway(int last, ErrorCode code) {
    home.shutDown();
    spend(AbuseScore.PING);
  }

  @Override
  public void onWindowUpdate(int id, int increment) {
    spend(AbuseScore.WINDOW_UPDATE);
    if (id == 0) {
      if (home.sending().window.grow(increment)) home.sending().run();
      else home.breach(Breach.WINDOW_OVERFLOW);
      return;
    }
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      isIdle(id);
    } else if (stream.sender().grow(increment)) {
      home.sending().run();
    } else {
      onStreamBreach(id, Breach.WINDOW_OVERFLOW);
    }
  }

  @Override
  public void onOldPriority(int stream) {
    spend(AbuseScore.PRIORITY);
  }

  @Override
  public void onPriorityUpdate(int id, byte[] value, int at, int length) {
    spend(AbuseScore.PRIORITY);
    Http2Stream stream = streams.get(id);
    // For a stream that is not open yet it is advice that we can do without (RFC 9218 §7.1).
    if (stream != null) stream.sender().priority(Priority.read(value, at, length));
  }

  @Override
  public void onUnknownFrame() {
    spend(AbuseScore.UNKNOWN);
  }

  // ---- what should not come

  @Override
  public void onStreamBreach(int id, Breach breach) {
    Http2Stream stream = streams.get(id);
    if (stream == null && breach == Breach.WINDOW_UNCHANGED && isIdle(id)) return;
    driver.observer().onBreach(breach);
    onReset(id);
    if (stream == null) {
      reset(id, breach.code());
    } else {
      stream.sender().reset(breach.code());
      stream.lose(breach.sentence());
    }
    home.onProvoked();
  }

  @Override
  public void onBreach(Breach breach) {
    home.breach(breach);
  }
}
