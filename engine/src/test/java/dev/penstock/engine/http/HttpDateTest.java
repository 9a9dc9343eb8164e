package dev.penstock.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
  private static final DateTimeFormatter FIXED =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter OBSOLETE =
      DateTimeFormatter.ofPattern("EEEE, dd-MMM-yy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US).withZone(ZoneOffset.UTC);
  private static final long NOW = Instant.parse("2026-01-15T00:00:00Z").getEpochSecond();
  private static final long MOST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  @Test
  void theExampleOfTheRfcInItsThreeForms() { // RFC 9110 §5.6.7
    long expected = 784_111_777;
    assertThat(HttpDate.parse("Sun, 06 Nov 1994 08:49:37 GMT", NOW)).isEqualTo(expected);
    assertThat(HttpDate.parse("Sunday, 06-Nov-94 08:49:37 GMT", NOW)).isEqualTo(expected);
    assertThat(HttpDate.parse("Sun Nov  6 08:49:37 1994", NOW)).isEqualTo(expected);
    assertThat(HttpDate.format(expected)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }

  @Test
  void agreesWithTheJdkOnManyDates() {
    Random random = new Random(7);
    for (int i = 0; i < 5000; i++) {
      long second = i == 0 ? MOST : random.nextLong(MOST);
      Instant instant = Instant.ofEpochSecond(second);
      assertThat(HttpDate.format(second)).isEqualTo(FIXED.format(instant));
      assertThat(HttpDate.parse(FIXED.format(instant), NOW)).isEqualTo(second);
      assertThat(HttpDate.parse(ASCTIME.format(instant), NOW)).isEqualTo(second);
      long near = NOW - 49L * 365 * 86_400 + random.nextLong(98L * 365 * 86_400);
      assertThat(HttpDate.parse(OBSOLETE.format(Instant.ofEpochSecond(near)), NOW)).isEqualTo(near);
    }
  }

  @Test
  void twoDigitsOfAYearAreAtMostFiftyYearsAhead() { // RFC 9110 §5.6.7
    assertThat(HttpDate.parse("Wednesday, 01-Jan-76 00:00:00 GMT", NOW))
        .isEqualTo(Instant.parse("2076-01-01T00:00:00Z").getEpochSecond());
    assertThat(HttpDate.parse("Saturday, 01-Jan-77 00:00:00 GMT", NOW))
        .isEqualTo(Instant.parse("1977-01-01T00:00:00Z").getEpochSecond());
  }

  @Test
  void leapSecondsAndLeapDaysExist() {
    assertThat(HttpDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", NOW))
        .isEqualTo(Instant.parse("2017-01-01T00:00:00Z").getEpochSecond());
    assertThat(HttpDate.parse("Thu, 29 Feb 2024 00:00:00 GMT", NOW)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "now",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Wed, 29 Feb 2023 00:00:00 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 08:49.37 GMT",
        "Xxx, 06 Nov 1994 08:49:37 GMT",
        "unS, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 anF 1994 08:49:37 GMT",
        "Sun, -6 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-9x 08:49:37 GMT",
        "Noneday, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06 Nov 94 08:49:37 GMT",
        "Sun Nov 06 08:49:37 199x",
        "Sun Nov xx 08:49:37 1994",
        "Sun Xxx  6 08:49:37 1994",
        "Sun Nov  6 08:49:37 PST 1994",
        "Sun, 06-Nov-94 08:49:37 GMTX"
      })
  void whatIsNoDateIsInvalid(String text) {
    assertThat(HttpDate.parse(text, NOW)).isEqualTo(HttpDate.INVALID);
  }

  @Test
  void noTextThrows() {
    Random random = new Random(11);
    String alphabet = "SunMonNovJan0123456789:, -GMTday";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text =
          new StringBuilder("Sunday, 06-Nov-94 08:49:37 GMT".substring(random.nextInt(31)));
      for (int k = random.nextInt(31); k > 0; k--) {
        text.insert(
            random.nextInt(text.length() + 1), alphabet.charAt(random.nextInt(alphabet.length())));
      }
      HttpDate.parse(text.toString(), NOW);
    }
  }

  @Test
  void theBytesOfTheCurrentSecondAreKept() { // O10
    HttpDate date = new HttpDate();
    byte[] first = date.at(784_111_777_000L);
    assertThat(new String(first, StandardCharsets.ISO_8859_1))
        .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    assertThat(date.at(784_111_777_999L)).isSameAs(first);
    assertThat(new String(date.at(784_111_778_000L), StandardCharsets.ISO_8859_1))
        .isEqualTo("Sun, 06 Nov 1994 08:49:38 GMT");
    assertThat(new String(new HttpDate().at(500), StandardCharsets.ISO_8859_1))
        .isEqualTo("Thu, 01 Jan 1970 00:00:00 GMT");
    assertThat(new String(date.at(-1), StandardCharsets.ISO_8859_1))
        .isEqualTo("Wed, 31 Dec 1969 23:59:59 GMT");
  }
}
