package dev.penstock.plugins.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows, amounts and the file, without a gateway. */
final class QuotaUseTest {
  @TempDir Path folder;

  private static long at(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }

  @ParameterizedTest
  @CsvSource({
    "hour,  2026-03-29T10:59:59Z, UTC,           1, 2026-03-29T10:00:00Z, 2026-03-29T11:00:00Z",
    "day,   2026-03-29T10:59:59Z, UTC,           1, 2026-03-29T00:00:00Z, 2026-03-30T00:00:00Z",
    "day,   2026-03-29T10:00:00Z, Europe/Berlin, 1, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
    "week,  2026-03-29T10:00:00Z, UTC,           1, 2026-03-23T00:00:00Z, 2026-03-30T00:00:00Z",
    "month, 2026-03-29T10:00:00Z, UTC,           1, 2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z",
    "month, 2026-03-14T10:00:00Z, UTC,          15, 2026-02-15T00:00:00Z, 2026-03-15T00:00:00Z",
    "month, 2026-03-15T00:00:00Z, UTC,          15, 2026-03-15T00:00:00Z, 2026-04-15T00:00:00Z",
    "year,  2028-02-29T10:00:00Z, UTC,           1, 2028-01-01T00:00:00Z, 2029-01-01T00:00:00Z"
  })
  void calendarsHavePeriods(
      String window, String now, String zone, int startsOn, String start, String end) {
    QuotaWindow parsed = QuotaWindow.parse(window);
    long began = parsed.start(at(now), ZoneId.of(zone), startsOn);
    assertThat(Instant.ofEpochMilli(began)).isEqualTo(start);
    assertThat(Instant.ofEpochMilli(parsed.end(began, ZoneId.of(zone)))).isEqualTo(end);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fortnight", "0d", "30", "-1d", "1.5h", "9999999d", "rolling"})
  void whatIsNoWindowIsNamed(String text) {
    assertThatThrownBy(() -> QuotaWindow.parse(text)).hasMessageContaining("no window");
  }

  /** In any stretch of the window's length, as for rates. */
  @Test
  void aRollingWindowNeverAdmitsMore() {
    QuotaWindow window = QuotaWindow.parse("60s");
    long part = window.partMillis();
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      QuotaUse use = new QuotaUse();
      TreeMap<Long, Long> admitted = new TreeMap<>();
      long now = at("2026-01-01T00:00:00Z");
      for (int i = 0; i < 2000; i++) {
        now += random.nextInt(400);
        long start = Math.floorDiv(now, part) * part;
        long amount = 1 + random.nextInt(20);
        if (use.take(new QuotaUse.Span(start - QuotaWindow.PARTS * part, start), amount, 100))
          admitted.merge(now, amount, Long::sum);
      }
      for (long end : admitted.keySet()) {
        long sum =
            admitted.subMap(end - window.length(), false, end, true).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(sum).as("seed %d", seed).isLessThanOrEqualTo(100);
      }
    }
  }

  @Test
  void aBookIsReadAsItWasWritten() throws IOException {
    Path file = folder.resolve("quotas.txt");
    try (QuotaBook book = QuotaBook.of(file)) {
      QuotaUse use = new QuotaUse();
      use.restore(1000, 7);
      use.restore(2000, 1L << 40);
      book.quota("plan").put("basic:änna\t\n%\u001f", use);
      book.quota("other").put("nobody", new QuotaUse());
      book.changed();
    }
    assertThat(folder.resolve("quotas.txt.new")).doesNotExist();
    try (QuotaBook again = QuotaBook.of(file)) {
      QuotaUse use = again.quota("plan").get("basic:änna\t\n%\u001f");
      assertThat(use.text()).isEqualTo("1000:7,2000:" + (1L << 40));
      assertThat(again.quota("other")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plan\tanna",
        "plan\tanna\t",
        "plan\tanna\t5",
        "plan\tanna\t5:x",
        "plan\tanna\t5:-1",
        "plan\t%zz\t5:1",
        "plan\tanna\t99999999999999999999:1"
      })
  void aDamagedFileIsRefusedWithTheLine(String line) throws IOException {
    Path file = Files.writeString(folder.resolve("q"), "penstock quotas 1\n" + line + "\n");
    assertThatThrownBy(() -> QuotaBook.of(file))
        .isInstanceOfSatisfying(
            dev.penstock.engine.spi.ConfigException.class,
            e -> assertThat(e.location()).endsWith("q:2"));
  }

  @Test
  void anotherFileIsNotOverwritten() throws IOException {
    Path file = Files.writeString(folder.resolve("q"), "my novel\n");
    assertThatThrownBy(() -> QuotaBook.of(file)).hasMessageContaining("no file of quotas");
  }
}
