package dev.penstock.scripting;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What guest code uses, measured. The one place of this room that asks the JDK for time: a turn is
 * shorter than a turn of the worker's clock.
 */
class Meter {
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  long nanoTime() {
    return System.nanoTime();
  }

  /** Wall clock, in milliseconds since 1970. */
  long wallMillis() {
    return System.currentTimeMillis();
  }

  /** Bytes allocated by the calling thread since it began; 17 ns. */
  long allocatedBytes() {
    return threads.getCurrentThreadAllocatedBytes();
  }

  /** Bytes allocated by another thread. */
  long allocatedBytes(long threadId) {
    return threads.getThreadAllocatedBytes(threadId);
  }

  /** CPU time of another thread; -1 when it is gone. */
  long cpuNs(long threadId) {
    return threads.getThreadCpuTime(threadId);
  }
}
