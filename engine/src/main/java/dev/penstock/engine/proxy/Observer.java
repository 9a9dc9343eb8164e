package dev.penstock.engine.proxy;

import dev.penstock.engine.http.Violation;
import dev.penstock.engine.spi.ProxyError;
import org.jspecify.annotations.Nullable;

/** Who is told what happens on one worker, for log and metrics; and who knows when it is too much. Worker-confined. */
public interface Observer {
  /** The exchange has ended; its record is complete but for what only the observer can add. */
  void onOver(LiveExchange exchange);

  /** An attempt failed; another may follow. */
  void onAttemptFailed(LiveExchange exchange, ProxyError error);

  /** Another attempt follows. */
  void onRetry(LiveExchange exchange);

  /** A client broke the protocol, or did something that its listener tolerates. */
  void onViolation(String listener, Violation violation, boolean tolerated);

  /** A client's connection was taken, closed, or refused. */
  void onConnection(String listener, ConnectionEvent event, @Nullable String reason);

  /** Whether new requests are to be shed because the worker is behind (L14). */
  boolean isOverloaded();

  /** What happened to a client's connection. */
  enum ConnectionEvent {
    ACCEPTED,
    CLOSED,
    REFUSED
  }
}
