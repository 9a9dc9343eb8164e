package dev.penstock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.scripting.ScriptRuntime;
import dev.penstock.scripting.TestRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tests that the samples bring, as {@code penstock test samples/scripts} runs them. */
@Timeout(120)
final class ScriptTestsTest {
  @Test
  void theTestsOfTheSamplesPass() throws IOException {
    StringWriter printed = new StringWriter();
    try (ScriptRuntime runtime = new ScriptRuntime()) {
      List<TestRunner.Result> results =
          new TestRunner(runtime, new PrintWriter(printed)).run(Path.of("scripts"));
      assertThat(results).hasSizeGreaterThan(25);
      assertThat(results).as(printed.toString()).allMatch(result -> result.problem() == null);
    }
  }
}
