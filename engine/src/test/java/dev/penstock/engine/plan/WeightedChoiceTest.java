package dev.penstock.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.WeightedChoice.Choice;
import dev.penstock.engine.spi.ConfigException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightedChoiceTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
  private static final int KEYS = 100_000;

  private static WeightedChoice<String> split(Object... namesAndWeights) {
    List<Choice<String>> choices = new ArrayList<>();
    for (int i = 0; i < namesAndWeights.length; i += 2) {
      String name = (String) namesAndWeights[i];
      choices.add(new Choice<>(name, (Integer) namesAndWeights[i + 1], name));
    }
    return WeightedChoice.of("route", choices);
  }

  private static long key(SplitKey key, RequestHead head, InetAddress client) {
    return key.hash(head, client, new Slice());
  }

  private static long user(int i) {
    RequestHead head = Requests.get("h", "/");
    head.headers().add("X-User", "user-" + i);
    return key(SplitKey.parse("header:x-user"), head, CLIENT);
  }

  @Test
  void keysAndDrawsAreSharedOutByWeight() {
    WeightedChoice<String> split = split("stable", 90, "canary", 9, "off", 0, "test", 1);
    Map<String, Integer> sticky = new HashMap<>();
    Map<String, Integer> drawn = new HashMap<>();
    Random random = new Random(1);
    for (int i = 0; i < KEYS; i++) {
      sticky.merge(split.choose(user(i), random), 1, Integer::sum);
      drawn.merge(split.choose(SplitKey.NONE, random), 1, Integer::sum);
    }

    for (Map<String, Integer> counts : List.of(sticky, drawn)) {
      assertThat(counts).doesNotContainKey("off");
      assertThat(counts.get("stable") / (double) KEYS).isCloseTo(0.90, within(0.005));
      assertThat(counts.get("canary") / (double) KEYS).isCloseTo(0.09, within(0.005));
      assertThat(counts.get("test") / (double) KEYS).isCloseTo(0.01, within(0.002));
    }
  }

  @Test
  void raisingOneWeightMovesKeysOnlyToIt() {
    WeightedChoice<String> before = split("a", 60, "b", 35, "canary", 5);
    WeightedChoice<String> after = split("canary", 10, "b", 35, "a", 60);
    int moved = 0;
    for (int i = 0; i < KEYS; i++) {
      String was = before.choose(user(i), new Random(i));
      String is = after.choose(user(i), new Random(-i));
      if (was.equals(is)) continue;
      assertThat(is).isEqualTo("canary");
      moved++;
    }
    assertThat(moved / (double) KEYS).isCloseTo(10.0 / 105 - 0.05, within(0.005));
  }

  @Test
  void routesDoNotPickTheSameClients() {
    List<Choice<String>> choices = List.of(new Choice<>("a", 1, "a"), new Choice<>("b", 1, "b"));
    WeightedChoice<String> one = WeightedChoice.of("one", choices);
    WeightedChoice<String> two = WeightedChoice.of("two", choices);
    int same = 0;
    for (int i = 0; i < KEYS; i++) {
      if (one.choose(user(i), new Random(1)).equals(two.choose(user(i), new Random(1)))) same++;
    }
    assertThat(same / (double) KEYS).isCloseTo(0.5, within(0.01));
  }

  @Test
  void keysComeFromWhereTheConfigurationSays() {
    RequestHead head = Requests.get("h", "/");
    head.headers().add("Cookie", "xsession=1; session=abc;other=2");
    head.headers().add("Cookie", "late=9");
    RequestHead same = Requests.get("other", "/x");
    same.headers().add("Cookie", "session=abc");
    SplitKey session = SplitKey.parse("cookie:session");

    assertThat(key(session, head, CLIENT))
        .isEqualTo(key(session, same, CLIENT))
        .isNotEqualTo(SplitKey.NONE);
    assertThat(key(SplitKey.parse("cookie:xsession"), head, CLIENT))
        .isNotEqualTo(key(session, head, CLIENT));
    assertThat(key(SplitKey.parse("cookie:late"), head, CLIENT)).isNotEqualTo(SplitKey.NONE);
    assertThat(key(SplitKey.parse("cookie:sess"), head, CLIENT)).isEqualTo(SplitKey.NONE);
    assertThat(key(SplitKey.parse("header:x-user"), head, CLIENT)).isEqualTo(SplitKey.NONE);
    assertThat(key(SplitKey.RANDOM, head, CLIENT)).isEqualTo(SplitKey.NONE);

    assertThat(key(SplitKey.parse("query:u"), Requests.get("h", "/?x=1&u=2"), CLIENT))
        .isEqualTo(key(SplitKey.parse("query:u"), Requests.get("h", "/?u=2&x=2"), CLIENT))
        .isNotEqualTo(key(SplitKey.parse("query:u"), Requests.get("h", "/?u=3"), CLIENT));

    SplitKey ip = SplitKey.parse("client-ip");
    assertThat(key(ip, head, CLIENT))
        .isNotEqualTo(key(ip, head, InetAddress.ofLiteral("192.0.2.2")));
    assertThat(key(ip, head, InetAddress.ofLiteral("2001:db8::1")))
        .isEqualTo(key(ip, head, InetAddress.ofLiteral("2001:db8::ffff:2")))
        .isNotEqualTo(key(ip, head, InetAddress.ofLiteral("2001:db8:0:1::1")));
  }

  @Test
  void refusesWhatCannotBeChosen() {
    assertThatThrownBy(() -> split("a", 0))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("all weights are 0");
    assertThatThrownBy(() -> split("a", -1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("not between 0");
    assertThatThrownBy(() -> SplitKey.parse("cookie"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "\"cookie\" is not a key; known: \"client-ip\", \"header:NAME\", \"cookie:NAME\", \"query:NAME\","
                + " \"random\"");
  }
}
