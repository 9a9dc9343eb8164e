package dev.penstock.scripting;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one version of a script did so far, over all workers. Thread-safe; the numbers only grow.
 */
public final class ScriptStats {
  private final LongAdder calls = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder runNs = new LongAdder();
  private final LongAdder allocatedBytes = new LongAdder();
  private final LongAdder subrequests = new LongAdder();
  private final LongAdder replacedContexts = new LongAdder();
  private final LongAdder droppedLogBytes = new LongAdder();
  private final Map<Budget, LongAdder> budgetHits = new EnumMap<>(Budget.class);

  ScriptStats() {
    for (Budget budget : Budget.values()) budgetHits.put(budget, new LongAdder());
  }

  void call(long ns, long bytes) {
    calls.increment();
    turn(ns, bytes);
  }

  void turn(long ns, long bytes) {
    runNs.add(ns);
    allocatedBytes.add(bytes);
  }

  void error() {
    errors.increment();
  }

  void hit(Budget budget) {
    counter(budget).increment();
  }

  void subrequest() {
    subrequests.increment();
  }

  void contextReplaced() {
    replacedContexts.increment();
  }

  void logDropped(long bytes) {
    droppedLogBytes.add(bytes);
  }

  /** Calls of handlers. */
  public long calls() {
    return calls.sum();
  }

  /** Calls that failed: thrown, rejected, over a budget, wrong return value. */
  public long errors() {
    return errors.sum();
  }

  /** Time in which its code ran, in nanoseconds. */
  public long runNs() {
    return runNs.sum();
  }

  public long allocatedBytes() {
    return allocatedBytes.sum();
  }

  public long subrequests() {
    return subrequests.sum();
  }

  /** Contexts that were given up because they did not stop. */
  public long replacedContexts() {
    return replacedContexts.sum();
  }

  public long droppedLogBytes() {
    return droppedLogBytes.sum();
  }

  /**
   * How often a budget ended a call, by the name of the budget: {@code cpu}, {@code allocation},
   * {@code wall}, {@code stuck}.
   */
  public long budgetHits(String budget) {
    for (Budget known : Budget.values()) {
      if (known.text().equals(budget)) return counter(known).sum();
    }
    throw new IllegalArgumentException("no budget " + budget);
  }

  private LongAdder counter(Budget budget) {
    LongAdder counter = budgetHits.get(budget);
    if (counter == null) throw new AssertionError(budget);
    return counter;
  }
}
