package dev.penstock.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text of a scrape as strictly as the formats allow, and finds values in it. */
final class Exposition {
  private static final Pattern SAMPLE = Pattern.compile("([a-z_][a-z0-9_]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-z_][a-z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");

  private final Map<String, Double> samples = new LinkedHashMap<>();

  static Exposition of(byte[] text, boolean isOpenMetrics) {
    return new Exposition(new String(text, StandardCharsets.UTF_8), isOpenMetrics);
  }

  private Exposition(String text, boolean isOpenMetrics) {
    assertThat(text).endsWith("\n");
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (isOpenMetrics) assertThat(lines.removeLast()).isEqualTo("# EOF");
    Set<String> families = new HashSet<>();
    String family = "";
    String type = "";
    Map<String, List<double[]>> buckets = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("# HELP ")) {
        family = line.split(" ", 4)[2];
        assertThat(families.add(family)).as("once: " + family).isTrue();
        String typeLine = lines.get(++i);
        assertThat(typeLine).startsWith("# TYPE " + family + " ");
        type = typeLine.split(" ", 4)[3];
        assertThat(type).isIn("counter", "gauge", "histogram");
        if (type.equals("counter")) assertThat(family.endsWith("_total")).isEqualTo(!isOpenMetrics);
        continue;
      }
      Matcher sample = SAMPLE.matcher(line);
      assertThat(sample.matches()).as(line).isTrue();
      String name = sample.group(1);
      Map<String, String> labels = labels(sample.group(2));
      double value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
      switch (type) {
        case "counter" -> {
          assertThat(name).isEqualTo(isOpenMetrics ? family + "_total" : family);
          assertThat(value).as(line).isNotNegative();
        }
        case "gauge" -> assertThat(name).isEqualTo(family);
        default -> {
          assertThat(name).isIn(family + "_bucket", family + "_sum", family + "_count");
          if (name.endsWith("_bucket")) {
            String le = labels.remove("le");
            assertThat(le).isNotNull();
            buckets
                .computeIfAbsent(family + labels, k -> new ArrayList<>())
                .add(
                    new double[] {
                      le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le), value
                    });
            labels.put("le", le);
          } else if (name.endsWith("_count")) {
            assertBuckets(buckets.remove(family + labels), value, line);
          }
        }
      }
      assertThat(samples.put(name + labels, value)).as("once: " + line).isNull();
    }
    assertThat(buckets).as("histograms without count").isEmpty();
  }

  private static void assertBuckets(List<double[]> rows, double count, String line) {
    assertThat(rows).as(line).isNotNull();
    for (int i = 1; i < rows.size(); i++) {
      assertThat(rows.get(i)[0]).as(line).isGreaterThan(rows.get(i - 1)[0]);
      assertThat(rows.get(i)[1]).as(line).isGreaterThanOrEqualTo(rows.get(i - 1)[1]);
    }
    assertThat(rows.getLast()).containsExactly(Double.POSITIVE_INFINITY, count);
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new LinkedHashMap<>();
    if (text == null) return labels;
    Matcher label = LABEL.matcher(text);
    int at = 0;
    while (at < text.length()) {
      assertThat(label.find(at) && label.start() == at).as(text).isTrue();
      String value =
          label.group(2).replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
      assertThat(labels.put(label.group(1), value)).isNull();
      at = label.end();
    }
    return labels;
  }

  /** The value of {@code name{a=b, c=d}}; null when there is none. */
  Double value(String name, String... labels) {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (int i = 0; i < labels.length; i += 2) wanted.put(labels[i], labels[i + 1]);
    return samples.get(name + wanted);
  }

  Map<String, Double> samples() {
    return samples;
  }
}
