package dev.penstock.engine.observe;

/**
 * Something with numbers of its own to show: health, cache, certificates. Asked at each scrape, on
 * the scraper's thread.
 */
@FunctionalInterface
public interface MetricSource {
  /** Writes whole families; names begin with {@code penstock_}. Must not block. */
  void writeTo(MetricFamilies out);
}
