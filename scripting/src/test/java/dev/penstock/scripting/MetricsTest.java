package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Extension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of scripts in the metrics. */
class MetricsTest {
  @TempDir Path folder;

  @Test
  void eachVersionInUseShowsItsCallsErrorsAndContexts() {
    String script =
        """
        export function onRequest({ request }) {
          if (request.path === '/throws') throw new Error('no');
          if (request.path === '/hangs') for (;;);
        }
        """;
    try (Rig rig = Rig.of(folder, script)) {
      for (int i = 0; i < 3; i++) rig.request(FakeExchange.get("/"));
      rig.request(FakeExchange.get("/throws"));
      rig.request(FakeExchange.get("/hangs"));
      List<String> lines = scrape();
      String labels = "script=main.js version=" + id();
      assertThat(lines)
          .contains(
              "penstock_script_calls " + labels + " 5",
              "penstock_script_errors " + labels + " kind=script 1",
              "penstock_script_errors " + labels + " kind=cpu 1",
              "penstock_script_contexts " + labels + " 1");
      assertThat(lines)
          .anyMatch(line -> line.startsWith("penstock_script_runtime_optimised runtime="));
    }
    assertThat(scrape()).noneMatch(line -> line.startsWith("penstock_script_calls"));
  }

  private static String id() {
    return Rig.RUNTIME.versions().iterator().next().bundle().id();
  }

  private static List<String> scrape() {
    List<String> lines = new ArrayList<>();
    ScriptMetrics.write(Rig.RUNTIME, new Lines(lines));
    return lines;
  }

  /** Writes {@code family label=text … value}. */
  private static final class Lines implements Extension.MetricWriter {
    private final List<String> lines;
    private String family = "";

    Lines(List<String> lines) {
      this.lines = lines;
    }

    @Override
    public void counter(String family, String help) {
      this.family = family;
    }

    @Override
    public void gauge(String family, String help) {
      this.family = family;
    }

    @Override
    public void value(long value, String... labels) {
      StringBuilder line = new StringBuilder(family);
      for (int i = 0; i < labels.length; i += 2)
        line.append(' ').append(labels[i]).append('=').append(labels[i + 1]);
      lines.add(line.append(' ').append(value).toString());
    }

    @Override
    public void value(double value, String... labels) {
      value((long) value, labels);
    }
  }
}
