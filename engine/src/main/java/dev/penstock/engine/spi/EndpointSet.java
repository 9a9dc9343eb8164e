package dev.penstock.engine.spi;

/** The endpoints of an upstream in the order of the configuration, and which of them may serve this attempt. */
public interface EndpointSet {
  int size();

  Endpoint get(int index);

  /**
   * Whether a balancer may choose it: healthy or in panic, not ejected, not full, not tried before by this exchange,
   * weight above 0, and not a backup while others serve.
   */
  boolean isUsable(int index);
}
