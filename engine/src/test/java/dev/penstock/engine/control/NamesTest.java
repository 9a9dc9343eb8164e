package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NamesTest {
  @ParameterizedTest
  @CsvSource({
    "maxHeadBytes, max-head-bytes",
    "bind, bind",
    "BARE_LF, bare-lf",
    "OFF, off",
    "RespondConfig, respond-config",
    "V1, v1"
  })
  void keysAreLowerDash(String name, String key) {
    assertThat(Names.lowerDash(name)).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource({
    "upstrem, upstream",
    "UPSTREAM, upstream",
    "up_stream, upstream",
    "uptsream, upstream",
    "rutes, routes",
    "routs, routes"
  })
  void findsWhatWasMeant(String wrong, String meant) {
    assertThat(Names.nearest(wrong, List.of("upstream", "routes", "admin"))).isEqualTo(meant);
  }

  @Test
  void doesNotGuessWildly() {
    assertThat(Names.nearest("zebra", List.of("upstream", "routes", "admin"))).isNull();
    assertThat(Names.nearest("", List.of("upstream"))).isNull();
  }

  @Property
  void distanceIsADistance(
      @ForAll @AlphaChars @StringLength(max = 8) String a,
      @ForAll @AlphaChars @StringLength(max = 8) String b) {
    assertThat(Names.distance(a, b))
        .isEqualTo(Names.distance(b, a))
        .isBetween(Math.abs(a.length() - b.length()), Math.max(a.length(), b.length()));
    assertThat(Names.distance(a, b) == 0).isEqualTo(a.equals(b));
  }

  @Property
  void everyPathComesBack(@ForAll List<@StringLength(max = 6) String> keys) {
    ConfigPath path = ConfigPath.ROOT.key("routes");
    for (String key : keys) path = path.key(key).index(key.length());
    assertThat(ConfigPath.parse(path.toString())).isEqualTo(path);
  }
}
