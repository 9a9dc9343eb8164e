package dev.penstock.perf.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StopwatchTest {
  @Test
  void readsWhatASuiteWroteInMilliseconds(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("plain.times");
    Files.writeString(file, "plain, open\t1000\t1500\t2750\t12000\n");

    List<Stopwatch.Row> rows = Stopwatch.read(file);

    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).name()).isEqualTo("plain, open");
    assertThat(rows.get(0).count()).isEqualTo(1000);
    assertThat(rows.get(0).millis()).containsEntry(50, 1.5).containsEntry(95, 2.75);
    assertThat(rows.get(0).millis()).containsEntry(99, 12.0);
  }

  @Test
  void aRuleAllowsItsFactorAndAMillisecondForTheScheduler() {
    Suite.Rule rule = new Suite.Rule("scripted", 99, "plain", 99, 1.5);

    assertThat(rule.holds(4.0, 2.0)).isTrue();
    assertThat(rule.holds(4.1, 2.0)).isFalse();
  }

  @Test
  void eachSuiteIsNamedOnTheCommandLineByItsLowerCaseName() {
    assertThat(Suite.valueOf("RELOAD").id()).isEqualTo("reload");
    for (Suite suite : Suite.values())
      assertThat(GatewaySimulation.class).isAssignableFrom(suite.simulation());
  }
}
