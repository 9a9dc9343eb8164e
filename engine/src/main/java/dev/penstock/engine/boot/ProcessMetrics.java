package dev.penstock.engine.boot;

import dev.penstock.engine.observe.MetricFamilies;
import dev.penstock.engine.observe.MetricSource;
import dev.penstock.engine.time.NanoClock;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;

/** What the Java virtual machine says of itself: memory, threads, collections, age, build. */
final class ProcessMetrics implements MetricSource {
  private final String version;
  private final NanoClock clock;
  private final long startNs;

  ProcessMetrics(String version, NanoClock clock) {
    this.version = version;
    this.clock = clock;
    this.startNs = clock.nanoTime();
  }

  @Override
  public void writeTo(MetricFamilies out) {
    out.gauge("penstock_build_info", "Which build this is; always 1.");
    out.value(1, "version", version, "java", Runtime.version().toString());
    out.gauge("penstock_uptime_seconds", "Since the gateway was started.");
    out.value((clock.nanoTime() - startNs) / 1e9);
    memory(out);
    out.gauge("penstock_jvm_threads", "Platform threads that live.");
    out.value(ManagementFactory.getThreadMXBean().getThreadCount());
    out.counter("penstock_jvm_gc_collections", "Collections by collector.");
    for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans())
      out.value(Math.max(0, each.getCollectionCount()), "collector", each.getName());
    out.counter("penstock_jvm_gc_seconds", "Time spent in collections.");
    for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans())
      out.value(Math.max(0, each.getCollectionTime()) / 1e3, "collector", each.getName());
  }

  private static void memory(MetricFamilies out) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    out.gauge(
        "penstock_jvm_heap_bytes", "Heap in use, taken from the system, and the most allowed.");
    out.value(heap.getUsed(), "kind", "used");
    out.value(heap.getCommitted(), "kind", "committed");
    if (heap.getMax() >= 0) out.value(heap.getMax(), "kind", "max");
    out.gauge("penstock_jvm_buffer_bytes", "Memory of buffers outside of the heap.");
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class))
      out.value(Math.max(0, pool.getMemoryUsed()), "pool", pool.getName());
  }
}
