package dev.penstock.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunCommandTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"run", "run gateway.yaml", "run --watch gateway.yaml", "run gateway.yaml -w"})
  void servicesAreStartedWithoutReadingAnnotations(String line) {
    assertThat(RunCommand.plain(line.split(" "))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check gateway.yaml",
        "--help",
        "run --help",
        "run --log-level debug gateway.yaml",
        "run --wach gateway.yaml",
        "run @options",
        "run one.yaml two.yaml"
      })
  void whatIsNotUnderstoodWholeIsLeftToTheParser(String line) {
    assertThat(RunCommand.plain(line.split(" "))).isNull();
  }
}
