package dev.penstock.engine.spi;

import java.util.Map;

/**
 * How a room or a plugin joins: found by {@link java.util.ServiceLoader}, asked once to register
 * what it offers, closed when the gateway or the plugin goes.
 */
public interface Extension extends AutoCloseable {
  /** Short, lower-dash, unique: {@code scripting}. */
  String name();

  void register(Registry registry);

  /** What operators should see of it beside readiness: names and short texts. */
  default Map<String, String> details() {
    return Map.of();
  }

  @Override
  default void close() {}

  /** Takes what an extension offers. */
  interface Registry {
    void filter(FilterFactory<?> factory);

    void balancer(BalancerFactory<?> factory);

    /** Becomes a filter of that name, which answers 401 where nobody is found. */
    default void authenticator(AuthenticatorFactory<?> factory) {
      filter(new AuthenticatorFilter<>(factory));
    }
  }
}
