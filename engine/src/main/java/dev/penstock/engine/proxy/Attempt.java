package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.upstream.Outcome;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import dev.penstock.engine.upstream.UpstreamWorker;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One try of an exchange on an endpoint: hears what the pool and the connection say and passes it
 * to the driver as long as the try counts. Kept with the exchange and reused for each try.
 *
 * <pre>
 * NONE ─ begin ─► WANTING ─ onStream ─► RUNNING ─ end ─► NONE
 *                    └─ onNoStream ─────────────── end ─► NONE
 * </pre>
 */
final class Attempt implements UpstreamPools.Taker {
  private final LiveExchange exchange;
  private @Nullable UpstreamWorker upstream;
  private @Nullable UpstreamEndpoint endpoint;
  private @Nullable UpstreamStream stream;
  private @Nullable Runnable cancelWish;
  private boolean isOpen;
  private boolean isRetry;
  private int status;
  private boolean wasReused;
  long beganNs;
  long connectedNs;
  long headNs;
  long upstreamBytes;

  Attempt(LiveExchange exchange) {
    this.exchange = exchange;
  }

  int status() {
    return status;
  }

  boolean wasReused() {
    return wasReused;
  }

  void clear() {
    assert !isOpen : "an attempt outlived its exchange";
    upstream = null;
    endpoint = null;
    stream = null;
    cancelWish = null;
    isRetry = false;
    status = 0;
    beganNs = 0;
    connectedNs = 0;
    headNs = 0;
    upstreamBytes = 0;
  }

  boolean isOpen() {
    return isOpen;
  }

  /** Leaves its place in the retry budget to the next attempt, if it has one. */
  boolean leavesPlace() {
    boolean had = isRetry;
    isRetry = false;
    return had;
  }

  @Nullable UpstreamStream stream() {
    return stream;
  }

  void begin(UpstreamWorker on, UpstreamEndpoint at, boolean retry, long nowNs) {
    assert !isOpen : "two attempts at once";
    upstream = on;
    endpoint = at;
    isOpen = true;
    isRetry = retry;
    status = 0;
    beganNs = nowNs;
    connectedNs = 0;
    headNs = 0;
    on.begin(at);
    exchange.driver.observer().onAttemptBegan(on, at);
  }

  /** How to take back a wish for a connection that has not been fulfilled. */
  void cancelWith(Runnable cancel) {
    cancelWish = cancel;
  }

  @Override
  public void onStream(UpstreamStream opened) {
    cancelWish = null;
    stream = opened;
    wasReused = opened.isReused();
    connectedNs = exchange.driver.nowNs();
    exchange.driver.forwarder().onStream(exchange, opened);
  }

  @Override
  public void onNoStream(ProxyError error) {
    cancelWish = null;
    exchange.driver.forwarder().onAttemptFailed(exchange, error);
  }

  // ---- from the stream

  void onInterim() {
    exchange.driver.responder().onUpstreamInterim(exchange);
  }

  void onHead(BodyFraming framing, long length) {
    headNs = exchange.driver.nowNs();
    status = exchange.response.status();
    exchange.driver.onUpstreamHead(exchange, framing, length);
  }

  void onBody(ByteBuffer part) {
    upstreamBytes += part.remaining();
    CacheUse caching = exchange.caching;
    if (caching != null && caching.isRecording)
      exchange.driver.caching().onPart(exchange, caching, part);
    else exchange.responseRelay.onPart(part);
  }

  void onTrailers(HeaderMap trailers) {
    exchange.responseRelay.onTrailers(trailers);
  }

  void onEnd() {
    exchange.driver.onUpstreamEnd(exchange);
  }

  void onFailed(ProxyError error) {
    exchange.driver.forwarder().onAttemptFailed(exchange, error);
  }

  void onWritable() {
    exchange.requestRelay.onStreamWritable();
  }

  // ---- pace

  void pause() {
    UpstreamStream open = stream;
    if (open != null) open.pauseResponse();
  }

  void resume() {
    UpstreamStream open = stream;
    if (open != null) open.resumeResponse();
  }

  /**
   * The try is over, for good or ill: the connection is given back or closed, the upstream is told.
   * Idempotent.
   */
  void end(Outcome outcome) {
    end(outcome, null);
  }

  /** As {@link #end(Outcome)}, with the error that it failed with. */
  void end(Outcome outcome, @Nullable ProxyError error) {
    if (!isOpen) return;
    isOpen = false;
    exchange.requestRelay.detach();
    Runnable cancel = cancelWish;
    cancelWish = null;
    if (cancel != null) cancel.run();
    UpstreamStream open = stream;
    stream = null;
    if (open != null) open.release();
    UpstreamWorker on = upstream;
    UpstreamEndpoint at = endpoint;
    if (on == null || at == null) return;
    long nowNs = exchange.driver.nowNs();
    // An answer that we dropped for our own reasons still says how the endpoint is.
    Outcome told = outcome == Outcome.LOCAL && status != 0 ? Outcome.ofStatus(status) : outcome;
    on.end(at, told, (headNs != 0 ? headNs : nowNs) - beganNs, nowNs);
    if (isRetry) on.retryDone();
    exchange.driver.observer().onAttemptEnded(exchange, at, error);
  }
}
