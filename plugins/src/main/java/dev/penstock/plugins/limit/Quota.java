package dev.penstock.plugins.limit;

import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One quota: how much in which time, and who has used how much. Thread-safe. */
final class Quota {
  final String name;
  final long amount;
  private final QuotaWindow window;
  private final ZoneId zone;
  private final int startsOn;
  private final int maxKeys;
  private final QuotaBook book;
  private final Map<String, QuotaUse> uses;

  Quota(String name, QuotaConfig config, QuotaBook book) {
    this.name = name;
    this.book = book;
    amount = config.amount();
    window = config.window();
    zone = ZoneId.of(config.zone());
    startsOn = config.startsOn();
    maxKeys = config.maxKeys();
    uses = book.quota(name);
  }

  /** What {@code key} has used; null when there are too many keys. */
  @Nullable QuotaUse use(String key, QuotaUse.Span span) {
    QuotaUse use = uses.get(key);
    if (use != null) return use;
    if (uses.size() >= maxKeys) {
      uses.values().removeIf(old -> old.isEmpty(span.oldestStart()));
      if (uses.size() >= maxKeys) return null;
    }
    return uses.computeIfAbsent(key, k -> new QuotaUse());
  }

  /** Which times count at {@code millis}; the one before, where it still holds. */
  QuotaUse.Span span(long millis, QuotaUse.@Nullable Span before) {
    if (window.isRolling()) {
      long part = window.partMillis();
      long start = Math.floorDiv(millis, part) * part;
      if (before != null && before.currentStart() == start) return before;
      return new QuotaUse.Span(start - QuotaWindow.PARTS * part, start);
    }
    if (before != null && millis >= before.currentStart() && millis < end(before)) return before;
    long start = window.start(millis, zone, startsOn);
    return new QuotaUse.Span(start, start);
  }

  private long end(QuotaUse.Span span) {
    return window.end(span.currentStart(), zone);
  }

  /** Milliseconds until there is room for one more. */
  long waitMillis(QuotaUse use, QuotaUse.Span span, long millis) {
    if (!window.isRolling()) return Math.max(1, end(span) - millis);
    long leaves = use.startToLeave(1, amount) + (QuotaWindow.PARTS + 1) * window.partMillis();
    return Math.max(1, leaves - millis);
  }

  /** The length of the window, in seconds. */
  long windowSeconds(QuotaUse.Span span) {
    long millis = window.isRolling() ? window.length() : end(span) - span.currentStart();
    return Math.max(1, millis / 1000);
  }

  void changed() {
    book.changed();
  }
}
