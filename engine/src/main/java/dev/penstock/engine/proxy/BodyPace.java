package dev.penstock.engine.proxy;

import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.wire.Connection;

/**
 * How fast the bodies of one client's exchange move, measured against what its listener asks (L6).
 */
final class BodyPace {
  /** So long a body may be slower than the least rate: it may just have begun. */
  private static final long GRACE_NS = 5_000_000_000L;

  private static final long SECOND_NS = 1_000_000_000L;

  private final Connection connection;
  private long requestSinceNs;
  private long requestBytes;
  private long responseSinceNs;
  private long writtenBefore;

  BodyPace(Connection connection) {
    this.connection = connection;
  }

  /** The client may send from now on. */
  void startRequest(long nowNs) {
    requestSinceNs = nowNs;
    requestBytes = 0;
  }

  void received(int bytes) {
    requestBytes += bytes;
  }

  /** The head of the response has been written. */
  void startResponse(long nowNs) {
    responseSinceNs = nowNs;
    writtenBefore = connection.bytesWritten();
  }

  /** Whether the client, which is not held back, sends its body too slowly or not at all. */
  boolean isRequestTooSlow(ListenerPolicy policy, long nowNs) {
    long lastNs = Math.max(connection.lastActivityNs(), requestSinceNs);
    return nowNs - lastNs > policy.bodyIdleNs()
        || isTooSlow(policy, requestBytes, nowNs - requestSinceNs);
  }

  /** Whether the client, for which bytes wait, takes them too slowly or not at all. */
  boolean isResponseTooSlow(ListenerPolicy policy, long nowNs) {
    return nowNs - connection.lastActivityNs() > policy.bodyIdleNs()
        || isTooSlow(policy, connection.bytesWritten() - writtenBefore, nowNs - responseSinceNs);
  }

  private static boolean isTooSlow(ListenerPolicy policy, long bytes, long elapsedNs) {
    if (policy.minBytesPerSecond() == 0 || elapsedNs <= GRACE_NS) return false;
    return bytes < policy.minBytesPerSecond() * (elapsedNs / SECOND_NS);
  }
}
