package dev.penstock.engine.observe;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes the text format of Prometheus, 0.0.4, or OpenMetrics 1.0. Families are written one after
 * the other, each whole:
 *
 * <pre>{@code
 * out.counter("penstock_requests", "Exchanges that have ended.");
 * out.value(17, "route", "users", "code", "200");
 * }</pre>
 */
public final class PrometheusText implements MetricFamilies {
  private final boolean isOpenMetrics;
  private final StringBuilder out = new StringBuilder(1 << 14);
  private final Set<String> families = new HashSet<>();
  private String name = "";
  private String sample = "";

  public PrometheusText(boolean isOpenMetrics) {
    this.isOpenMetrics = isOpenMetrics;
  }

  /** Begins a family of counters; the name is given without {@code _total}. */
  @Override
  public void counter(String family, String help) {
    begin(isOpenMetrics ? family : family + "_total", "counter", help);
    name = family;
    sample = family + "_total";
  }

  /** Begins a family of gauges. */
  @Override
  public void gauge(String family, String help) {
    begin(family, "gauge", help);
  }

  @Override
  public void histogram(String family, String help) {
    begin(family, "histogram", help);
  }

  private void begin(String family, String type, String help) {
    if (!families.add(family))
      throw new IllegalStateException("metric family written twice: " + family);
    name = family;
    sample = family;
    out.append("# HELP ").append(family).append(' ');
    escape(help, isOpenMetrics);
    out.append("\n# TYPE ").append(family).append(' ').append(type).append('\n');
  }

  /** A sample of the family that was begun last; labels are names and values in turn. */
  @Override
  public void value(long value, String... labels) {
    labels(sample, labels, null);
    out.append(' ').append(value).append('\n');
  }

  /** As {@link #value(long, String...)}. */
  @Override
  public void value(double value, String... labels) {
    labels(sample, labels, null);
    out.append(' ');
    number(value);
    out.append('\n');
  }

  /**
   * As {@link MetricFamilies#buckets}, shown by octaves. Count and the last bucket are the same
   * number, although workers went on counting while it was read.
   */
  @Override
  public void buckets(long[] buckets, long sumNs, String... labels) {
    long count =
        Histogram.octaves(
            buckets,
            (le, upTo) -> {
              labels(name + "_bucket", labels, le);
              out.append(' ').append(upTo).append('\n');
            });
    labels(name + "_sum", labels, null);
    out.append(' ').append(seconds(sumNs)).append('\n');
    labels(name + "_count", labels, null);
    out.append(' ').append(count).append('\n');
  }

  /** The whole text. */
  public byte[] finish() {
    if (isOpenMetrics) out.append("# EOF\n");
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Nanoseconds as seconds, in plain decimals. */
  static String seconds(long ns) {
    String decimals = Long.toString(1_000_000_000 + ns % 1_000_000_000).substring(1);
    int end = decimals.length();
    while (end > 1 && decimals.charAt(end - 1) == '0') end--;
    return ns / 1_000_000_000 + "." + decimals.substring(0, end);
  }

  private void labels(String of, String[] labels, @org.jspecify.annotations.Nullable String le) {
    assert labels.length % 2 == 0;
    out.append(of);
    if (labels.length == 0 && le == null) return;
    out.append('{');
    for (int i = 0; i < labels.length; i += 2) {
      if (i > 0) out.append(',');
      out.append(labels[i]).append("=\"");
      escape(labels[i + 1], true);
      out.append('"');
    }
    if (le != null) {
      if (labels.length > 0) out.append(',');
      out.append("le=\"").append(le).append('"');
    }
    out.append('}');
  }

  private void number(double value) {
    if (Double.isNaN(value)) out.append("NaN");
    else if (Double.isInfinite(value)) out.append(value > 0 ? "+Inf" : "-Inf");
    else if (value == Math.rint(value) && Math.abs(value) < 1e15) out.append((long) value);
    else out.append(value);
  }

  private void escape(String text, boolean quotes) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '"' -> out.append(quotes ? "\\\"" : "\"");
        default -> out.append(c);
      }
    }
  }
}
