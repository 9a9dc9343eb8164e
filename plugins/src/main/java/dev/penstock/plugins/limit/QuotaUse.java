package dev.penstock.plugins.limit;

import java.util.ArrayDeque;

/**
 * What one key has used of a quota: amounts, each with the time from which it counts, oldest first.
 * Times are milliseconds since 1970, as the periods of a calendar or the parts of a rolling window
 * begin. Thread-safe; synchronised, since it is taken and forgotten together.
 */
final class QuotaUse {
  private static final class Part {
    final long start;
    long amount;

    Part(long start, long amount) {
      this.start = start;
      this.amount = amount;
    }
  }

  private final ArrayDeque<Part> parts = new ArrayDeque<>();
  private long total;

  /** Which parts of time count now. */
  record Span(long oldestStart, long currentStart) {}

  /** Takes {@code amount} if {@code limit} is not exceeded by it. */
  synchronized boolean take(Span span, long amount, long limit) {
    forget(span);
    if (total + amount > limit) return false;
    add(span.currentStart(), amount);
    return true;
  }

  /** Whether nothing is left of {@code limit}. */
  synchronized boolean isUsedUp(Span span, long limit) {
    forget(span);
    return total >= limit;
  }

  synchronized void charge(Span span, long amount) {
    forget(span);
    add(span.currentStart(), amount);
  }

  synchronized long used(Span span) {
    forget(span);
    return total;
  }

  /** When the part began with whose end there is room for {@code needed}; the newest at last. */
  synchronized long startToLeave(long needed, long limit) {
    long left = total + needed - limit;
    long start = 0;
    for (Part part : parts) {
      start = part.start;
      left -= part.amount;
      if (left <= 0) break;
    }
    return start;
  }

  /** Puts in what a file has kept; in the order of time. */
  synchronized void restore(long start, long amount) {
    add(start, amount);
  }

  synchronized boolean isEmpty(long beforeStart) {
    return parts.isEmpty() || parts.getLast().start < beforeStart;
  }

  /** {@code START:AMOUNT,START:AMOUNT}. */
  synchronized String text() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (!text.isEmpty()) text.append(',');
      text.append(part.start).append(':').append(part.amount);
    }
    return text.toString();
  }

  private void forget(Span span) {
    while (!parts.isEmpty() && parts.getFirst().start < span.oldestStart())
      total -= parts.removeFirst().amount;
  }

  private void add(long start, long amount) {
    Part last = parts.peekLast();
    // A clock that was put back counts in the newest part.
    if (last == null || last.start < start) parts.addLast(new Part(start, amount));
    else last.amount += amount;
    total += amount;
  }
}
