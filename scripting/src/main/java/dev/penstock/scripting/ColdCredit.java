package dev.penstock.scripting;

/**
 * CPU time that a context may use beyond its budgets, since code that runs for the first time is
 * slow, whenever that is: a branch may be taken an hour after the start. Worker-confined.
 *
 * <p>It is refilled slowly, so code that is always too slow runs out of it, and at once at a high
 * price when a turn had to be stopped, so an endless loop does.
 */
final class ColdCredit {
  /** Twenty turns of the default {@code cpu-while-cold}. */
  static final long MOST_NS = 10_000_000_000L;

  /** One part in so many of the time that passes. */
  private static final int REFILL = 100;

  private static final int PRICE_OF_A_STOP = 5;

  private long leftNs = MOST_NS;
  private long filledAtNs;

  /**
   * What the next turn may use of it.
   *
   * @param perTurnNs most of one turn
   * @param nowNs the worker's clock
   */
  long forTurn(long perTurnNs, long nowNs) {
    if (leftNs < MOST_NS) {
      long gainedNs = Math.max(0, nowNs - filledAtNs) / REFILL;
      leftNs = Math.min(MOST_NS, leftNs + gainedNs);
      filledAtNs += gainedNs * REFILL; // The rest counts next time.
    } else {
      filledAtNs = nowNs;
    }
    return Math.min(perTurnNs, leftNs);
  }

  /** A turn used so much beyond its budget. */
  void charge(long beyondNs, boolean wasStopped) {
    leftNs = Math.max(0, leftNs - (wasStopped ? PRICE_OF_A_STOP * beyondNs : beyondNs));
  }
}
