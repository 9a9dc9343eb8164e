package dev.penstock.engine.proxy;

import dev.penstock.engine.plan.PlacedFilter;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.time.SystemClock;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Calls one phase method of one filter, counts it, and turns what it throws into a verdict. {@link
 * BlockingCall} does the same beside the worker.
 */
final class FilterCall {
  private static final Logger LOG = LogManager.getLogger(FilterCall.class);

  /** One call in so many is measured, for all of them: to ask the clock costs more than most do. */
  private static final int MEASURED = 16;

  private FilterCall() {}

  /** Calls an INLINE filter. */
  static Verdict inline(
      PlacedFilter placed, Phase phase, LiveExchange exchange, @Nullable BodyPart part) {
    long nowNs = exchange.driver.worker().clock().nanoTime();
    if (placed.guard().isOpen(nowNs)) return paused(placed, phase);
    boolean isMeasured = placed.metrics().calls() % MEASURED == 0;
    long beganNs = isMeasured ? SystemClock.INSTANCE.nanoTime() : 0;
    Verdict verdict;
    try {
      verdict = invoke(placed.filter(), phase, exchange, part);
      placed.guard().worked();
    } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
      verdict = failed(placed, phase, exchange, e);
    }
    placed
        .metrics()
        .called(isMeasured ? (SystemClock.INSTANCE.nanoTime() - beganNs) * MEASURED : 0);
    return verdict;
  }

  static Verdict invoke(
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

  /** The call threw. On the worker. */
  static Verdict failed(PlacedFilter placed, Phase phase, LiveExchange exchange, Throwable cause) {
    LOG.warn(
        "filter {} of route {} failed in {} of exchange {}",
        placed.name(),
        exchange.route(),
        phase.text(),
        exchange.id(),
        cause);
    return failed(placed, phase, exchange, ProxyError.Kind.FILTER_FAILED, "");
  }

  /** The call did not end well. On the worker. */
  static Verdict failed(
      PlacedFilter placed,
      Phase phase,
      LiveExchange exchange,
      ProxyError.Kind kind,
      String detail) {
    placed.metrics().failed();
    int inRow = placed.guard().failed(exchange.driver.worker().clock().nanoTime());
    if (inRow > 0)
      LOG.warn(
          "filter {} failed {} times in a row and is not asked for a while: {}",
          placed.name(),
          inRow,
          placed.guard().breaker());
    return without(placed, phase, kind, detail);
  }

  /** Its breaker is open. */
  static Verdict paused(PlacedFilter placed, Phase phase) {
    return without(
        placed, phase, ProxyError.Kind.FILTER_FAILED, ", which is not asked after failures");
  }

  /** There is no verdict of the filter's own. */
  static Verdict without(PlacedFilter placed, Phase phase, ProxyError.Kind kind, String detail) {
    if (!placed.failsClosed()) return Verdict.NEXT;
    return Verdict.reject(ProxyError.of(kind, placed.name() + " in " + phase.text() + detail));
  }
}
