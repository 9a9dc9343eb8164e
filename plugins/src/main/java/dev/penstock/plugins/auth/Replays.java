package dev.penstock.plugins.auth;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Signatures that have come, for as long as they would be good: two sets, of which the older is
 * dropped when all in it have expired. Thread-safe.
 */
final class Replays {
  /** What is known of a signature. */
  enum Outcome {
    NEW,
    SEEN,
    FULL
  }

  private final long lifeMillis;
  private final int most;
  private volatile Sets sets = new Sets(Long.MIN_VALUE, newSet(), newSet());

  private record Sets(long turnsAtMillis, Set<Digest> now, Set<Digest> before) {}

  /**
   * A memory.
   *
   * @param lifeMillis how long a signature is good after it has come, at most
   */
  Replays(long lifeMillis, int most) {
    this.lifeMillis = lifeMillis;
    this.most = most;
  }

  private static Set<Digest> newSet() {
    return ConcurrentHashMap.newKeySet();
  }

  Outcome see(Digest signature, long nowMillis) {
    Sets current = sets;
    if (nowMillis >= current.turnsAtMillis()) current = turn(nowMillis);
    if (current.before().contains(signature)) return Outcome.SEEN;
    if (current.now().size() >= most) return Outcome.FULL;
    return current.now().add(signature) ? Outcome.NEW : Outcome.SEEN;
  }

  private synchronized Sets turn(long nowMillis) {
    Sets current = sets;
    if (nowMillis < current.turnsAtMillis()) return current;
    Sets next = new Sets(nowMillis + lifeMillis, newSet(), current.now());
    sets = next;
    return next;
  }
}
