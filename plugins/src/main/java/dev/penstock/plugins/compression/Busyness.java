package dev.penstock.plugins.compression;

import dev.penstock.engine.spi.FilterScope;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** How much of its time a worker is busy, measured twice a second when somebody asks. */
final class Busyness {
  private static final long EVERY_NS = 500_000_000L;

  private final FilterScope scope;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long measuredNs;
  private long cpuNs;
  private double share;

  Busyness(FilterScope scope) {
    this.scope = scope;
    measuredNs = scope.nowNs();
    cpuNs = threads.getCurrentThreadCpuTime();
  }

  /** 0 to 1. */
  double share() {
    long nowNs = scope.nowNs();
    long elapsedNs = nowNs - measuredNs;
    if (elapsedNs < EVERY_NS) return share;
    long nowCpuNs = threads.getCurrentThreadCpuTime();
    share = Math.clamp((double) (nowCpuNs - cpuNs) / elapsedNs, 0, 1);
    measuredNs = nowNs;
    cpuNs = nowCpuNs;
    return share;
  }

  /** The level for now: the full one up to {@code above}, falling to 1 at all of the time. */
  static int level(int full, double share, double above) {
    if (share <= above || full <= 1) return full;
    double left = (1 - share) / (1 - above);
    return 1 + (int) Math.round((full - 1) * left);
  }
}
