package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ConfigDiffTest {
  private static final String BEFORE =
      """
      listeners: { a: "127.0.0.1:1", b: "127.0.0.1:2", c: "127.0.0.1:3" }
      upstreams: { u: { endpoints: "127.0.0.1:9" }, v: { endpoints: "127.0.0.1:9" } }
      routes: { r: { upstream: u, filters: [ { script: a.js } ] }, s: { upstream: v }, t: { respond: 200 } }
      """;

  private static GatewayConfig read(String text) {
    return Objects.requireNonNull(
        ConfigReader.read(text, "gateway.yaml", Path.of("."), TestRegistries.some()).config());
  }

  @Test
  void theSameTextIsNoDifference() {
    ConfigDiff diff = ConfigDiff.between(read(BEFORE), read(BEFORE));
    assertThat(diff.isEmpty()).isTrue();
    assertThat(diff).hasToString("nothing");
  }

  @Test
  void namesWhatCameWentAndChanged() {
    String after =
        """
        listeners: { a: "127.0.0.1:1", b: "127.0.0.1:22", d: "127.0.0.1:4" }
        upstreams: { u: { endpoints: "127.0.0.1:9", slow-start: 30s }, v: { endpoints: "127.0.0.1:9" } }
        routes: { r: { upstream: u, filters: [ { script: b.js } ] }, s: { upstream: v }, x: { respond: 200 } }
        workers: 3
        """;
    ConfigDiff diff = ConfigDiff.between(read(BEFORE), read(after));
    assertThat(diff.listeners())
        .isEqualTo(new ConfigDiff.Changes(Set.of("d"), Set.of("c"), Set.of("b")));
    assertThat(diff.upstreams()).isEqualTo(new ConfigDiff.Changes(Set.of(), Set.of(), Set.of("u")));
    assertThat(diff.routes())
        .isEqualTo(new ConfigDiff.Changes(Set.of("x"), Set.of("t"), Set.of("r")));
    assertThat(diff.others()).containsExactly("workers");
    assertThat(diff).hasToString("listeners +d ~b -c, upstreams ~u, routes +x ~r -t, workers");
  }

  @Test
  void anotherWayToWriteItIsNoDifference() {
    String other =
        BEFORE
            .replace("{ respond: 200 }", "{ respond: { status: 200 }, priority: 0 }")
            .replace("\"127.0.0.1:1\"", "{ bind: \"localhost:1\" }");
    assertThat(ConfigDiff.between(read(BEFORE), read(other)).isEmpty()).isTrue();
  }

  record Matcher(Pattern pattern) {}

  @Test
  void equalRegularExpressionsAreNoDifference() {
    assertThat(new Matcher(Pattern.compile("a+"))).isNotEqualTo(new Matcher(Pattern.compile("a+")));
    assertThat(
            SameValue.same(new Matcher(Pattern.compile("a+")), new Matcher(Pattern.compile("a+"))))
        .isTrue();
    assertThat(
            SameValue.same(new Matcher(Pattern.compile("a+")), new Matcher(Pattern.compile("b+"))))
        .isFalse();
    assertThat(
            SameValue.same(
                new Matcher(Pattern.compile("a", Pattern.CASE_INSENSITIVE)),
                new Matcher(Pattern.compile("a"))))
        .isFalse();
  }
}
