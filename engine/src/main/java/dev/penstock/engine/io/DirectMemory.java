package dev.penstock.engine.io;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** How much memory the JVM may use for direct buffers, which the heap's limit does not bound. */
final class DirectMemory {
  /** What a JVM allows that was not told otherwise: as much as the heap may have. */
  static final long DEFAULT_MAX = Runtime.getRuntime().maxMemory();

  private DirectMemory() {}

  /** {@code -XX:MaxDirectMemorySize}, or its default. Takes some time when called first. */
  static long maxBytes() {
    HotSpotDiagnosticMXBean jvm =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (jvm == null) return DEFAULT_MAX;
    long told = Long.parseLong(jvm.getVMOption("MaxDirectMemorySize").getValue());
    return told > 0 ? told : DEFAULT_MAX;
  }
}
