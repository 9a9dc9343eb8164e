package dev.penstock.plugins.limit;

import org.jspecify.annotations.Nullable;

/**
 * Where counters live. The one there is keeps them in this process; one that several gateways share
 * would hand out from a share that it has fetched beforehand, since asking takes longer than a
 * request may wait. Thread-safe.
 */
interface CounterStore {
  /**
   * Opens the counters of one limit. Those of the same name and rate go on from one configuration
   * to the next.
   *
   * @param maxKeys about how many keys are counted at a time
   */
  Counters open(String name, Rate rate, int maxKeys, KeyTable.WhenFull whenFull);

  /** The counters of one limit. */
  interface Counters extends AutoCloseable {
    /** The counter of {@code key}; null when there is no place for it. */
    @Nullable Counter find(String key, long nowNs);

    @Override
    void close();
  }
}
