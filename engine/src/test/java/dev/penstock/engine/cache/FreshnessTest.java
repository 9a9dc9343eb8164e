package dev.penstock.engine.cache;

import static dev.penstock.engine.cache.Heads.NOW;
import static dev.penstock.engine.cache.Heads.fields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.HeaderMap;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a response is fresh and how old it is (RFC 9111 §4.2, C2, C13). */
final class FreshnessTest {
  private static final String DATE = "Mon, 01 Jan 2024 00:00:00 GMT"; // NOW

  private static long lifetime(int status, RouteCacheRules rules, String... lines) {
    HeaderMap headers = fields(lines);
    return Storability.of(Heads.request(Heads.get("/"), rules), status, headers, NOW)
        .freshness()
        .lifetime();
  }

  private static long lifetime(int status, String... lines) {
    return lifetime(status, RouteCacheRules.DEFAULTS, lines);
  }

  @Test
  void whoIsAskedFirst() {
    String expires = "Expires: Mon, 01 Jan 2024 00:01:40 GMT";
    assertThat(lifetime(200, "Cache-Control: max-age=1, s-maxage=5", expires)).isEqualTo(5);
    assertThat(lifetime(200, "Cache-Control: max-age=7", expires)).isEqualTo(7);
    assertThat(lifetime(200, expires)).isEqualTo(100);
    assertThat(lifetime(200, "Date: " + DATE, expires)).isEqualTo(100);
    assertThat(lifetime(200, "Date: Mon, 01 Jan 2024 00:01:00 GMT", expires)).isEqualTo(40);
    assertThat(lifetime(200, "Date: foo", expires)).isEqualTo(100);
    assertThat(lifetime(200, "Expires: 0")).isZero();
    assertThat(lifetime(200, "CDN-Cache-Control: max-age=9", "Cache-Control: no-store", expires))
        .isEqualTo(9);
    // A targeted field without a lifetime leaves none to the fields that it replaces.
    assertThat(lifetime(200, "CDN-Cache-Control: foo", expires)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "200, '', 8640",
    "203, '', 8640",
    "204, '', 8640",
    "301, '', 8640",
    "308, '', 8640",
    "201, '', 0",
    "302, '', 0",
    "404, '', 0",
    "410, '', 0",
    "501, '', 0",
    "503, '', 0",
    "599, '', 0",
    "599, 'Cache-Control: public', 8640"
  })
  void aTenthOfItsAgeIsGuessedWhereThatIsAllowed(int status, String more, long seconds) {
    assertThat(
            lifetime(status, "Date: " + DATE, "Last-Modified: Sun, 31 Dec 2023 00:00:00 GMT", more))
        .isEqualTo(seconds);
  }

  @Test
  void aGuessHasALimit() {
    assertThat(lifetime(200, "Date: " + DATE, "Last-Modified: Sun, 01 Jan 2012 00:00:00 GMT"))
        .isEqualTo(86_400);
  }

  @Test
  void rulesOfTheRouteGoFirst() {
    RouteCacheRules rules =
        new RulesMaker()
            .statusTtl(Map.of("404", Duration.ofSeconds(10), "500-599", Duration.ofSeconds(1)))
            .ttl(Duration.ofSeconds(77))
            .make();
    assertThat(lifetime(200, rules, "Cache-Control: max-age=5")).isEqualTo(77);
    assertThat(lifetime(404, rules, "Cache-Control: max-age=5")).isEqualTo(10);
    assertThat(lifetime(503, rules)).isEqualTo(1);
    assertThat(lifetime(410, rules)).isZero();
    RouteCacheRules byDefault = new RulesMaker().defaultTtl(Duration.ofSeconds(30)).make();
    assertThat(lifetime(200, byDefault)).isEqualTo(30);
    assertThat(lifetime(200, byDefault, "Cache-Control: max-age=5")).isEqualTo(5);
    assertThat(lifetime(404, byDefault)).isZero();
  }

  private static long age(String... lines) {
    return Freshness.ageAtReceipt(fields(lines), NOW - 2000, NOW);
  }

  @Test
  void ageIsWhatIsToldOrWhatTheDateSaysWhicheverIsMore() {
    assertThat(age()).isZero();
    assertThat(age("Date: " + DATE)).isZero();
    assertThat(age("Date: Sun, 31 Dec 2023 23:59:00 GMT")).isEqualTo(60);
    // A clock ahead of ours makes nothing younger.
    assertThat(age("Date: Mon, 01 Jan 2024 01:00:00 GMT")).isZero();
    assertThat(age("Date: " + DATE, "Age: 30")).isEqualTo(32);
    assertThat(age("Date: Sun, 31 Dec 2023 23:59:00 GMT", "Age: 30")).isEqualTo(60);
  }

  @ParameterizedTest
  @CsvSource({
    "abc, 0",
    "-7200, 0",
    "7200.0, 0",
    "'7200, 0', 7202",
    "'0, 7200', 2",
    "7200;foo=bar, 0",
    "2147483649, 2147483650"
  })
  void theFirstNumberOfAgeCountsAndOthersAreIgnored(String field, long seconds) {
    assertThat(age("Age: " + field)).isEqualTo(seconds);
  }
}
