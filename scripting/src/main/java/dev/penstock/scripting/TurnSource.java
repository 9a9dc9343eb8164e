package dev.penstock.scripting;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.BodySource;
import dev.penstock.engine.spi.ProxyError;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A body that a script makes: asking for more is a turn of its exchange. The end is told after the
 * turn, since with it the gateway may move on to other scripts.
 */
final class TurnSource implements BodySource {
  private final ScriptExchange exchange;
  private final BodySource inner;
  private final long limit;
  private long size;
  private boolean ended;

  TurnSource(ScriptExchange exchange, BodySource inner) {
    this.exchange = exchange;
    this.inner = inner;
    this.limit = exchange.limits().response();
  }

  @Override
  public void start(BodySink sink) {
    Sink to = new Sink(sink);
    if (!run(() -> inner.start(to)))
      to.fail(ProxyError.of(ProxyError.Kind.FILTER_FAILED, "script failed"));
  }

  @Override
  public void demand() {
    if (!ended) run(inner::demand);
  }

  @Override
  public void cancel() {
    if (ended) return;
    ended = true;
    run(inner::cancel);
  }

  private boolean run(Runnable code) {
    return exchange.use().context().run(exchange, exchange.limits(), code);
  }

  private final class Sink implements BodySink {
    private final BodySink to;

    Sink(BodySink to) {
      this.to = to;
    }

    @Override
    public boolean write(ByteBuffer part) {
      if (ended) return false;
      size += part.remaining();
      if (size > limit) {
        fail(ProxyError.of(ProxyError.Kind.FILTER_OVER_BUDGET, "script over its response budget"));
        run(inner::cancel);
        return false;
      }
      return to.write(part);
    }

    @Override
    public void end(@Nullable HeaderMap trailers) {
      if (ended) return;
      ended = true;
      exchange.use().context().worker().afterTurn(() -> to.end(trailers));
    }

    @Override
    public void fail(ProxyError error) {
      if (ended) return;
      ended = true;
      exchange.use().context().worker().afterTurn(() -> to.fail(error));
    }
  }
}
