package dev.penstock.engine.cache;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Memory for bodies. Large ones lie outside of the heap, where a socket takes them without a copy,
 * as long as little of that memory is in use: the JVM gives it back only with a collection, and one
 * that it has to force would stop everything. Beyond that they lie in the heap.
 */
final class Buffers {
  private static final int DIRECT_FROM = 16 << 10;
  private static final @Nullable BufferPoolMXBean DIRECT = pool();
  private static final long MOST_DIRECT = Runtime.getRuntime().maxMemory() / 2;

  private Buffers() {}

  private static @Nullable BufferPoolMXBean pool() {
    for (BufferPoolMXBean each : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (each.getName().equals("direct")) return each;
    }
    return null;
  }

  static ByteBuffer allocate(int bytes) {
    boolean isDirect =
        bytes >= DIRECT_FROM && DIRECT != null && DIRECT.getMemoryUsed() + bytes < MOST_DIRECT;
    return isDirect ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
  }
}
