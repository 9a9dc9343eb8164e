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

  /**
   * Writes numbers of its own, in whole families; names begin with {@code penstock_}. Asked at each
   * scrape, on the scraper's thread: must not block.
   */
  default void writeMetrics(MetricWriter out) {}

  @Override
  default void close() {}

  /**
   * Takes families of numbers: what one is, then its values, each with labels and their texts in
   * turn.
   */
  interface MetricWriter {
    /** Begins a family of numbers that only grow. */
    void counter(String family, String help);

    /** Begins a family of numbers that come and go. */
    void gauge(String family, String help);

    void value(long value, String... labels);

    void value(double value, String... labels);
  }

  /** Takes what an extension offers. */
  interface Registry {
    void filter(FilterFactory<?> factory);

    void balancer(BalancerFactory<?> factory);

    /** Becomes a filter of that name, which answers 401 where nobody is found. */
    default void authenticator(AuthenticatorFactory<?> factory) {
      filter(new AuthenticatorFilter<>(factory));
    }

    /** Of any other kind; {@link Offer} lists them. */
    default void offer(Offer<?, ?> offer) {
      throw new UnsupportedOperationException("a " + offer.kind().getName() + " is not taken here");
    }
  }
}
