package dev.penstock.engine.proxy;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h2.Breach;
import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.FrameSink;
import dev.penstock.engine.http.h2.HeadDecoder;
import dev.penstock.engine.http.h2.PeerSettings;
import java.nio.ByteBuffer;

/**
 * What the frames of one endpoint mean: which are for an attempt that is under way, which come too
 * late, and which should not come at all (RFC 9113 §5.1). Keeps the score of those that only cost.
 */
final class UpstreamHttp2Intake implements FrameSink {
  /** Of a frame for a stream that we have ended: it was on its way when we did. */
  private static final int LATE = 1;

  private final UpstreamHttp2 home;
  private final StreamTable<UpstreamHttp2Stream> streams;
  private final AbuseScore abuse;
  private final HeadDecoder decoder = new HeadDecoder(HttpLimits.DEFAULT);
  private final PeerSettings peer = new PeerSettings();
  private final HeaderMap trailers = new HeaderMap();
  private boolean hasSettings;
  private int dataLength;
  private boolean isDropped;

  UpstreamHttp2Intake(
      UpstreamHttp2 home, StreamTable<UpstreamHttp2Stream> streams, AbuseScore abuse) {
    this.home = home;
    this.streams = streams;
    this.abuse = abuse;
  }

  /** How many streams the endpoint takes at once, as far as it has said so. */
  long maxStreams() {
    return hasSettings ? peer.maxStreams() : UpstreamHttp2.ASSUMED_STREAMS;
  }

  int initialWindow() {
    return peer.initialWindow();
  }

  /** Something useful was sent. */
  void earn() {
    abuse.earn(3);
  }

  private void spend(int cost) {
    Breach enough = abuse.spend(cost, home.nowNs());
    if (enough != null) home.breach(enough);
  }

  /** Frames on a stream that we never opened end the connection. */
  private boolean isIdle(int stream) {
    if (stream < home.nextNumber() && (stream & 1) != 0) return false;
    home.breach(Breach.STREAM_IDLE);
    return true;
  }

  // ---- responses

  @Override
  public void onFieldBlock(int id, byte[] block, int at, int length, boolean endsStream) {
    UpstreamHttp2Stream stream = streams.get(id);
    if (stream == null) {
      if (isIdle(id)) return;
      if (!decoder.skip(block, at, length)) home.breach(Breach.BLOCK_UNREADABLE);
      else spend(LATE);
    } else if (stream.hasHead()) {
      trailers(stream, block, at, length, endsStream);
    } else {
      head(stream, block, at, length, endsStream);
    }
  }

  private void head(
      UpstreamHttp2Stream stream, byte[] block, int at, int length, boolean endsStream) {
    boolean isToHead = stream.isToHead();
    if (!decoder.response(block, at, length, endsStream, isToHead, stream.response())) {
      home.breach(Breach.BLOCK_UNREADABLE);
      return;
    }
    abuse.earn(3);
    Violation violation = decoder.violation();
    if (violation != null) stream.malformed(violation);
    else stream.onHead(decoder.framing(), decoder.length(), endsStream);
  }

  private void trailers(
      UpstreamHttp2Stream stream, byte[] block, int at, int length, boolean endsStream) {
    trailers.clear();
    if (!decoder.trailers(block, at, length, trailers)) {
      home.breach(Breach.BLOCK_UNREADABLE);
    } else if (!endsStream) {
      onStreamBreach(stream.id(), Breach.TRAILERS_NOT_LAST);
    } else {
      Violation violation = decoder.violation();
      if (violation != null) stream.malformed(violation);
      else stream.onTrailers(trailers);
    }
  }

  // ---- data

  @Override
  public void onData(int id, int length) {
    dataLength = length;
    isDropped = true;
    UpstreamHttp2Stream stream = streams.get(id);
    if (stream == null && isIdle(id)) return;
    if (!home.receive().take(length)) {
      home.breach(Breach.WINDOW_EXCEEDED);
    } else if (stream == null) {
      spend(LATE);
    } else if (!stream.onData(length)) {
      onStreamBreach(id, Breach.WINDOW_EXCEEDED);
    } else {
      isDropped = false;
    }
  }

  @Override
  public void onDataPart(int id, ByteBuffer part) {
    UpstreamHttp2Stream stream = isDropped ? null : streams.get(id);
    if (stream != null) stream.onPart(part);
  }

  @Override
  public void onDataEnd(int id, boolean endsStream) {
    home.receive().credit();
    UpstreamHttp2Stream stream = isDropped ? null : streams.get(id);
    if (dataLength > 0) abuse.earn(1 + dataLength / AbuseScore.BYTES_BACK);
    else if (!endsStream) spend(AbuseScore.EMPTY_DATA);
    if (stream == null || streams.get(id) != stream) return;
    if (endsStream) stream.onEnd();
    else stream.onDataEnd();
  }

  // ---- control

  @Override
  public void onReset(int id, ErrorCode code) {
    UpstreamHttp2Stream stream = streams.get(id);
    if (stream != null) stream.onReset(code);
    else if (!isIdle(id)) spend(LATE);
  }

  @Override
  public void onSettings(byte[] settings, int at, int length) {
    hasSettings = true;
    int windowBefore = peer.initialWindow();
    Breach wrong = peer.read(settings, at, length, true);
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
    for (UpstreamHttp2Stream each : streams.all()) {
      if (!each.grow(change)) {
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
    home.onPingAck();
  }

  @Override
  public void onGoAway(int last, ErrorCode code) {
    home.onGoAway(last, code);
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
    UpstreamHttp2Stream stream = streams.get(id);
    if (stream == null) {
      isIdle(id);
    } else if (stream.grow(increment)) {
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
  }

  @Override
  public void onUnknownFrame() {
    spend(AbuseScore.UNKNOWN);
  }

  // ---- what should not come

  @Override
  public void onStreamBreach(int id, Breach breach) {
    UpstreamHttp2Stream stream = streams.get(id);
    if (stream != null)
      stream.fail(breach.code(), breach.sentence() + " (" + breach.section() + ")");
    else if (!isIdle(id)) spend(AbuseScore.STRAY);
  }

  @Override
  public void onBreach(Breach breach) {
    home.breach(breach);
  }
}
