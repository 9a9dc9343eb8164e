package dev.penstock.engine.spi;

import org.jspecify.annotations.Nullable;

/**
 * Chooses an endpoint for each attempt. One object per worker and upstream; worker-confined, never
 * blocks.
 */
public interface Balancer {
  /**
   * The endpoint for the next attempt, or null when no usable one is left. Must be {@link
   * EndpointSet#isUsable}.
   */
  @Nullable Endpoint choose(Exchange exchange, EndpointSet endpoints);

  /** An attempt on {@code endpoint} has ended. */
  default void onDone(Endpoint endpoint, boolean failed, long latencyNs) {}
}
