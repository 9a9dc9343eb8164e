package dev.penstock.engine.spi;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Asks an endpoint whether it is well, in place of an HTTP request: by another protocol, or by
 * asking somebody else. One upstream's; the gateway decides when to ask and what follows.
 *
 * <p>Thread-safe. Called on virtual threads, for several endpoints at a time, for one endpoint
 * never twice at a time; it may block.
 */
public interface HealthCheck extends AutoCloseable {
  /**
   * Asks once. The thread is interrupted after {@link Target#timeout}; the endpoint has failed
   * then, as when this throws, and is not asked again before this has ended.
   */
  Result check(Target target) throws Exception;

  /** The configuration that asked for this is gone. A last call may still be ending. */
  @Override
  default void close() {}

  /**
   * Whom to ask.
   *
   * @param endpoint its name in its upstream
   * @param addresses where it is, best first; at least one, with the port of the rules
   * @param authority host and port as the configuration has them
   * @param timeout for the whole call
   */
  record Target(
      String upstream,
      String endpoint,
      List<InetSocketAddress> addresses,
      String authority,
      Duration timeout) {}

  /**
   * What came of it.
   *
   * @param reason for the log and the admin API
   */
  record Result(boolean isHealthy, String reason) {
    public static Result healthy() {
      return new Result(true, "");
    }

    public static Result unhealthy(String reason) {
      return new Result(false, reason);
    }
  }
}
