package dev.penstock.engine.observe;

import dev.penstock.engine.spi.Extension;

/** Takes families of numbers, histograms among them, one after the other and each whole. */
public interface MetricFamilies extends Extension.MetricWriter {
  /** Begins a family of histograms in seconds. */
  void histogram(String family, String help);

  /** A histogram of {@link Histogram}'s buckets. */
  void buckets(long[] buckets, long sumNs, String... labels);
}
