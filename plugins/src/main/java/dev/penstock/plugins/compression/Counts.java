package dev.penstock.plugins.compression;

import dev.penstock.engine.spi.Extension;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What all workers have compressed and decompressed. Thread-safe. */
final class Counts {
  private final Map<Coding, Count> compressed = all();
  private final Map<Coding, Count> decompressed = all();

  /** Of one coding, in one direction. */
  static final class Count {
    final LongAdder bodies = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();

    void add(long in, long out) {
      bodies.increment();
      bytesIn.add(in);
      bytesOut.add(out);
    }
  }

  private static Map<Coding, Count> all() {
    Map<Coding, Count> all = new EnumMap<>(Coding.class);
    for (Coding coding : Coding.values()) all.put(coding, new Count());
    return all;
  }

  Count compressed(Coding coding) {
    return compressed.getOrDefault(coding, new Count());
  }

  Count decompressed(Coding coding) {
    return decompressed.getOrDefault(coding, new Count());
  }

  void write(Extension.MetricWriter out, Availability availability) {
    out.gauge(
        "penstock_compression_available",
        "Whether an encoding that a configuration names works on this machine.");
    for (Coding coding : availability.asked()) {
      out.value(availability.missing().contains(coding) ? 0L : 1L, "encoding", coding.token());
    }
    write(out, "compressed", compressed);
    write(out, "decompressed", decompressed);
  }

  private static void write(Extension.MetricWriter out, String what, Map<Coding, Count> all) {
    String family = "penstock_" + what;
    out.counter(family + "_bodies", "Bodies that were " + what + ".");
    all.forEach((coding, count) -> out.value(count.bodies.sum(), "encoding", coding.token()));
    out.counter(family + "_in_bytes", "Bytes of bodies before they were " + what + ".");
    all.forEach((coding, count) -> out.value(count.bytesIn.sum(), "encoding", coding.token()));
    out.counter(family + "_out_bytes", "Bytes of bodies after they were " + what + ".");
    all.forEach((coding, count) -> out.value(count.bytesOut.sum(), "encoding", coding.token()));
  }
}
