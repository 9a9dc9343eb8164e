package dev.penstock.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class HeaderMapPropertyTest {
  /** The model is a list of names and values. */
  @Property(tries = 300)
  void behavesAsAListOfFieldsDoes(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    String[] names = {"Host", "host", "X-A", "x-a", "X-B", "Via", "Link", "TE", "te"};
    HeaderMap tested = HeaderMapTest.decoded("Host: h\r\nX-A: 1\r\nVia:2\r\n");
    List<String[]> model =
        new ArrayList<>(
            List.of(
                new String[] {"Host", "h"}, new String[] {"X-A", "1"}, new String[] {"Via", "2"}));
    for (int step = 0; step < 60; step++) {
      String name = names[random.nextInt(names.length)];
      String value = "v" + step + " ".repeat(random.nextInt(2)) + "x".repeat(random.nextInt(30));
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          tested.add(name, value);
          model.add(new String[] {usual(name), value});
        }
        case 2 -> {
          tested.set(name, value);
          set(model, name, value);
        }
        case 3 ->
            assertThat(tested.remove(name))
                .isEqualTo(model.removeIf(f -> f[0].equalsIgnoreCase(name)));
        default -> {
          if (model.isEmpty()) continue;
          int i = random.nextInt(model.size());
          if (random.nextBoolean()) {
            tested.replace(i, value);
            model.get(i)[1] = value;
          } else {
            tested.removeAt(i);
            model.remove(i);
          }
        }
      }
      StringBuilder expected = new StringBuilder();
      for (String[] field : model)
        expected.append(field[0]).append(": ").append(field[1]).append("\r\n");
      assertThat(tested.toString()).isEqualTo(expected.toString());
      List<String> all =
          model.stream().filter(f -> f[0].equalsIgnoreCase(name)).map(f -> f[1]).toList();
      assertThat(tested.all(name.toUpperCase(Locale.ROOT))).isEqualTo(all);
    }
  }

  private static void set(List<String[]> model, String name, String value) {
    boolean isSet = false;
    for (int i = 0; i < model.size(); i++) {
      if (!model.get(i)[0].equalsIgnoreCase(name)) continue;
      if (isSet) {
        model.remove(i--);
      } else {
        model.get(i)[1] = value;
        isSet = true;
      }
    }
    if (!isSet) model.add(new String[] {usual(name), value});
  }

  private static String usual(String name) {
    HeaderName known = HeaderName.find(name);
    return known == null ? name : known.text();
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }
}
