package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.spi.Subrequests.Callback;
import dev.penstock.engine.upstream.UpstreamWorker;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a request that our own code makes: what a socket is for others, a callback
 * and a body source are here.
 */
final class SubrequestClient implements OwnClient, BodySource {
  private static final int BUFFER_LIMIT = 64 * 1024;

  private final ExchangeDriver driver;
  private final Callback callback;
  private final HeldBody early = new HeldBody();
  private @Nullable LiveExchange exchange;
  private @Nullable BodySink sink;
  private @Nullable HeaderMap trailers;
  private boolean hasAnswered;
  private boolean isEnded;
  private boolean isFull;
  private boolean isCancelled;
  private boolean isBroken;

  SubrequestClient(ExchangeDriver driver, Callback callback) {
    this.driver = driver;
    this.callback = callback;
  }

  void exchange(LiveExchange made) {
    exchange = made;
  }

  void begin(UpstreamWorker upstream) {
    LiveExchange made = exchange;
    if (made == null) return;
    if (isCancelled) {
      exchange = null;
      driver.giveBack(made);
    } else {
      driver.beginSubrequest(made, this, upstream);
    }
  }

  void failed(ProxyError error) {
    if (hasAnswered || isCancelled) return;
    hasAnswered = true;
    callback.onFailure(error);
  }

  // ---- from the driver

  @Override
  public void sendHead(ResponseHead head, BodyFraming framing, long length) {
    if (hasAnswered || isCancelled) return;
    LiveExchange current = exchange;
    ProxyError error = current == null || !current.isLocal ? null : current.error;
    hasAnswered = true;
    if (error == null) {
      // The time that was given is for the head.
      if (current != null) current.deadlineNs = Long.MAX_VALUE;
      callback.onResponse(head, this);
    } else {
      isCancelled = true;
      callback.onFailure(error);
    }
  }

  @Override
  public void sendBody(ByteBuffer part) {
    BodySink taker = sink;
    if (isCancelled) {
      part.position(part.limit());
    } else if (taker == null || isFull) {
      early.add(part);
      if (taker == null) isFull = early.size() >= BUFFER_LIMIT;
    } else {
      isFull = !taker.write(part);
    }
  }

  @Override
  public void sendEnd(@Nullable HeaderMap fields) {
    isEnded = true;
    trailers = fields;
    BodySink taker = sink;
    if (taker != null && early.size() == 0 && !isCancelled) taker.end(fields);
  }

  @Override
  public void abort() {
    isBroken = true;
    BodySink taker = sink;
    if (taker != null && !isCancelled) taker.fail(cause());
  }

  private ProxyError cause() {
    LiveExchange current = exchange;
    ProxyError error = current == null ? null : current.error;
    return error == null
        ? ProxyError.of(Kind.UPSTREAM_INCOMPLETE, "the response ended early")
        : error;
  }

  @Override
  public boolean isWritable() {
    return isCancelled || !isFull;
  }

  @Override
  public void onExchangeOver() {
    exchange = null;
  }

  // ---- from whoever reads the body

  @Override
  public void start(BodySink taker) {
    sink = taker;
    isFull = false;
    if (isBroken) taker.fail(cause());
    else flush(taker);
  }

  private void flush(BodySink taker) {
    if (early.size() > 0) {
      ByteBuffer parts = ByteBuffer.allocate(early.size()).put(early.view()).flip();
      early.clear();
      isFull = !taker.write(parts);
    }
    if (isEnded && !isFull && !isCancelled) taker.end(trailers);
    else if (!isFull) goOn();
  }

  @Override
  public void demand() {
    BodySink taker = sink;
    if (taker == null || isCancelled || !isFull) return;
    isFull = false;
    flush(taker);
  }

  private void goOn() {
    LiveExchange current = exchange;
    if (current != null) driver.onClientWritable(current);
  }

  @Override
  public void cancel() {
    if (isCancelled) return;
    isCancelled = true;
    LiveExchange current = exchange;
    exchange = null;
    if (current != null && current.isAlive()) driver.onClientGone(current);
  }
}
