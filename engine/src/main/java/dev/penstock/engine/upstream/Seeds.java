package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.FilterScope;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Chance that is handed in: one seed gives every balancer of every worker its own repeatable
 * sequence.
 */
final class Seeds {
  private final AtomicLong made = new AtomicLong();
  private final long seed;

  Seeds(long seed) {
    this.seed = seed;
  }

  /** For one more balancer on the scope's worker; used there only. */
  RandomGenerator next(FilterScope scope) {
    long nth = made.getAndIncrement();
    return new SplittableRandom(
        seed + 0x9e37_79b9_7f4a_7c15L * (nth << 16 | scope.worker().index()));
  }
}
