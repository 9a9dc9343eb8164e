package dev.penstock.engine.cache;

import static dev.penstock.engine.cache.Heads.fields;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directives are read as RFC 9111 §5.2 and RFC 9213 say, whatever else stands in the field. */
final class CacheControlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "max-age=3600 | 3600",
        "MaX-aGe=3600 | 3600",
        "max-age=003600 | 3600",
        "max-age=\"3600\" | 3600",
        "foobar, max-age=3600 | 3600",
        ", ,max-age=3600,, | 3600",
        "max-age=99999999999 | 2147483648",
        "max-age='3600' | 0",
        "max-age=-1 | 0",
        "max-age=3600.0 | 0",
        "max-age=3600a | 0",
        "max-age =3600 | 0",
        "max-age= 3600 | 0",
        "max-age | 0",
        "max-age= | 0",
        "max-age=1, max-age=1800 | 1",
        "extension=\"max-age=3600\", max-age=1 | 1",
        "max-age=1, extension=\"max-age=3600\" | 1",
        "extension=\"a\\\"b, max-age=9\", max-age=1 | 1",
        "extension=\"never ends, max-age=9 | -1",
        "s-maxage=5 | -1",
      })
  void maxAgeIsReadOrIsZero(String field, long seconds) {
    assertThat(CacheControl.of(fields("Cache-Control: " + field)).maxAge()).isEqualTo(seconds);
  }

  @Test
  void linesAreOneList() {
    CacheControl control =
        CacheControl.of(fields("Cache-Control: s-maxage=1", "cache-control: no-Store, max-age=7"));
    assertThat(control.noStore()).isTrue();
    assertThat(control.sharedMaxAge()).isEqualTo(1);
    assertThat(control.maxAge()).isEqualTo(7);
  }

  @Test
  void fieldsThatAreNamedAreNotTheWholeResponse() {
    CacheControl control =
        CacheControl.of(fields("Cache-Control: no-cache=\"a, b\", private=\"c\""));
    assertThat(control.noCache()).isFalse();
    assertThat(control.isPrivate()).isFalse();
    assertThat(control.unstored()).containsExactly("a", "b", "c");
    assertThat(CacheControl.of(fields("Cache-Control: no-cache=\"a\", no-cache")).noCache())
        .isTrue();
  }

  @Test
  void maxStaleWithoutANumberIsAnyStaleness() {
    assertThat(CacheControl.of(fields("Cache-Control: max-stale")).maxStale())
        .isEqualTo(CacheControl.MOST_SECONDS);
    assertThat(CacheControl.of(fields("Cache-Control: max-stale=9")).maxStale()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "max-age=600 | 600",
        "max-age=600, foo=\"bar\", baz=(1 2);p | 600",
        "max-age=1, max-age=600 | 600",
        "foobar, max-age=99999999999 | 2147483648",
        "no-store=?0, max-age=5 | 5",
      })
  void aTargetedFieldIsADictionary(String field, long seconds) {
    CacheControl control =
        CacheControl.targeted(fields("CDN-Cache-Control: " + field), "CDN-Cache-Control");
    assertThat(control).isNotNull();
    assertThat(control.maxAge()).isEqualTo(seconds);
    assertThat(control.noStore()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "max-age=10000, &&&&&",
        "max-age=\"10000\"",
        "max-age =100",
        "max-age= 100",
        "MaX-aGe=3600",
        "max-age=-1",
        "max-age=1.5",
        "max-age=10,",
        "max-age=10 foo",
        "foo=(1",
        "foo=\"a",
        "foo=:a",
        "foo=?2",
      })
  void aTargetedFieldWithAFaultIsIgnored(String field) {
    assertThat(CacheControl.targeted(fields("CDN-Cache-Control: " + field), "CDN-Cache-Control"))
        .isNull();
  }
}
