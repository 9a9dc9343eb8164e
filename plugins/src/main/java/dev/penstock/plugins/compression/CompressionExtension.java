package dev.penstock.plugins.compression;

import dev.penstock.engine.spi.Extension;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Offers the filters of this package; holds the coders of each worker. */
public final class CompressionExtension implements Extension {
  private final Map<Thread, WorkerCoders> byWorker = new ConcurrentHashMap<>();
  private final Counts counts = new Counts();
  private final Availability availability;

  public CompressionExtension() {
    this(Availability::loads);
  }

  CompressionExtension(Predicate<Coding> loads) {
    availability = new Availability(loads);
  }

  @Override
  public String name() {
    return "compression";
  }

  @Override
  public void register(Registry registry) {
    registry.filter(new CompressFactory(availability, this::coders, counts));
    registry.filter(new DecompressFactory(availability, this::coders, counts));
  }

  /** Those of the worker that asks: filters are made on its thread. */
  private WorkerCoders coders() {
    return byWorker.computeIfAbsent(Thread.currentThread(), _ -> new WorkerCoders());
  }

  @Override
  public void writeMetrics(MetricWriter out) {
    counts.write(out, availability);
  }

  /** The workers are gone, and so are their filters. */
  @Override
  public void close() {
    byWorker.values().forEach(WorkerCoders::close);
    byWorker.clear();
  }
}
