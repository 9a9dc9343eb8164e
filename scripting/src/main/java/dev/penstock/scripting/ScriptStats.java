package dev.penstock.scripting;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one version of a script did so far, over all workers. Thread-safe; the numbers only grow.
 */
public final class ScriptStats {
  private static final String OWN = "script";
  private static final List<String> ERROR_KINDS =
      Stream.concat(Stream.of(OWN), Stream.of(Budget.values()).map(Budget::text)).toList();

  private final LongAdder calls = new LongAdder();
  private final LongAdder ownErrors = new LongAdder();
  private final Map<Budget, LongAdder> budgetErrors = new EnumMap<>(Budget.class);
  private final AtomicInteger contexts = new AtomicInteger();
  private final LongAdder runNs = new LongAdder();
  private final LongAdder allocatedBytes = new LongAdder();
  private final LongAdder subrequests = new LongAdder();
  private final LongAdder replacedContexts = new LongAdder();
  private final LongAdder droppedLogBytes = new LongAdder();
  private final Map<Budget, LongAdder> budgetHits = new EnumMap<>(Budget.class);

  ScriptStats() {
    for (Budget budget : Budget.values()) {
      budgetHits.put(budget, new LongAdder());
      budgetErrors.put(budget, new LongAdder());
    }
  }

  void call(long ns, long bytes) {
    calls.increment();
    turn(ns, bytes);
  }

  void turn(long ns, long bytes) {
    runNs.add(ns);
    allocatedBytes.add(bytes);
  }

  /**
   * A call failed.
   *
   * @param budget that it exceeded, or null when the script itself failed
   */
  void error(@Nullable Budget budget) {
    (budget == null ? ownErrors : counter(budgetErrors, budget)).increment();
  }

  /** A realm was made for a worker, or with -1 ended. */
  void contexts(int change) {
    contexts.addAndGet(change);
  }

  void hit(Budget budget) {
    counter(budgetHits, budget).increment();
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
    long all = ownErrors.sum();
    for (LongAdder each : budgetErrors.values()) all += each.sum();
    return all;
  }

  /** What {@link #errors(String)} tells apart: {@code script}, and the names of the budgets. */
  public static List<String> errorKinds() {
    return ERROR_KINDS;
  }

  /** Calls that failed for one of the {@link #errorKinds}. */
  public long errors(String kind) {
    if (kind.equals(OWN)) return ownErrors.sum();
    for (Budget known : Budget.values()) {
      if (known.text().equals(kind)) return counter(budgetErrors, known).sum();
    }
    throw new IllegalArgumentException("no kind of error " + kind);
  }

  /** Realms of workers that there are now. */
  public int contexts() {
    return contexts.get();
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
      if (known.text().equals(budget)) return counter(budgetHits, known).sum();
    }
    throw new IllegalArgumentException("no budget " + budget);
  }

  private static LongAdder counter(Map<Budget, LongAdder> counters, Budget budget) {
    LongAdder counter = counters.get(budget);
    if (counter == null) throw new AssertionError(budget);
    return counter;
  }
}
