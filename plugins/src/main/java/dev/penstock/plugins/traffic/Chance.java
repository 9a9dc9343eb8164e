package dev.penstock.plugins.traffic;

/**
 * One worker's dice: SplitMix64, which is fast and good enough to divide traffic, and no secret.
 * Worker-confined.
 */
final class Chance {
  private long state;

  Chance(long seed) {
    state = seed;
  }

  /** True in {@code share} of the cases, 0 to 1. */
  boolean happens(double share) {
    return share > 0 && (share >= 1 || next() < share);
  }

  /** At least 0, less than 1. */
  double next() {
    state += 0x9E3779B97F4A7C15L;
    return toUnit(mix(state));
  }

  static double toUnit(long bits) {
    return (bits >>> 11) * 0x1.0p-53;
  }

  static long mix(long bits) {
    long z = bits;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
