package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0s, 0",
    "5ns, 5",
    "250ms, 250000000",
    "1.5s, 1500000000",
    "2m, 120000000000",
    "1h30m, 5400000000000",
    "1d, 86400000000000",
    "1m0.5s, 60500000000",
    "10us, 10000",
    "0.5ns, 1"
  })
  void readsDurations(String text, long nanos) {
    assertThat(Units.duration(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "5 s",
        "-5s",
        "5x",
        "5s1m",
        "5s5s",
        "1..5s",
        ".5s",
        "5S",
        "300y",
        "99999999999999999999s",
        "107000d"
      })
  void refusesOtherDurations(String text) {
    assertThatThrownBy(() -> Units.duration(text)).isInstanceOf(IllegalArgumentException.class);
    assertThat(text.matches(Units.DURATION_PATTERN) && !text.matches(".*(99|1m|5s5s|107000d).*"))
        .as("the pattern of the schema")
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "1B, 1",
    "64KiB, 65536",
    "1.5KiB, 1536",
    "10MiB, 10485760",
    "1GB, 1000000000",
    "2kB, 2000",
    "1TiB, 1099511627776",
    "1 KiB, 1024"
  })
  void readsSizes(String text, long bytes) {
    assertThat(Units.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "KiB",
        "-1",
        "64KB",
        "64kib",
        "64k",
        "1e3",
        "0x10",
        "9999999TiB",
        "99999999999999999999"
      })
  void refusesOtherSizes(String text) {
    assertThatThrownBy(() -> Units.bytes(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "0.2, 0.2", "20%, 0.2", "100%, 1", "12.5%, 0.125", "0%, 0"})
  void readsShares(String text, double share) {
    assertThat(Units.share(text)).isEqualTo(share);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "1.1", "101%", "-1%", "half", "NaN", "1e-1", "20 percent"})
  void refusesOtherShares(String text) {
    assertThatThrownBy(() -> Units.share(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void everyDurationComesBack(@ForAll @LongRange(min = 0) long nanos) {
    String text = Units.format(Duration.ofNanos(nanos));
    assertThat(Units.duration(text)).isEqualTo(Duration.ofNanos(nanos));
    assertThat(text).matches(Units.DURATION_PATTERN);
  }

  @Property
  void everySizeComesBack(@ForAll @LongRange(min = 0) long bytes) {
    String text = Units.formatBytes(bytes);
    assertThat(Units.bytes(text)).isEqualTo(bytes);
    assertThat(text).matches(Units.BYTES_PATTERN);
  }

  @Property
  void anyTextIsReadOrRefusedWithASentence(@ForAll String text) {
    for (java.util.function.Consumer<String> reader :
        java.util.List.<java.util.function.Consumer<String>>of(
            Units::duration, Units::bytes, Units::share)) {
      try {
        reader.accept(text);
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).matches("(?s)(is|has|does) .+");
      }
    }
  }

  @Test
  void formatsAsAPersonWould() {
    assertThat(Units.format(Duration.ofMinutes(90))).isEqualTo("1h30m");
    assertThat(Units.format(Duration.ZERO)).isEqualTo("0s");
    assertThat(Units.formatBytes(8 << 20)).isEqualTo("8MiB");
    assertThat(Units.formatBytes(1000)).isEqualTo("1000");
  }
}
