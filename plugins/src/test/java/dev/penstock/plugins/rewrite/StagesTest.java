package dev.penstock.plugins.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Replacing in a stream: however a body is cut into parts, the same comes out. */
final class StagesTest {
  private static final Charset UTF_8 = StandardCharsets.UTF_8;

  private static Supplier<Stage> literal(String find, String with) {
    LiteralStage.Literal literal =
        new LiteralStage.Literal(find.getBytes(UTF_8), with.getBytes(UTF_8));
    return () -> new LiteralStage(literal);
  }

  private static Supplier<Stage> expression(String regex, String with, int maxLine) {
    ExpressionStage.check(regex, with);
    ExpressionStage.Expression expression = new ExpressionStage.Expression(regex, with, UTF_8);
    return () -> new ExpressionStage(expression, maxLine);
  }

  private static String run(Stage stage, byte[] body, int... cuts) {
    GrowingBytes out = new GrowingBytes(0, 1 << 20);
    int from = 0;
    for (int cut : cuts) {
      stage.take(body, from, cut - from, out);
      from = cut;
    }
    stage.take(body, from, body.length - from, out);
    stage.end(out);
    assertThat(out.isOver()).isFalse();
    return new String(out.array(), 0, out.size(), UTF_8);
  }

  private static void everywhere(Supplier<Stage> stage, String body, String expected) {
    byte[] bytes = body.getBytes(UTF_8);
    for (int i = 0; i <= bytes.length; i++) {
      for (int j = i; j <= bytes.length; j++) {
        assertThat(run(stage.get(), bytes, i, j)).as("cut at %d and %d", i, j).isEqualTo(expected);
      }
    }
  }

  @Test
  void aTextIsFoundAcrossAllCuts() {
    everywhere(
        literal("http://in.test", "https://out.example"),
        "<a href=\"http://in.test/x\">hhttp://in.test</a>http://in.tes",
        "<a href=\"https://out.example/x\">hhttps://out.example</a>http://in.tes");
    everywhere(literal("aab", "X"), "aaabaabaaaab aa", "aXXaaX aa");
    everywhere(literal("ab", ""), "abaabb", "ab");
  }

  @Test
  void charactersOfSeveralBytesAreFoundAndKeptAcrossAllCuts() {
    everywhere(
        literal("\u00fc\u20ac", "\uD83D\uDE00"),
        "x\u00fc\u20acy\u00fc\u00fc\u20ac\u20ac",
        "x\uD83D\uDE00y\u00fc\uD83D\uDE00\u20ac");
    everywhere(
        expression("[\u00e4\u20ac]+", "<$0>", 64),
        "a\u00e4\u20acb\uD83D\uDE00\u20ac",
        "a<\u00e4\u20ac>b\uD83D\uDE00<\u20ac>");
  }

  @Test
  void expressionsWithGroupsAreFoundAcrossAllCuts() {
    everywhere(
        expression("(href|src)=\"/([^\"]*)\"", "$1=\"/app/$2\" $$", 256),
        "<a href=\"/x\">\n<img src=\"/y\"><i src=\"z\">",
        "<a href=\"/app/x\" $>\n<img src=\"/app/y\" $><i src=\"z\">");
    everywhere(expression("^b|d$", "-", 64), "bb\nbd\nd", "-b\n--\n-");
    everywhere(expression("(a)|b", "[$1]", 64), "ab", "[a][]");
  }

  @Test
  void aLongLineIsCutInTheSamePlacesWhateverThePartsAre() {
    String body = "0123456789\u20ac".repeat(20);
    byte[] bytes = body.getBytes(UTF_8);
    Supplier<Stage> stage = expression("9\u20ac0", "-", 64);
    String whole = run(stage.get(), bytes);
    assertThat(whole).contains("-").doesNotContain("\uFFFD");
    for (int cut = 0; cut <= bytes.length; cut++)
      assertThat(run(stage.get(), bytes, cut)).isEqualTo(whole);
  }

  @Test
  void bytesThatAreNoTextPassUnchanged() {
    byte[] bytes = new byte[4096];
    new Random(3).nextBytes(bytes);
    for (Supplier<Stage> stage :
        java.util.List.of(
            literal("not there at all", "x"), expression("not there[0-9]", "x", 100))) {
      GrowingBytes out = new GrowingBytes(0, 1 << 20);
      Stage each = stage.get();
      each.take(bytes, 0, bytes.length, out);
      each.end(out);
      assertThat(java.util.Arrays.copyOf(out.array(), out.size())).isEqualTo(bytes);
    }
  }

  @Test
  void aSearchGivesWhatStringsGive() {
    Random random = new Random(11);
    for (int n = 0; n < 3000; n++) {
      String find = word(random, 1 + random.nextInt(5));
      String body = word(random, random.nextInt(60));
      byte[] bytes = body.getBytes(UTF_8);
      int cut = random.nextInt(bytes.length + 1);
      assertThat(run(literal(find, "xy").get(), bytes, cut))
          .as("%s in %s at %d", find, body, cut)
          .isEqualTo(body.replace(find, "xy"));
    }
  }

  private static String word(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) text.append(random.nextBoolean() ? 'a' : 'b');
    return text.toString();
  }

  @Test
  void hostileBodiesTakeBoundedTime() {
    byte[] body = "a".repeat(1 << 16).getBytes(UTF_8);
    long began = System.nanoTime();
    assertThat(run(expression("(a+)+b", "x", 16384).get(), body)).hasSize(1 << 16);
    assertThat(run(expression("a[^b]*b|a", "x", 16384).get(), body)).hasSize(1 << 16);
    assertThat(run(literal("a".repeat(60000) + "b", "x").get(), body)).hasSize(1 << 16);
    assertThat(System.nanoTime() - began).isLessThan(20_000_000_000L);
  }

  @Test
  void growthEndsAtItsLimit() {
    GrowingBytes out = new GrowingBytes(0, 1000);
    literal("a", "b".repeat(100)).get().take("a".repeat(50).getBytes(UTF_8), 0, 50, out);
    assertThat(out.isOver()).isTrue();
    assertThat(out.array().length).isLessThan(4000);
  }

  @Test
  void rulesThatCannotWorkAreRefused() {
    assertThatThrownBy(() -> expression("a*", "x", 64)).hasMessageContaining("everywhere");
    assertThatThrownBy(() -> expression("(a)", "$2", 64)).hasMessageContaining("the group $2");
    assertThatThrownBy(() -> expression("a", "$", 64)).hasMessageContaining("names no group");
    assertThatThrownBy(() -> expression("(?<=a)b", "", 64)).hasMessageContaining("look-around");
  }
}
