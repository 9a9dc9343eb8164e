package dev.penstock.plugins.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OriginSetTest {
  private static final OriginSet SET =
      OriginSet.of(
          List.of(
              "https://example.com",
              "https://*.example.com",
              "HTTPS://Bücher.Example:443",
              "http://localhost:3000",
              "~https://pr-[0-9]+\\.preview\\.test"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com",
        "https://a.example.com",
        "https://a.b-c.example.com",
        "https://xn--bcher-kva.example",
        "http://localhost:3000",
        "https://pr-12.preview.test"
      })
  void matchesWhatIsMeant(String origin) {
    assertThat(SET.contains(origin)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "",
        "https://evil-example.com",
        "https://example.com.evil.test",
        "https://evilexample.com",
        "http://example.com",
        "https://example.com:8443",
        "https://example.com:443",
        "https://a.example.com:8443",
        "https://EXAMPLE.com",
        "https://.example.com",
        "https://a..example.com",
        "https://evil.test/.example.com",
        "https://evil.test?.example.com",
        "https://evil.test#.example.com",
        "https://user@.example.com",
        "https://a@b.example.com",
        "https://evil.test:80.example.com",
        "https://evil.test\\.example.com",
        "https://example.com ",
        "https://b\u00fccher.example",
        "http://localhost",
        "http://localhost:30000",
        "https://pr-1.preview.test.evil.test",
        "xhttps://pr-1.preview.test"
      })
  void matchesNothingThatOnlyLooksLikeIt(String origin) {
    assertThat(SET.contains(origin)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.com",
        "https://",
        "https://example.com/",
        "https://example.com/path",
        "https://*example.com",
        "https://a.*.example.com",
        "https://*.*.example.com",
        "https://*",
        "https://u@example.com",
        "https://example.com:x",
        "https://example.com:",
        "~(unclosed",
        "~(?=look)"
      })
  void refusesWhatIsNoOrigin(String text) {
    assertThatThrownBy(() -> OriginSet.of(List.of(text)))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("\"");
  }

  @Test
  void nullIsOneOnlyWhereItIsNamed() {
    assertThat(OriginSet.of(List.of("null")).contains("null")).isTrue();
    assertThat(OriginSet.of(List.of("~.*")).contains("null")).isFalse();
  }
}
