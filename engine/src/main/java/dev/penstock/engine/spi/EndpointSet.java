package dev.penstock.engine.spi;

/**
 * The endpoints of an upstream in the order of the configuration, and which of them may serve this
 * attempt.
 */
public interface EndpointSet {
  /**
   * Changes when endpoints come, go or get another weight, never to a value it had before; stays
   * while only their health changes. What was computed from the members may be kept as long as this
   * is the same.
   */
  long version();

  int size();

  Endpoint get(int index);

  /**
   * Whether a balancer may choose it: healthy or in panic, not ejected, not full, not tried before
   * by this exchange, weight above 0, and not a backup while others serve.
   */
  boolean isUsable(int index);
}
