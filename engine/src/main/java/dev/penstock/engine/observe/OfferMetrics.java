package dev.penstock.engine.observe;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What extensions do besides filters and balancers, by kind and name; goes on over changes of the
 * configuration. Thread-safe.
 */
public final class OfferMetrics implements MetricSource {
  private final Map<Key, Tally> tallies = new ConcurrentHashMap<>();

  private record Key(String kind, String name) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byKind = kind.compareTo(other.kind);
      return byKind != 0 ? byKind : name.compareTo(other.name);
    }
  }

  /** The counts of one. */
  public static final class Tally {
    private final LongAdder calls = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    private Tally() {}

    /** It was called and took {@code ns}; 0 where nobody measured. */
    public void called(long ns) {
      calls.increment();
      nanos.add(ns);
    }

    /** A call failed: it threw, or came too late. */
    public void failed() {
      errors.increment();
    }

    /** Something never came to it, because too much was waiting. */
    public void dropped() {
      dropped.increment();
    }
  }

  /** Goes on with the counts of it, or begins them. */
  public Tally of(String kind, String name) {
    return tallies.computeIfAbsent(new Key(kind, name), key -> new Tally());
  }

  @Override
  public void writeTo(MetricFamilies out) {
    Map<Key, Tally> sorted = new TreeMap<>(tallies);
    if (sorted.isEmpty()) return;
    out.counter("penstock_extension_calls", "Calls of what extensions offer besides filters.");
    sorted.forEach((key, each) -> out.value(each.calls.sum(), "kind", key.kind, "name", key.name));
    out.counter("penstock_extension_errors", "Calls that failed.");
    sorted.forEach((key, each) -> out.value(each.errors.sum(), "kind", key.kind, "name", key.name));
    out.counter(
        "penstock_extension_dropped", "What never came to them, because too much was waiting.");
    sorted.forEach(
        (key, each) -> out.value(each.dropped.sum(), "kind", key.kind, "name", key.name));
    out.counter("penstock_extension_seconds", "Time spent in them.");
    sorted.forEach(
        (key, each) -> out.value(each.nanos.sum() / 1e9, "kind", key.kind, "name", key.name));
  }
}
