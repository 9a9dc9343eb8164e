package dev.penstock.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.control.ConfigReader;
import dev.penstock.engine.control.ConfigReference;
import dev.penstock.engine.control.JsonSchema;
import dev.penstock.engine.control.ReadResult;
import dev.penstock.engine.control.Registries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the documents say is so. Configurations in them that follow the line {@code <!-- checked
 * -->} are read; the reference of the configuration is generated, and {@code
 * -Ddocuments.write=true} writes it.
 */
final class DocumentsTest {
  private static final Path ROOT = Path.of("..");
  private static final Path REFERENCE = Path.of("docs/configuration.md");
  private static final Pattern CHECKED =
      Pattern.compile("<!-- checked -->\\s*```yaml\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  static Stream<Path> documents() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String name : List.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "engine/README.md"))
      found.add(ROOT.resolve(name));
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(found::add);
    }
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void configurationsInDocumentsAreRight(Path document) throws IOException {
    ConfigReader reader = new ConfigReader(registries(), name -> null);
    Matcher block = CHECKED.matcher(Files.readString(document));
    while (block.find()) {
      ReadResult read = reader.read(block.group(1), document.toString(), Path.of("."));
      assertThat(read.problems()).as(() -> read.render()).isEmpty();
    }
  }

  @Test
  void theReadmeHasACheckedConfiguration() throws IOException {
    assertThat(CHECKED.matcher(Files.readString(ROOT.resolve("README.md"))).results()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadToFiles(Path document) throws IOException {
    Path folder = document.toAbsolutePath().getParent();
    Matcher link = LINK.matcher(Files.readString(document));
    while (link.find()) {
      assertThat(folder.resolve(link.group(1)).normalize()).as("link in %s", document).exists();
    }
  }

  @Test
  void theReferenceIsTheGeneratedOne() throws IOException {
    String generated = ConfigReference.of(registries()).stripTrailing() + "\n";
    if (Boolean.getBoolean("documents.write")) Files.writeString(REFERENCE, generated);
    assertThat(Files.readString(REFERENCE))
        .as("%s; write it anew with -Ddocuments.write=true", REFERENCE)
        .isEqualTo(generated);
  }

  /** The distribution takes it from there. */
  @Test
  void theSchemaIsWrittenForTheDistribution() throws Exception {
    Path classes =
        Path.of(DocumentsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path schema = classes.resolveSibling("schema").resolve("gateway.schema.json");
    Files.createDirectories(schema.getParent());
    Files.writeString(schema, JsonSchema.of(registries()) + "\n");
    assertThat(schema).content().startsWith("{").contains("\"listeners\"");
  }

  private static Registries registries() {
    return Gateway.registries(List.of());
  }
}
