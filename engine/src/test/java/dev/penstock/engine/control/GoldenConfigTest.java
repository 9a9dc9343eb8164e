package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file is a configuration, a line of dashes, and exactly what the reader says of it. {@code
 * -Dgolden.write=true} writes what it says now; read the difference before you commit it.
 */
final class GoldenConfigTest {
  private static final Path FOLDER = Path.of("src/test/resources/config/golden");
  private static final String DASHES = "-----\n";
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PORT",
          "8080",
          "EMPTY",
          "",
          "PASSWORD",
          "s3cret",
          "INJECTION",
          "x\nadmin: { bind: \"0.0.0.0:1\" }",
          "BAD_PORT",
          "70000");

  static Stream<Path> files() throws IOException {
    try (Stream<Path> found = Files.list(FOLDER)) {
      return found.filter(file -> file.toString().endsWith(".txt")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void saysExactlyThis(Path file) throws IOException {
    String text = Files.readString(file);
    int dashes = text.indexOf("\n" + DASHES);
    String input = dashes < 0 ? text : text.substring(0, dashes + 1);
    String said = said(input);
    if (Boolean.getBoolean("golden.write")) Files.writeString(file, input + DASHES + said);
    assertThat(said).as("%s", file).isEqualTo(text.substring(dashes + 1 + DASHES.length()));
  }

  /** Every class of error has its file; one that loses it should be missed. */
  @ParameterizedTest
  @MethodSource("files")
  void reportsAtTheRightPlace(Path file) throws IOException {
    String text = Files.readString(file);
    String input = text.substring(0, text.indexOf("\n" + DASHES) + 1);
    ReadResult result = read(input);
    for (ConfigProblem problem : result.problems()) {
      assertThat(problem.line())
          .as("%s", problem)
          .isBetween(1, Math.max(1, (int) input.lines().count() + 1));
      assertThat(problem.column()).as("%s", problem).isPositive();
    }
    assertThat(result.config() == null).isEqualTo(!result.problems().isEmpty());
  }

  private static ReadResult read(String input) {
    return new ConfigReader(TestRegistries.some(), ENVIRONMENT::get)
        .read(input, "gateway.yaml", FOLDER.resolve("files"));
  }

  private static String said(String input) {
    ReadResult result = read(input);
    StringBuilder out = new StringBuilder(result.render());
    for (ConfigProblem warning : result.warnings())
      out.append("warning: ").append(warning.render()).append('\n');
    if (result.config() != null) out.append("ok\n");
    return out.toString();
  }
}
