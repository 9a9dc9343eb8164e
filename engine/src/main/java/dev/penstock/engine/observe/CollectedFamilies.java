package dev.penstock.engine.observe;

import dev.penstock.engine.spi.MetricsExporter.Family;
import dev.penstock.engine.spi.MetricsExporter.Sample;
import dev.penstock.engine.spi.MetricsExporter.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps what is written, for those who do not want text. */
final class CollectedFamilies implements MetricFamilies {
  private final List<Family> done = new ArrayList<>();
  private List<Sample> samples = new ArrayList<>();
  private String name = "";
  private String help = "";
  private Type type = Type.GAUGE;

  @Override
  public void counter(String family, String help) {
    begin(family, Type.COUNTER, help);
  }

  @Override
  public void gauge(String family, String help) {
    begin(family, Type.GAUGE, help);
  }

  @Override
  public void histogram(String family, String help) {
    begin(family, Type.HISTOGRAM, help);
  }

  private void begin(String family, Type type, String help) {
    end();
    this.name = family;
    this.type = type;
    this.help = help;
  }

  private void end() {
    if (!name.isEmpty()) done.add(new Family(name, type, help, samples));
    samples = new ArrayList<>();
  }

  @Override
  public void value(long value, String... labels) {
    value((double) value, labels);
  }

  @Override
  public void value(double value, String... labels) {
    add(type == Type.COUNTER ? name + "_total" : name, labels(labels), value);
  }

  @Override
  public void buckets(long[] buckets, long sumNs, String... labels) {
    Map<String, String> own = labels(labels);
    long count =
        Histogram.octaves(
            buckets,
            (le, upTo) -> {
              Map<String, String> bound = new LinkedHashMap<>(own);
              bound.put("le", le);
              add(name + "_bucket", bound, (double) upTo);
            });
    add(name + "_sum", own, sumNs / 1e9);
    add(name + "_count", own, (double) count);
  }

  private void add(String sample, Map<String, String> labels, double value) {
    samples.add(new Sample(sample, labels, value));
  }

  private static Map<String, String> labels(String[] labels) {
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i + 1 < labels.length; i += 2) all.put(labels[i], labels[i + 1]);
    return all;
  }

  List<Family> finish() {
    end();
    name = "";
    return done;
  }
}
