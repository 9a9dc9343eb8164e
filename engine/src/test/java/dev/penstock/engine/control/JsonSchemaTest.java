package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonSchemaTest {
  private static final Path GOLDEN = Path.of("src/test/resources/config/golden");
  private static final Object SCHEMA =
      Objects.requireNonNull(read(JsonSchema.of(TestRegistries.some())));

  private static @Nullable Object read(String text) {
    Problems problems = new Problems("t");
    Node node = DocumentParser.parse(text, problems);
    assertThat(problems.inOrder()).isEmpty();
    return FreeForm.value(Objects.requireNonNull(node));
  }

  private static String input(Path golden) throws IOException {
    String text = Files.readString(golden);
    return text.substring(0, text.indexOf("\n-----\n") + 1);
  }

  static Stream<Path> accepted() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN)) {
      return files.filter(JsonSchemaTest::isAccepted).sorted().toList().stream();
    }
  }

  private static boolean isAccepted(Path file) {
    try {
      return file.toString().endsWith(".txt") && Files.readString(file).endsWith("\nok\n");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void acceptsWhatTheReaderAccepts(Path golden) throws IOException {
    assertThat(new SchemaValidator(SCHEMA).isValid(read(input(golden)))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown-key",
        "unknown-key-far",
        "required-key",
        "wrong-kind",
        "duration",
        "size",
        "share",
        "number",
        "out-of-range",
        "true-or-false",
        "one-of-some-words",
        "unknown-filter",
        "filter-settings",
        "filter-badly-indented",
        "unknown-balancer",
        "empty"
      })
  void refusesWhatAnEditorCanSee(String golden) throws IOException {
    assertThat(new SchemaValidator(SCHEMA).isValid(read(input(GOLDEN.resolve(golden + ".txt")))))
        .isFalse();
  }

  @Test
  void listsEveryKeyOfEveryRecordWithItsMeaning() {
    Map<?, ?> definitions = (Map<?, ?>) Objects.requireNonNull(((Map<?, ?>) SCHEMA).get("$defs"));
    Set<Class<? extends Record>> records = recordsOf(GatewayConfig.class, new HashSet<>());
    assertThat(records)
        .hasSizeGreaterThan(20)
        .contains(ListenerConfig.Limits.class, RouteConfig.Access.class);
    String reference = ConfigReference.of(TestRegistries.some());
    String all = definitions.values().toString() + SCHEMA;
    for (Class<? extends Record> record : records) {
      for (RecordShape.Key key : RecordShape.of(record).keys()) {
        assertThat(key.doc()).as("@Doc of %s.%s", record.getSimpleName(), key.name()).isNotBlank();
        assertThat(all)
            .as("schema of %s.%s", record.getSimpleName(), key.name())
            .contains(key.name() + "={description=" + key.doc());
        assertThat(reference)
            .as("reference of %s.%s", record.getSimpleName(), key.name())
            .contains("| `" + key.name() + "`");
      }
    }
  }

  private static Set<Class<? extends Record>> recordsOf(
      Class<? extends Record> type, Set<Class<? extends Record>> found) {
    if (!found.add(type)) return found;
    for (RecordShape.Key key : RecordShape.of(type).keys()) {
      Shape shape = key.shape();
      if (shape instanceof Shape.ListOf list) shape = list.element();
      if (shape instanceof Shape.MapOf map) shape = map.value();
      if (shape instanceof Shape.RecordOf record) recordsOf(record.type(), found);
    }
    return found;
  }

  @Test
  void offersFiltersAndBalancersByName() {
    SchemaValidator schema = new SchemaValidator(SCHEMA);
    String frame =
        "{ listeners: { w: \":1\" }, upstreams: { u: { endpoints: [ a ], balancer: %s } }, routes: { r: { respond: 200, filters: [ %s ] } } }";
    assertThat(
            schema.isValid(
                read(
                    frame.formatted(
                        "round-robin", "cors, { script: a.js }, { rate-limit: { requests: 5 } }"))))
        .isTrue();
    assertThat(schema.isValid(read(frame.formatted("maglev", "cors")))).isFalse();
    assertThat(schema.isValid(read(frame.formatted("consistent-hash", "cors"))))
        .as("its key is required")
        .isFalse();
    assertThat(
            schema.isValid(read(frame.formatted("round-robin", "{ rate-limit: { requests: 0 } }"))))
        .isFalse();
    assertThat(
            schema.isValid(
                read(frame.formatted("round-robin", "{ basic-auth: { user: a, password: b } }"))))
        .isTrue();
    assertThat(
            schema.isValid(read("{ listeners: { w: \":1\" }, routes: { r: { script: a.js } } }")))
        .as("a filter that answers")
        .isTrue();
  }

  @Test
  void theReferenceIsMarkdownThatSaysAllThereIs() {
    String reference = ConfigReference.of(TestRegistries.some());
    assertThat(reference)
        .startsWith("# Configuration reference\n")
        .contains(
            "| `listeners` | name: [listener](#listener) | required | Where clients are served, by name. |")
        .contains("\n## listener timeouts\n")
        .contains("| `head` | duration, allowed: 1ms to 10m | `10s` |")
        .contains("\n# Filters\n")
        .contains("\n## rate-limit\n")
        .contains("\n# Balancers\n")
        .contains("| `key` (alone) | text | required | What is hashed. |")
        .contains("| `password` | text, secret | required |");
    for (String line : reference.split("\n", -1)) {
      if (line.startsWith("|"))
        assertThat(line.replace("\\|", "").chars().filter(c -> c == '|').count())
            .as(line)
            .isEqualTo(5);
    }
  }
}
