package dev.penstock.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderNameTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "Link",
        "TE",
        "Content-Length",
        "X-Forwarded-For",
        "Strict-Transport-Security"
      })
  void findsNamesInAnyCaseAsTextAndAsBytes(String name) {
    for (String spelled :
        new String[] {name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT)}) {
      byte[] bytes = ("x" + spelled).getBytes(StandardCharsets.ISO_8859_1);
      HeaderName found = HeaderName.find(spelled);
      assertThat(found).isNotNull().isSameAs(HeaderName.find(bytes, 1, spelled.length()));
      assertThat(found.text()).isEqualTo(name);
    }
  }

  /**
   * Characters whose other case is an ASCII letter: the Kelvin sign, the long s. They are no
   * tokens.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "Hos", "Hostt", "X-Other", "Lin\u212A", "Ho\u017Ft", "Hos\u0174"})
  void findsNothingElse(String name) {
    assertThat(HeaderName.find(name)).isNull();
  }
}
