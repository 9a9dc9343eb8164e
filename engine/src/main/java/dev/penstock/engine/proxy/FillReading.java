package dev.penstock.engine.proxy;

import dev.penstock.engine.cache.Fill;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One exchange that reads a response which is on its way into the cache: first it waits for the
 * head, then it is the source of the body. Confined to the worker of its exchange, except for the
 * call that there is something new.
 */
final class FillReading implements BodySource {
  private final LiveExchange exchange;
  private final Fill fill;
  private final int use;
  private final AtomicBoolean isCalled = new AtomicBoolean();
  private final Fill.Reader reader;
  private @Nullable BodySink sink;
  private boolean isFull;
  private boolean isPushing;
  private boolean isDone;

  FillReading(LiveExchange exchange, Fill fill) {
    this.exchange = exchange;
    this.fill = fill;
    this.use = exchange.generation;
    this.reader = fill.read(this::wake);
  }

  /** On any thread. */
  private void wake() {
    if (exchange.driver.worker().isCurrent()) {
      onNews();
    } else if (isCalled.compareAndSet(false, true)) {
      exchange
          .driver
          .worker()
          .execute(() -> {
            isCalled.set(false);
            onNews();
          });
    }
  }

  /** Looks at what has changed. */
  void onNews() {
    if (isDone || use != exchange.generation) return;
    BodySink taker = sink;
    if (taker != null) push(taker);
    else if (exchange.step == LiveExchange.Step.WAITING) exchange.driver.caching().onFill(exchange);
  }

  @Override
  public void start(BodySink taker) {
    sink = taker;
    push(taker);
  }

  private void push(BodySink taker) {
    if (isPushing) return; // the sink asked for more while it was given some
    isPushing = true;
    while (!isDone && !isFull) {
      ByteBuffer part = reader.next();
      int length = part.remaining();
      if (length == 0) break;
      isFull = !taker.write(part);
      if (!isDone) reader.used(length);
    }
    isPushing = false;
    if (isDone || isFull) return;
    if (reader.isAtEnd()) {
      close();
      taker.end(fill.trailers());
    } else if (fill.state() == Fill.State.FAILED) {
      close();
      taker.fail(ProxyError.of(Kind.UPSTREAM_INCOMPLETE, "the response ended early"));
    }
  }

  @Override
  public void demand() {
    BodySink taker = sink;
    if (!isFull || taker == null) return;
    isFull = false;
    push(taker);
  }

  @Override
  public void cancel() {
    close();
  }

  private void close() {
    if (isDone) return;
    isDone = true;
    reader.close();
  }
}
