package dev.penstock.engine.spi;

/**
 * User logic on a route: one object per worker and configuration, called for each exchange in the
 * phases that its {@link FilterTemplate} declares. Request phases run in the order of the
 * configuration, response phases back through the filters that were reached.
 *
 * <p>Called on the worker's thread ({@link Execution#INLINE}) or on a virtual thread, one call at a
 * time per exchange. A thrown exception fails the exchange by the filter's failure policy.
 */
public interface Filter extends AutoCloseable {
  /**
   * The head has arrived and the route is known. May change the head, choose the upstream, answer.
   */
  default Verdict onRequest(Exchange exchange) {
    return Verdict.NEXT;
  }

  /** A part of the request body, or all of it ({@link BodyAccess}). */
  default Verdict onRequestBody(Exchange exchange, BodyPart part) {
    return Verdict.NEXT;
  }

  /**
   * An endpoint is chosen; {@code exchange.upstreamRequest()} is the copy of the head that will be
   * sent to it.
   */
  default Verdict onUpstreamRequest(Exchange exchange) {
    return Verdict.NEXT;
  }

  /** An attempt failed before anything was sent to the client. */
  default Verdict onUpstreamError(Exchange exchange, ProxyError error) {
    return Verdict.NEXT;
  }

  /** A final head came from an endpoint; before it may be cached. */
  default Verdict onUpstreamResponse(Exchange exchange) {
    return Verdict.NEXT;
  }

  /** Any response, whoever made it. May change or replace it. */
  default Verdict onResponse(Exchange exchange) {
    return Verdict.NEXT;
  }

  /** A part of the response body, or all of it ({@link BodyAccess}). */
  default Verdict onResponseBody(Exchange exchange, BodyPart part) {
    return Verdict.NEXT;
  }

  /**
   * The exchange is over, whatever happened; read, and add log fields through {@code
   * exchange.vars()}.
   */
  default void onLog(Exchange exchange) {}

  /** No exchange uses this filter any more. */
  @Override
  default void close() {}
}
