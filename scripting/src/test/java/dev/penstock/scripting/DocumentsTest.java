package dev.penstock.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.ConfigReader;
import dev.penstock.engine.control.ReadResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts and configurations in the documents are right: loaded, run as tests, or read. */
class DocumentsTest {
  private static final Path README = Path.of("../README.md");

  @TempDir Path folder;

  private static List<String> blocks(Path document, String language) throws IOException {
    Matcher found =
        Pattern.compile("```(?:" + language + ")\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(document));
    List<String> blocks = new ArrayList<>();
    while (found.find()) blocks.add(found.group(1));
    return blocks;
  }

  private static List<Path> documents() throws IOException {
    List<Path> all = new ArrayList<>(List.of(README, Path.of("README.md")));
    try (Stream<Path> docs = Files.list(Path.of("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(all::add);
    }
    return all;
  }

  @Test
  void scriptsLoadAndTestsOfScriptsPass() throws IOException {
    int tests = 0;
    Files.writeString(folder.resolve("tenant.js"), blocks(README, "js").getFirst());
    for (Path document : documents()) {
      for (String block : blocks(document, "js|ts|javascript|typescript")) {
        if (!block.contains("penstock:test")) {
          Path file = Files.writeString(folder.resolve("block.ts"), block);
          assertThat(Rig.RUNTIME.check(file)).as("a script in %s", document).isNotEmpty();
          continue;
        }
        Path file = Files.writeString(folder.resolve("block.test.js"), block);
        StringWriter printed = new StringWriter();
        List<TestRunner.Result> results =
            new TestRunner(Rig.RUNTIME, new PrintWriter(printed)).run(file);
        tests += results.size();
        assertThat(results)
            .as("%s%n%s", document, printed)
            .allMatch(result -> result.problem() == null);
      }
    }
    assertThat(tests).isPositive();
  }

  @Test
  void configurationsCanBeRead() throws IOException {
    int read = 0;
    for (Path document : documents()) {
      if (document.equals(README)) continue; // The engine's test reads those.
      for (String block : blocks(document, "yaml")) {
        ReadResult result = read(block, document);
        assertThat(result.problems()).as(() -> document + "\n" + result.render()).isEmpty();
        read++;
      }
    }
    assertThat(read).isPositive();
  }

  /** A fragment that begins with {@code script:} is the answer of a route. */
  private static ReadResult read(String block, Path document) {
    String text = block.replace("${file:/run/secrets/key}", "of a file");
    if (text.startsWith("script:")) text = "routes:\n  example:\n" + text.indent(4);
    String whole = "listeners: { web: { bind: \"127.0.0.1:0\" } }\n" + text;
    try (ScriptRuntime runtime = new ScriptRuntime()) {
      ConfigReader reader =
          new ConfigReader(Gateway.registries(List.of(new ScriptExtension(runtime))), name -> null);
      return reader.read(whole, document.toString(), Path.of("."));
    }
  }
}
