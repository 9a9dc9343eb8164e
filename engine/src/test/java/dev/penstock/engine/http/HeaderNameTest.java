package dev.penstock.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class HeaderNameTest {
  private static HeaderName find(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.ISO_8859_1);
    HeaderName byBytes = HeaderName.find(bytes, 1, text.length());
    assertThat(HeaderName.find(text)).isSameAs(byBytes);
    return byBytes;
  }

  @Test
  void everyNameIsFoundInAnyCaseByBytesAndByText() {
    int count = 0;
    for (HeaderName name : HeaderName.all()) {
      assertThat(name.id()).isEqualTo(count++);
      assertThat(find(name.text())).isSameAs(name);
      assertThat(find(name.lower())).isSameAs(name);
      assertThat(find(name.text().toUpperCase(Locale.ROOT))).isSameAs(name);
      assertThat(name.lower()).isEqualTo(name.text().toLowerCase(Locale.ROOT));
    }
    assertThat(count).as("ids fit a byte").isBetween(64, 127);
  }

  @Test
  void neighboursOfNamesAreUnknown() {
    for (HeaderName name : HeaderName.all()) {
      String text = name.text();
      for (String other : new String[] {text + "x", "x" + text, text.substring(1), text + " "}) {
        HeaderName found = find(other);
        if (found != null) assertThat(found.text()).isEqualToIgnoringCase(other);
      }
      // Letters that differ from a name's in one bit only.
      for (int i = 0; i < text.length(); i++) {
        for (int bit = 0; bit < 8; bit++) {
          char c = (char) (text.charAt(i) ^ 1 << bit);
          String other = text.substring(0, i) + c + text.substring(i + 1);
          HeaderName found = find(other);
          if (found != null) assertThat(found.text()).isEqualToIgnoringCase(other);
        }
      }
    }
    assertThat(find("")).isNull();
    assertThat(HeaderName.find("Ho\u017ft")).as("a long s folds to s elsewhere").isNull();
    assertThat(HeaderName.find("\u212aeep-Alive"))
        .as("a Kelvin sign folds to k elsewhere")
        .isNull();
  }

  @Test
  void onlyEarlyNamesHaveABitOfTheirOwn() {
    assertThat(HeaderName.HOST.bit()).isEqualTo(1);
    assertThatThrownBy(HeaderName.LINK::bit).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void framingRoutingAuthorityAndCookiesHaveNoPlaceInTrailers() { // E6, RFC 9110 §6.5.1
    for (HeaderName name :
        new HeaderName[] {
          HeaderName.TRANSFER_ENCODING,
          HeaderName.CONTENT_LENGTH,
          HeaderName.HOST,
          HeaderName.X_FORWARDED_FOR,
          HeaderName.AUTHORIZATION,
          HeaderName.COOKIE,
          HeaderName.SET_COOKIE,
          HeaderName.CONTENT_TYPE,
          HeaderName.CONNECTION
        }) {
      assertThat(name.isForbiddenInTrailers()).as(name.text()).isTrue();
    }
    assertThat(HeaderName.ETAG.isForbiddenInTrailers()).isFalse();
    assertThat(HeaderName.SERVER.isForbiddenInTrailers()).isFalse();
  }
}
