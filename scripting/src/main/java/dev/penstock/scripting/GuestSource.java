package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A body of the gateway that a script reads: what arrives enters the guest as a turn of its
 * exchange.
 */
final class GuestSource implements BodySource {
  private final ScriptExchange exchange;
  private final BodySource inner;
  private boolean started;
  private boolean ended;

  GuestSource(ScriptExchange exchange, BodySource inner) {
    this.exchange = exchange;
    this.inner = inner;
  }

  /**
   * The gateway's own source when the script did not touch it, so that it can pass without the
   * script.
   */
  @Nullable BodySource untouched() {
    if (started || ended) return null;
    started = true;
    return inner;
  }

  @Override
  public void start(BodySink sink) {
    started = true;
    inner.start(new Sink(sink));
  }

  @Override
  public void demand() {
    if (!ended) inner.demand();
  }

  @Override
  public void cancel() {
    if (ended) return;
    ended = true;
    inner.cancel();
  }

  private final class Sink implements BodySink {
    private final BodySink to;
    private boolean more;

    Sink(BodySink to) {
      this.to = to;
    }

    @Override
    public boolean write(ByteBuffer part) {
      if (ended) return true;
      more = false;
      boolean well = run(() -> more = to.write(part));
      if (!well) cancel();
      return more || ended;
    }

    @Override
    public void end(@Nullable HeaderMap trailers) {
      if (ended) return;
      ended = true;
      run(() -> to.end(trailers));
    }

    @Override
    public void fail(ProxyError error) {
      if (ended) return;
      ended = true;
      run(() -> to.fail(error));
    }

    private boolean run(Runnable code) {
      return exchange.use().context().run(exchange, exchange.limits(), code);
    }
  }
}
