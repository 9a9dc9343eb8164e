package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SubstitutionTest {
  private final Map<String, String> environment = new HashMap<>();
  private final Problems problems = new Problems("t.yaml");

  private Node apply(String yaml, @Nullable Path folder) {
    Node node = DocumentParser.parse(yaml, problems);
    assertThat(node).isNotNull();
    return new Substitution(environment::get, folder, problems).apply(node);
  }

  private String text(String scalar) {
    Node node =
        new Substitution(environment::get, null, problems)
            .apply(new Node.Scalar(scalar, scalar, false, Place.START));
    return ((Node.Scalar) node).text();
  }

  @Property
  void aValueCanNeverAddStructure(@ForAll String value) {
    environment.put("V", value);
    Node node = apply("a: \"${V}\"\nb: ${V}\nc: [ \"x${V}x\" ]\n", null);
    assertThat(problems.isEmpty()).isTrue();
    Node.Fields fields = (Node.Fields) node;
    assertThat(fields.entries()).extracting(Node.Field::key).containsExactly("a", "b", "c");
    assertThat(((Node.Scalar) fields.entries().get(0).value()).text()).isEqualTo(value);
    assertThat(((Node.Scalar) fields.entries().get(1).value()).text()).isEqualTo(value);
    Node.Items items = (Node.Items) fields.entries().get(2).value();
    assertThat(items.nodes())
        .singleElement()
        .isInstanceOfSatisfying(
            Node.Scalar.class, s -> assertThat(s.text()).isEqualTo("x" + value + "x"));
  }

  @Property
  void whatWasSubstitutedIsNotSubstitutedAgain(@ForAll String value) {
    environment.put("V", "${W}" + value);
    environment.put("W", "wrong");
    assertThat(text("${V}")).isEqualTo("${W}" + value);
  }

  @Property
  void textWithoutReferencesStays(@ForAll @NotEmpty String text) {
    String plain = text.replace("${", "$");
    assertThat(text(plain)).isEqualTo(plain);
  }

  @Property
  void escapedTextComesBack(@ForAll String text) {
    String plain = text.replace("$", "");
    assertThat(text(plain + "$${" + plain + "}")).isEqualTo(plain + "${" + plain + "}");
  }

  @Example
  void takesTheDefaultWhenUnsetOrEmpty() {
    environment.put("EMPTY", "");
    environment.put("SET", "x");
    assertThat(text("${EMPTY:-a}${UNSET:-b}${SET:-c}${UNSET:-}${EMPTY}")).isEqualTo("abx");
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void readsFilesWithoutTheirLastLineEnd(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("unix"), "s3cret\n");
    Files.writeString(folder.resolve("windows"), "s3cret\r\n");
    Files.writeString(folder.resolve("two"), "a\n\n");
    Files.writeString(folder.resolve("none"), "b");
    Node.Items items =
        (Node.Items)
            apply(
                "[ \"${file:unix}\", \"${file:windows}\", \"${file:two}\", \"${file:none}\" ]",
                folder);
    assertThat(items.nodes())
        .extracting(node -> ((Node.Scalar) node).text())
        .containsExactly("s3cret", "s3cret", "a\n", "b");
    assertThat(items.nodes().getFirst().kind())
        .as("messages show the reference")
        .isEqualTo("\"${file:unix}\"");
  }

  @Test
  void refusesFilesThatAreNone(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
    Files.write(folder.resolve("large"), new byte[(1 << 20) + 1]);
    apply("[ \"${file:.}\", \"${file:binary}\", \"${file:large}\", \"${file:gone}\" ]", folder);
    assertThat(problems.inOrder())
        .extracting(ConfigProblem::message)
        .satisfiesExactly(
            m -> assertThat(m).contains("not a regular file"),
            m -> assertThat(m).contains("not UTF-8"),
            m -> assertThat(m).contains("larger than 1MiB"),
            m -> assertThat(m).contains("no such file"));
  }
}
