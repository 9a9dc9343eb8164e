package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class DocumentParserTest {
  private final Problems problems = new Problems("t.yaml");

  @Test
  void aliasesOfAliasesCannotUseMoreThanTheLimit() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [ x, x, x, x, x, x, x, x, x, x ]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i))
          .append((" *a" + (i - 1) + ",").repeat(10))
          .append(" ]\n");
    }
    assertThat(DocumentParser.parse(bomb.toString(), problems)).isNull();
    assertThat(problems.inOrder())
        .singleElement()
        .satisfies(p -> assertThat(p.message()).contains("more than 1000000 values"));
  }

  @Test
  void deepNestingIsRefusedWithoutDeepRecursion() {
    assertThat(DocumentParser.parse("[".repeat(100_000), problems)).isNull();
    assertThat(problems.inOrder())
        .singleElement()
        .satisfies(p -> {
          assertThat(p.message()).contains("nested more than 64 deep");
          assertThat(p.column()).isEqualTo(65);
        });
  }

  @Test
  void aliasesCountTowardsTheDepth() {
    StringBuilder text = new StringBuilder("a0: &a0 [ x ]\n");
    for (int i = 1; i < 70; i++) text.append("a%d: &a%d [ *a%d ]\n".formatted(i, i, i - 1));
    assertThat(DocumentParser.parse(text.toString(), problems)).isNull();
    assertThat(problems.inOrder())
        .singleElement()
        .satisfies(p -> assertThat(p.message()).contains("nested more than 64 deep"));
  }

  @Test
  void aValueCannotHoldItself() {
    assertThat(DocumentParser.parse("a: &a [ *a ]", problems)).isNull();
    assertThat(problems.inOrder())
        .singleElement()
        .satisfies(p -> assertThat(p.message()).contains("&a"));
  }

  @Test
  void tooLongADocumentIsNotRead() {
    assertThat(DocumentParser.parse("x".repeat(DocumentParser.MAX_CHARS + 1), problems)).isNull();
    assertThat(problems.inOrder())
        .singleElement()
        .satisfies(p -> assertThat(p.message()).contains("8MiB"));
  }

  @Test
  void everyDuplicateIsReportedNotTheFirstOnly() {
    DocumentParser.parse("a: 1\na: 2\na: 3\nb: { c: 1, c: 2 }\n", problems);
    assertThat(problems.inOrder()).extracting(ConfigProblem::line).containsExactly(2, 3, 4);
    assertThat(problems.inOrder().getLast().path()).isEqualTo("b");
  }

  @Test
  void columnsCountCharactersAsEditorsDo() {
    Node.Fields fields =
        (Node.Fields)
            java.util.Objects.requireNonNull(DocumentParser.parse("\"😀\": { ü: 1 }", problems));
    assertThat(
            ((Node.Fields) fields.entries().getFirst().value())
                .entries()
                .getFirst()
                .value()
                .place())
        .isEqualTo(new Place(1, 11));
  }

  @Test
  void jsonIsYaml() {
    Node node =
        DocumentParser.parse("{\"a\": [1, \"x\\u00e9\", null, true, 1.5], \"b\": {}}", problems);
    assertThat(problems.inOrder()).isEmpty();
    assertThat(FreeForm.value(java.util.Objects.requireNonNull(node)))
        .isEqualTo(Map.of("a", java.util.Arrays.asList(1L, "xé", null, true, 1.5), "b", Map.of()));
  }

  @Test
  void quotedTextStaysTextInFreeForm() {
    Node node = DocumentParser.parse("[ '1', \"true\", ~, '', 0o7, yes ]", problems);
    assertThat(FreeForm.value(java.util.Objects.requireNonNull(node)))
        .isEqualTo(java.util.Arrays.asList("1", "true", null, "", "0o7", "yes"));
  }

  /** Any bytes give a document or problems, never an exception. */
  @Property
  void anyTextIsReadOrRefused(@ForAll("yamlish") String text) {
    Node node = DocumentParser.parse(text, problems);
    assertThat(node == null && problems.isEmpty()).isFalse();
    for (ConfigProblem problem : problems.inOrder()) assertThat(problem.line()).isPositive();
  }

  @Provide
  Arbitrary<String> yamlish() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "a", ": ", "\n", "  ", "- ", "{", "}", "[", "]", ",", "&x ", "*x", "!t ", "|\n", ">",
            "'", "\"", "#", "---\n", "<<", "${", "\t", "%", "@", "?", "\\", "\u0000", "\u00e9");
    return pieces.list().ofMaxSize(40).map(list -> String.join("", list));
  }
}
