package dev.penstock.engine.proxy;

import dev.penstock.engine.plan.PlacedFilter;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Execution;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Calls one phase method of one filter, on the right thread, and turns what it throws into a
 * verdict.
 */
final class FilterCall {
  private static final Logger LOG = LogManager.getLogger(FilterCall.class);

  private FilterCall() {}

  /** Calls an INLINE filter. */
  static Verdict inline(
      PlacedFilter placed, Phase phase, LiveExchange exchange, @Nullable BodyPart part) {
    try {
      return invoke(placed.filter(), phase, exchange, part);
    } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
      return failed(placed, phase, exchange, e);
    }
  }

  /** Calls a BLOCKING filter on a virtual thread; {@code done} is told on the worker. */
  static void blocking(
      PlacedFilter placed,
      Phase phase,
      LiveExchange exchange,
      @Nullable BodyPart part,
      Consumer<Verdict> done) {
    assert placed.execution() == Execution.BLOCKING;
    exchange.borrowed++;
    Thread.ofVirtual()
        .name("filter-" + placed.name())
        .start(() -> {
          // What a plugin packs looks for its own services and resources there.
          Thread.currentThread().setContextClassLoader(placed.filter().getClass().getClassLoader());
          Verdict verdict = inline(placed, phase, exchange, part);
          exchange
              .driver
              .worker()
              .execute(() -> {
                exchange.borrowed--;
                done.accept(verdict);
              });
        });
  }

  private static Verdict invoke(
      Filter filter, Phase phase, LiveExchange exchange, @Nullable BodyPart part) {
    return switch (phase) {
      case ON_REQUEST -> filter.onRequest(exchange);
      case ON_REQUEST_BODY -> filter.onRequestBody(exchange, given(part));
      case ON_UPSTREAM_REQUEST -> filter.onUpstreamRequest(exchange);
      case ON_UPSTREAM_ERROR -> filter.onUpstreamError(exchange, given(exchange.error));
      case ON_UPSTREAM_RESPONSE -> filter.onUpstreamResponse(exchange);
      case ON_RESPONSE -> filter.onResponse(exchange);
      case ON_RESPONSE_BODY -> filter.onResponseBody(exchange, given(part));
      case ON_LOG -> {
        filter.onLog(exchange);
        yield Verdict.NEXT;
      }
    };
  }

  private static <T> T given(@Nullable T value) {
    if (value == null)
      throw new IllegalStateException("a phase is called without what it is about");
    return value;
  }

  private static Verdict failed(
      PlacedFilter placed, Phase phase, LiveExchange exchange, Throwable cause) {
    LOG.warn(
        "filter {} of route {} failed in {} of exchange {}",
        placed.name(),
        exchange.route(),
        phase.text(),
        exchange.id(),
        cause);
    if (!placed.failsClosed()) return Verdict.NEXT;
    return Verdict.reject(
        ProxyError.of(ProxyError.Kind.FILTER_FAILED, placed.name() + " in " + phase.text()));
  }
}
