package dev.penstock.engine.proxy;

import dev.penstock.engine.plan.ListenerPolicy;

/**
 * How fast the bodies of one client's exchange move, measured against what its listener asks (L6).
 */
final class BodyPace {
  /** So long a body may be slower than the least rate: it may just have begun. */
  private static final long GRACE_NS = 5_000_000_000L;

  private static final long SECOND_NS = 1_000_000_000L;

  private long requestSinceNs;
  private long requestLastNs;
  private long requestBytes;
  private long responseSinceNs;
  private long responseLastNs;
  private long sentBefore;
  private long sentLast;

  /** The client may send from now on. */
  void startRequest(long nowNs) {
    requestSinceNs = nowNs;
    requestLastNs = nowNs;
    requestBytes = 0;
  }

  void received(int bytes, long nowNs) {
    requestLastNs = nowNs;
    requestBytes += bytes;
  }

  /**
   * The client is to take something from now on.
   *
   * @param sent what it has taken so far, in bytes
   */
  void startResponse(long sent, long nowNs) {
    responseSinceNs = nowNs;
    responseLastNs = nowNs;
    sentBefore = sent;
    sentLast = sent;
  }

  /** Whether the client, which is not held back, sends its body too slowly or not at all. */
  boolean isRequestTooSlow(ListenerPolicy policy, long nowNs) {
    return nowNs - requestLastNs > policy.bodyIdleNs()
        || isTooSlow(policy, requestBytes, nowNs - requestSinceNs);
  }

  /**
   * Whether the client, for which bytes wait, takes them too slowly or not at all.
   *
   * @param sent what it has taken so far, counted as in {@link #startResponse}
   */
  boolean isResponseTooSlow(ListenerPolicy policy, long sent, long nowNs) {
    if (sent != sentLast) {
      sentLast = sent;
      responseLastNs = nowNs;
    }
    return nowNs - responseLastNs > policy.bodyIdleNs()
        || isTooSlow(policy, sent - sentBefore, nowNs - responseSinceNs);
  }

  private static boolean isTooSlow(ListenerPolicy policy, long bytes, long elapsedNs) {
    if (policy.minBytesPerSecond() == 0 || elapsedNs <= GRACE_NS) return false;
    return bytes < policy.minBytesPerSecond() * (elapsedNs / SECOND_NS);
  }
}
