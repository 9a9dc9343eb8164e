package dev.penstock.plugins.limit;

import dev.penstock.engine.http.HeaderMap;

/**
 * What responses tell about limits: {@code RateLimit} and {@code RateLimit-Policy}
 * (draft-ietf-httpapi-ratelimit-headers), and the older {@code X-RateLimit-*}.
 */
final class RateFields {
  private static final long SECOND_NS = 1_000_000_000L;

  private final Limits limits;
  private final boolean standard;
  private final boolean older;
  private final String policy;

  RateFields(Limits limits, RateLimitConfig.Tell tell) {
    this.limits = limits;
    standard = tell == RateLimitConfig.Tell.RATE_LIMIT || tell == RateLimitConfig.Tell.BOTH;
    older = tell == RateLimitConfig.Tell.X_RATE_LIMIT || tell == RateLimitConfig.Tell.BOTH;
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < limits.size(); i++) {
      Rate rate = limits.get(i).rate();
      if (i > 0) all.append(", ");
      all.append('"').append(limits.get(i).name()).append("\";q=").append(rate.amount());
      all.append(";w=").append(seconds(rate.perNs()));
    }
    policy = all.toString();
  }

  boolean areAny() {
    return standard || older;
  }

  void write(HeaderMap headers, Limits.Taken taken, long nowNs) {
    StringBuilder all = new StringBuilder(48);
    int tightest = -1;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < limits.size(); i++) {
      Counter counter = taken.counters()[i];
      if (counter == null) continue;
      long remaining = i == taken.refusing() ? 0 : counter.remaining(nowNs);
      if (remaining < least) {
        least = remaining;
        tightest = i;
      }
      if (!standard) continue;
      if (!all.isEmpty()) all.append(", ");
      all.append('"').append(limits.get(i).name()).append("\";r=").append(remaining);
      all.append(";t=").append(seconds(resetNs(taken, i, counter, nowNs)));
    }
    if (tightest < 0) return;
    if (standard) {
      headers.add("RateLimit-Policy", policy);
      headers.add("RateLimit", all.toString());
    }
    Counter counter = taken.counters()[tightest];
    if (!older || counter == null) return;
    headers.set("X-RateLimit-Limit", Long.toString(limits.get(tightest).rate().amount()));
    headers.set("X-RateLimit-Remaining", Long.toString(least));
    headers.set(
        "X-RateLimit-Reset", Long.toString(seconds(resetNs(taken, tightest, counter, nowNs))));
  }

  private static long resetNs(Limits.Taken taken, int index, Counter counter, long nowNs) {
    return index == taken.refusing() ? taken.waitNs() : counter.untilUnusedNs(nowNs);
  }

  /** Whole seconds, upwards: who comes back then is not too early. */
  static long seconds(long ns) {
    return (ns + SECOND_NS - 1) / SECOND_NS;
  }
}
