package dev.penstock.engine.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SliceTest {
  private final byte[] array = "xxHello\u00ffyy".getBytes(StandardCharsets.ISO_8859_1);
  private final Slice slice = new Slice().point(array, 2, 6);

  @Test
  void showsItsPartOfTheArray() {
    assertThat(slice.toString()).isEqualTo("Hello\u00ff");
    assertThat(slice.length()).isEqualTo(6);
    assertThat(slice.at(0)).isEqualTo('H');
    assertThat(slice.at(5)).isEqualTo(0xff);
    assertThat(slice.substring(1, 3)).isEqualTo("el");
    assertThat(slice.array()).isSameAs(array);
    array[2] = 'J';
    assertThat(slice.toString()).isEqualTo("Jello\u00ff");
    assertThat(slice.clear().isEmpty()).isTrue();
  }

  @Test
  void comparesByContent() {
    assertThat(slice).isEqualTo(Slice.of("Hello\u00ff")).hasSameHashCodeAs(Slice.of("Hello\u00ff"));
    assertThat(slice.contentEquals("Hello\u00ff")).isTrue();
    assertThat(slice.contentEquals("hello\u00ff")).isFalse();
    assertThat(slice.contentEquals("Hello")).isFalse();
    assertThat(slice.contentEquals(Slice.of("Hello"))).isFalse();
    assertThat(slice).isNotEqualTo(new Object());
  }

  @Test
  void comparesWithoutCaseInAsciiOnly() {
    assertThat(slice.equalsIgnoreCase("hELLO\u00ff")).isTrue();
    assertThat(slice.equalsIgnoreCase("hello")).isFalse();
    assertThat(slice.startsWithIgnoreCase("HE")).isTrue();
    assertThat(slice.startsWithIgnoreCase("Hello\u00ff!")).isFalse();
    assertThat(Slice.of("\u00e9").equalsIgnoreCase("\u00c9")).isFalse();
  }

  @Test
  void findsBytesInsideItselfOnly() {
    assertThat(slice.indexOf('l', 0)).isEqualTo(2);
    assertThat(slice.indexOf('l', 3)).isEqualTo(3);
    assertThat(slice.indexOf('l', 4)).isEqualTo(-1);
    assertThat(slice.indexOf('y', 0)).isEqualTo(-1);
    assertThat(slice.indexOf('x', 0)).isEqualTo(-1);
    assertThat(slice.indexOf(0xff, 0)).isEqualTo(5);
  }
}
