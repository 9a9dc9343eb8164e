package dev.penstock.engine.proxy;

import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h2.Breach;
import dev.penstock.engine.observe.EndpointMetrics;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import dev.penstock.engine.upstream.UpstreamWorker;
import org.jspecify.annotations.Nullable;

/**
 * Who is told what happens on one worker, for log and metrics; and who knows when it is too much.
 * Worker-confined.
 */
interface Observer {
  /** The exchange has ended. */
  void onOver(LiveExchange exchange);

  /** An attempt on {@code endpoint} begins; {@link #onAttemptEnded} follows. */
  void onAttemptBegan(UpstreamWorker upstream, UpstreamEndpoint endpoint);

  /** An attempt on {@code endpoint} has ended, with {@code error} if that is why. */
  void onAttemptEnded(LiveExchange exchange, UpstreamEndpoint endpoint, @Nullable ProxyError error);

  /** Another attempt was due, and the budget did not allow it. */
  void onRetryRefused(UpstreamWorker upstream);

  /** An exchange waits for a place. */
  void onEnqueued(UpstreamWorker upstream);

  /** It does not wait any more. */
  void onDequeued(UpstreamWorker upstream, long waitedNs, boolean timedOut);

  /** There was no place, and none to wait for one. */
  void onRejected(UpstreamWorker upstream);

  /** What is counted for an endpoint. */
  EndpointMetrics counts(UpstreamWorker upstream, UpstreamEndpoint endpoint);

  /** Another attempt follows. */
  void onRetry(LiveExchange exchange);

  /** A client broke the protocol, or did something that its listener tolerates. */
  void onViolation(String listener, Violation violation, boolean tolerated);

  /** A client broke the rules of HTTP/2, and a stream or its connection was ended for that. */
  void onBreach(Breach breach);

  /** Whether new requests are to be shed because the worker is behind (L14). */
  boolean isOverloaded();
}
