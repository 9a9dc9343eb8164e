package dev.penstock.plugins.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * {@code penstock new plugin}. What it makes for {@code hello-filter} is the sample of that name,
 * which is a module of this build: so a project that it makes builds, and its test passes.
 */
final class NewCommandTest {
  private static final Path SAMPLE = Path.of("../samples/plugins/hello-filter");

  @TempDir Path folder;
  private final StringWriter said = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = new CommandLine(new NewCommand());
    line.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
    return line.execute(arguments);
  }

  @Test
  void theSampleIsWhatItMakes() throws IOException {
    assertThat(run("plugin", "hello-filter", "--in", folder.toString())).isZero();
    for (Map.Entry<String, String> each : NewCommand.project("hello-filter").entrySet()) {
      assertThat(folder.resolve("hello-filter").resolve(each.getKey())).hasContent(each.getValue());
      if (Boolean.getBoolean("documents.write")) {
        Files.createDirectories(SAMPLE.resolve(each.getKey()).getParent());
        Files.writeString(SAMPLE.resolve(each.getKey()), each.getValue());
      }
      assertThat(SAMPLE.resolve(each.getKey()))
          .as("write it anew with -Ddocuments.write=true")
          .hasContent(each.getValue());
    }
  }

  @Test
  void theFilterItMakesHasLessThanFortyLines() throws IOException {
    assertThat(
            NewCommand.project("hello-filter")
                .get("src/main/java/com/example/hellofilter/HelloFilter.java")
                .lines())
        .hasSizeLessThan(40);
  }

  @Test
  void whatIsThereIsNotTouchedAndOddNamesAreRefused() throws IOException {
    Files.createDirectory(folder.resolve("mine"));
    assertThat(run("plugin", "mine", "--in", folder.toString())).isEqualTo(2);
    assertThat(run("plugin", "../mine", "--in", folder.toString())).isEqualTo(2);
    assertThat(said.toString()).contains("is there already").contains("is no name of a plugin");
    assertThat(folder.resolve("mine")).isEmptyDirectory();
  }
}
