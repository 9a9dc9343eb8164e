package dev.penstock.engine.proxy;

import dev.penstock.engine.http.h2.Breach;
import org.jspecify.annotations.Nullable;

/**
 * How much a client costs without moving anything forward (requirements P2, P3, P6). Frames that do
 * nothing cost points; time and useful work give them back. Streams that are reset, or that we have
 * to reset, are counted beside those that were opened.
 */
final class AbuseScore {
  static final int WINDOW_UPDATE = 1;
  static final int PRIORITY = 2;
  static final int PING = 5;
  static final int REFUSED = 5;
  static final int SETTINGS = 10;
  static final int EMPTY_DATA = 10;
  static final int UNKNOWN = 5;
  static final int STRAY = 5;

  /** So many bytes of data give back a point. */
  static final int BYTES_BACK = 1024;

  /** So many points are too many. */
  static final int LIMIT = 1000;

  /** Resets within a window that may be a user who has changed her mind. */
  static final int MAX_RESETS = 100;

  private static final int BACK_PER_SECOND = 50;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long WINDOW_NS = 60 * SECOND_NS;

  private int points;
  private long pointsAtNs;
  private long windowAtNs;
  private int opened;
  private int resets;
  private int provoked;

  AbuseScore(long nowNs) {
    pointsAtNs = nowNs;
    windowAtNs = nowNs;
  }

  /** Something came that does nothing; what ends the connection, or null. */
  @Nullable Breach spend(int cost, long nowNs) {
    long seconds = (nowNs - pointsAtNs) / SECOND_NS;
    if (seconds > 0) {
      points = (int) Math.max(0, points - seconds * BACK_PER_SECOND);
      pointsAtNs = nowNs;
    }
    points += cost;
    return points > LIMIT ? Breach.FRAME_FLOOD : null;
  }

  /** Something was moved forward: data came or went, a message was complete. */
  void earn(int back) {
    points = Math.max(0, points - back);
  }

  void onOpened(long nowNs) {
    if (nowNs - windowAtNs > WINDOW_NS) {
      windowAtNs = nowNs;
      opened = 0;
      resets = 0;
      provoked = 0;
    }
    opened++;
  }

  /** The client has reset a stream. */
  @Nullable Breach onReset() {
    return ++resets > MAX_RESETS && 2 * resets > opened ? Breach.RAPID_RESET : null;
  }

  /** The client has made us reset a stream. */
  @Nullable Breach onProvokedReset() {
    return ++provoked > MAX_RESETS && 2 * provoked > opened ? Breach.PROVOKED_RESETS : null;
  }
}
