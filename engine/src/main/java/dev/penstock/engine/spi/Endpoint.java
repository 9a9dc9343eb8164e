package dev.penstock.engine.spi;

/**
 * One server of an upstream, as balancers, filters and scripts see it. Thread-safe; numbers are a
 * moment's.
 */
public interface Endpoint {
  /**
   * As the configuration or discovery names it, unique in its upstream: usually {@code host:port}.
   */
  String name();

  /** 0 to 1000; 0 drains. */
  int weight();

  /** Weight that counts now: the configured one, less while the endpoint starts slowly. */
  double effectiveWeight();

  /** Requests on the way to it, over all workers. */
  int inFlight();

  /** Moving average of the time to the response head, in nanoseconds; 0 before the first answer. */
  long latencyNs();

  boolean isHealthy();

  /** Whether it serves only when no other does. */
  boolean isBackup();
}
