package dev.penstock.engine.spi;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the endpoints of one upstream: in a registry, an orchestrator, a file. They stand beside
 * those that the configuration lists.
 *
 * <p>Each list takes the place of the one before in one step. What is known of an endpoint, its
 * health and its counts, stays as long as its name does. Requests that are under way on an endpoint
 * that goes are not touched. As long as nothing is said, or it fails, the last list stays; also
 * over a change of the configuration that leaves its settings alone.
 */
public interface EndpointDiscovery extends AutoCloseable {
  /**
   * Tells {@code updates} where the endpoints are, and again whenever that changes, for as long as
   * it likes. When it returns, it is called again after {@link #interval}; when it throws,
   * likewise, after a second and then ever longer, up to half a minute. So a look-up that is made
   * from time to time tells once and returns, and a watch stays.
   *
   * <p>Runs on a virtual thread of its own, which is interrupted when the upstream is not needed
   * any more; it may block.
   */
  void watch(Updates updates) throws Exception;

  /** From one return of {@link #watch} to the next call; at least 100 ms. */
  default Duration interval() {
    return Duration.ofSeconds(10);
  }

  /**
   * The configuration that asked for this is gone. A call of {@link #watch} may still be ending.
   */
  @Override
  default void close() {}

  /** Takes lists of endpoints. Thread-safe. */
  interface Updates {
    /**
     * These are the endpoints from now on; none is an answer too.
     *
     * @throws IllegalArgumentException when an address is none, or two have one name; nothing
     *     changes then
     */
    void endpoints(List<Found> all);
  }

  /**
   * An endpoint.
   *
   * @param address {@code host:port} or {@code [v6]:port}; a host name is resolved as those of the
   *     configuration are
   * @param weight its share beside the others, 0 to 1000; 0 drains
   * @param isBackup whether it serves only when no other can
   * @param name as metrics and the admin API show it, unique in its upstream; null for the address
   */
  record Found(String address, int weight, boolean isBackup, @Nullable String name) {
    /** One like most others. */
    public static Found at(String address) {
      return new Found(address, 1, false, null);
    }
  }
}
