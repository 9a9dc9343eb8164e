package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.spi.Config.Bytes;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.spi.ConfigException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecordDecoderTest {
  private static final Registries NONE = new Registries();

  private static <R extends Record> R decode(Class<R> type, String yaml) {
    Problems problems = new Problems("t.yaml");
    Node node = Objects.requireNonNull(DocumentParser.parse(yaml, problems));
    Record decoded =
        new RecordDecoder(problems, NONE).record(RecordShape.of(type), node, ConfigPath.ROOT);
    assertThat(problems.inOrder()).isEmpty();
    return type.cast(decoded);
  }

  private static List<String> problems(Class<? extends Record> type, String yaml) {
    Problems problems = new Problems("t.yaml");
    Node node = Objects.requireNonNull(DocumentParser.parse(yaml, problems));
    Record decoded =
        new RecordDecoder(problems, NONE).record(RecordShape.of(type), node, ConfigPath.ROOT);
    assertThat(decoded).isNull();
    return problems.inOrder().stream().map(p -> p.path() + ": " + p.message()).toList();
  }

  enum Colour {
    RED,
    DARK_BLUE
  }

  record Everything(
      String text,
      boolean flag,
      int whole,
      long large,
      double decimal,
      @Bytes int size,
      @Bytes long largeSize,
      @Percent double share,
      Duration time,
      Colour colour,
      Path file,
      URI address,
      Pattern expression,
      Object free,
      List<String> texts,
      Map<String, Integer> counts,
      Inner inner,
      List<Inner> inners,
      @Nullable String maybe,
      @Nullable Integer maybeWhole) {}

  record Inner(@Shorthand String name, @Default("1") @Range("0..10") int weight) {}

  @Test
  void decodesEveryTypeOfTheContract() {
    Everything all =
        decode(
            Everything.class,
            """
            text: 8080
            flag: true
            whole: -5
            large: 9999999999
            decimal: 1e3
            size: 64KiB
            large-size: 1TiB
            share: 20%
            time: 1m30s
            colour: dark-blue
            file: conf/site.pem
            address: "https://example.com/keys?a=b"
            expression: '^/v[0-9]+/'
            free: { a: [ 1, "1", true, ~ ], b: 1.5 }
            texts: one
            counts: { a: 1, b: 2 }
            inner: blue
            inners: [ green, { name: red, weight: 3 } ]
            maybe:
            """);
    assertThat(all)
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> a.pattern().equals(b.pattern()), Pattern.class)
        .isEqualTo(
            new Everything(
                "8080",
                true,
                -5,
                9_999_999_999L,
                1000,
                65536,
                1L << 40,
                0.2,
                Duration.ofSeconds(90),
                Colour.DARK_BLUE,
                Path.of("conf/site.pem"),
                URI.create("https://example.com/keys?a=b"),
                Pattern.compile("^/v[0-9]+/"),
                all.free(),
                List.of("one"),
                Map.of("a", 1, "b", 2),
                new Inner("blue", 1),
                List.of(new Inner("green", 1), new Inner("red", 3)),
                null,
                null));
    assertThat(all.free())
        .isEqualTo(Map.of("a", java.util.Arrays.asList(1L, "1", true, null), "b", 1.5));
  }

  record Defaults(
      @Default("x") String text,
      @Default("") String empty,
      @Default("[ a, b ]") List<String> list,
      @Default("{}") Map<String, String> map,
      @Default("{ name: n, weight: 2 }") Inner inner,
      @Default("off") String off,
      @Default("5s") Duration time,
      @Default("round-robin") Object free) {}

  @Test
  void defaultsAreReadLikeYaml() {
    assertThat(decode(Defaults.class, "{}"))
        .isEqualTo(
            new Defaults(
                "x",
                "",
                List.of("a", "b"),
                Map.of(),
                new Inner("n", 2),
                "off",
                Duration.ofSeconds(5),
                "round-robin"));
  }

  @Test
  void collectionsCannotBeChanged() {
    Defaults given = decode(Defaults.class, "{ list: [ c ], map: { d: e } }");
    assertThatThrownBy(() -> given.list().add("x"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> given.map().put("x", "y"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void reportsAllProblemsAtOnce() {
    assertThat(
            problems(
                Everything.class,
                "{ text: [], flag: 1, whole: x, time: 5, colour: green, inner: { nme: x, weight: 11 }, counts: { a: b } }"))
        .contains(
            "text: found a list where text is expected",
            "flag: \"1\" is neither true nor false",
            "whole: \"x\" is not a whole number",
            "time: \"5\" is not a duration: it has no unit",
            "colour: \"green\" is not one of the words that may stand here",
            "inner: there is no key \"nme\"",
            "inner: the key \"name\" is required",
            "inner.weight: \"11\" is more than 10",
            "counts.a: \"b\" is not a whole number",
            ": the key \"large\" is required");
  }

  sealed interface Answer permits Fixed, Moved {}

  record Fixed(@Shorthand int status) implements Answer {}

  record Moved(@Default("/") String to) implements Answer {}

  record Answers(List<Answer> answers) {}

  @Test
  void aSealedInterfaceIsOneKey() {
    assertThat(
            decode(
                    Answers.class,
                    "answers: [ { fixed: 204 }, { fixed: { status: 404 } }, { moved: { to: /a } }, moved ]")
                .answers())
        .containsExactly(new Fixed(204), new Fixed(404), new Moved("/a"), new Moved("/"));
    assertThat(problems(Answers.class, "answers: { fixt: 204 }"))
        .containsExactly("answers: \"fixt\" may not stand here");
  }

  record Guarded(@Secret @Range("1..5") int pin, @Secret @Nullable String word) {
    Guarded {
      if (word != null && word.length() < 3)
        throw new IllegalArgumentException("word: " + word + " is too short");
    }
  }

  @Test
  void secretsAreNotToldInMessages() {
    assertThat(problems(Guarded.class, "{ pin: 4711 }"))
        .containsExactly("pin: this secret is more than 5");
    assertThat(problems(Guarded.class, "{ pin: x17 }"))
        .containsExactly("pin: this secret is not a whole number");
    assertThat(problems(Guarded.class, "{ pin: 1, word: ab }"))
        .containsExactly("word: *** is too short");
  }

  record Failing(String text) {
    Failing {
      if (text.equals("state")) throw new IllegalStateException("it is broken");
      if (text.equals("config")) throw new ConfigException("there is no such thing");
    }
  }

  @Test
  void whateverAConstructorThrowsIsAProblemAtItsPlace() {
    assertThat(problems(Failing.class, "text: state"))
        .containsExactly(": cannot be used: java.lang.IllegalStateException: it is broken");
    assertThat(problems(Failing.class, "text: config")).containsExactly(": there is no such thing");
  }

  record Impossible(Thread thread) {}

  @Test
  void aRecordThatCannotBeConfiguredIsABug() {
    assertThatThrownBy(() -> RecordShape.of(Impossible.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Impossible.thread");
  }

  @Test
  void decodesFreeFormValuesAsCodeHasThem() {
    assertThat(RecordDecoder.decode(Inner.class, Map.of("name", "n", "weight", 3), NONE))
        .isEqualTo(new Inner("n", 3));
    assertThat(RecordDecoder.decode(Inner.class, "n", NONE)).isEqualTo(new Inner("n", 1));
    assertThatThrownBy(() -> RecordDecoder.decode(Inner.class, Map.of("weight", 30), NONE))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("weight: \"30\" is more than 10")
        .hasMessageContaining("the key \"name\" is required");
  }

  @Test
  void decodesTheBalancerOfAnUpstream() {
    Registries some = TestRegistries.some();
    assertThat(some.balancer("round-robin"))
        .isEqualTo(new ComponentConfig("round-robin", new TestRegistries.Nothing()));
    assertThat(some.balancer(Map.of("consistent-hash", Map.of("key", "path", "load", 2))))
        .isEqualTo(
            new ComponentConfig("consistent-hash", new TestRegistries.ConsistentHash("path", 2)));
    assertThatThrownBy(() -> some.balancer("maglev"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no balancer \"maglev\"");
  }

  @Test
  void twoExtensionsCannotOfferTheSameName() {
    Registries some = TestRegistries.some();
    assertThatThrownBy(
            () -> some.filter(new TestRegistries.Named<>("cors", TestRegistries.Cors.class)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("two extensions offer a filter named \"cors\"");
  }
}
