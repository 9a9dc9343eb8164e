package dev.penstock.engine.spi;

import org.jspecify.annotations.Nullable;

/**
 * Finds out who sends a request, as one place of a configuration asks for it. The gateway does the
 * rest: it keeps the {@link Identity} with the exchange, or answers 401.
 *
 * <p>Thread-safe. Called on virtual threads, several at a time: it may ask a database or another
 * server.
 */
public interface Authenticator extends AutoCloseable {
  /**
   * Who sends the request; null when it does not say so, or not so that it can be believed. May
   * take credentials out of the request, so that no endpoint sees them.
   */
  @Nullable Identity identify(Exchange exchange);

  /**
   * What {@code WWW-Authenticate} tells a client that was not believed: {@code Basic realm="x"}.
   */
  String challenge();

  /**
   * Whether a request that nobody sends is refused; otherwise it goes on without an identity, and
   * later filters decide.
   */
  default boolean isRequired() {
    return true;
  }

  /** The configuration that asked for this is gone. */
  @Override
  default void close() {}
}
