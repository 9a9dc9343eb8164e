package dev.penstock.engine.plan;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What all filters of one kind do at the moment, over all workers and routes of a snapshot: how
 * many calls run, and whether it is worth asking.
 *
 * <pre>
 * closed ─ so many failures in a row ─► open ─ pause is over ─► one call tries ─┬─ it works ─► closed
 *                                        ▲                                      └─ it fails ─┐
 *                                        └───────────────────────────────────────────────────┘
 * </pre>
 *
 * Thread-safe; takes no locks.
 */
public final class FilterGuard {
  private final FilterRules rules;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  /** When the breaker opened or was tried last; meaningful while it is open. */
  private final AtomicLong openNs = new AtomicLong();

  public FilterGuard(FilterRules rules) {
    this.rules = rules;
  }

  /** How long a call that may block can take. */
  public long deadlineNs() {
    return rules.deadline().toNanos();
  }

  /** Whether a failure ends the exchange, where the filter itself says {@code own}. */
  public boolean failsClosed(boolean own) {
    return rules.onFailure() == null ? own : rules.onFailure() == FilterRules.OnFailure.REFUSE;
  }

  /** Whether its kind is to be asked now. */
  public boolean isOpen(long nowNs) {
    FilterRules.Breaker breaker = rules.breaker();
    if (breaker == null || failures.get() < breaker.failures()) return false;
    long since = openNs.get();
    // Whoever comes first after the pause tries; the others go on waiting for what comes of it.
    return nowNs - since < breaker.pause().toNanos() || !openNs.compareAndSet(since, nowNs);
  }

  /** Takes the place of a call that may block. */
  public boolean enter() {
    if (running.incrementAndGet() <= rules.concurrency()) return true;
    running.decrementAndGet();
    return false;
  }

  /** The call has ended, however late. */
  public void leave() {
    running.decrementAndGet();
  }

  public void worked() {
    if (failures.get() != 0) failures.set(0);
  }

  /**
   * @return that this failure opened the breaker, and for how many in a row; 0 otherwise
   */
  public int failed(long nowNs) {
    FilterRules.Breaker breaker = rules.breaker();
    int inRow = failures.incrementAndGet();
    if (breaker == null || inRow < breaker.failures()) return 0;
    openNs.set(nowNs);
    return inRow == breaker.failures() ? inRow : 0;
  }

  /** Its breaker, for messages. */
  public FilterRules.@Nullable Breaker breaker() {
    return rules.breaker();
  }
}
