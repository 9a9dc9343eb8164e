package dev.penstock.plugins.limit;

import dev.penstock.engine.spi.ConfigException;
import java.time.Duration;

/**
 * How much in how long.
 *
 * @param amount units per {@code perNs}
 * @param burst units at once; for {@link Algorithm#TOKEN_BUCKET} only
 */
record Rate(Algorithm algorithm, long amount, long perNs, long burst) {
  /** How is counted. */
  public enum Algorithm {
    /** A bucket that fills evenly: as many at once as it holds, then evenly. */
    TOKEN_BUCKET,
    /** Never more in any stretch of that length, wherever it begins. */
    SLIDING_WINDOW
  }

  /** Below, rounding to nanoseconds would make more than a hundredth. */
  private static final long LEAST_INTERVAL_NS = 100;

  static Rate of(Algorithm algorithm, long amount, Duration per, long burst) {
    long perNs = per.toNanos();
    if (perNs / amount < LEAST_INTERVAL_NS)
      throw new ConfigException(
          "%d in %s is more than can be counted; at most 10000000 a second".formatted(amount, per));
    if (algorithm == Algorithm.SLIDING_WINDOW && burst != amount)
      throw new ConfigException("\"burst\" goes with token-bucket only");
    if (burst > Long.MAX_VALUE / 4 / (perNs / amount + 1))
      throw new ConfigException("\"burst\" is too large");
    return new Rate(algorithm, amount, perNs, burst);
  }

  KeyTable.Entry newCounter(long key) {
    return switch (algorithm) {
      case TOKEN_BUCKET -> new TokenBucket(key, this);
      case SLIDING_WINDOW -> new SlidingWindow(key, this);
    };
  }

  /** Between two units; rounded up, rather a little less than allowed than more. */
  long intervalNs() {
    return (perNs + amount - 1) / amount;
  }

  /** How long the burst takes to fill. */
  long burstNs() {
    return intervalNs() * burst;
  }

  /** Most that can ever be taken at once. */
  long most() {
    return algorithm == Algorithm.TOKEN_BUCKET ? burst : amount;
  }
}
