package dev.penstock.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** H1, F22 and what Connection says. */
class HopByHopTest {
  private final HeaderMap headers = new HeaderMap();
  private final ConnectionOptions options = new ConnectionOptions();

  private String stripped() {
    HopByHop.strip(headers);
    return headers.toString().replace("\r\n", "|");
  }

  private ConnectionOptions connection(String... values) {
    headers.clear();
    for (String value : values) headers.add("Connection", value);
    options.read(headers);
    return options;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Transfer-Encoding",
        "Upgrade",
        "HTTP2-Settings",
        "Proxy-Authenticate",
        "Proxy-Authorization"
      })
  void everyConnectionLevelFieldGoes(String name) {
    headers.add("A", "1");
    headers.add(name, "x");
    headers.add("B", "2");
    headers.add(name.toLowerCase(Locale.ROOT), "y");
    assertThat(stripped()).isEqualTo("A: 1|B: 2|");
  }

  @Test
  void whatConnectionNamesGoesWhereverItStands() {
    headers.add("X-Hop", "1");
    headers.add("Connection", "close, x-hop,,\tETag");
    headers.add("X-Keep", "2");
    headers.add("etag", "3");
    headers.add("x-HOP", "4");
    headers.add("Connection", "X-Other");
    headers.add("X-Other", "5");
    assertThat(stripped()).isEqualTo("X-Keep: 2|");
  }

  @Test
  void closeAndConnectionAreOptionsNotFields() {
    headers.add("Connection", "close, connection");
    headers.add("Close", "x");
    assertThat(stripped()).isEqualTo("Close: x|");
  }

  @Test
  void whatMustReachTheEndStaysEvenWhenNamed() { // F22
    headers.add("Connection", "Cookie, X-Forwarded-Host, X-Forwarded-New, Host");
    headers.add("Host", "a");
    headers.add("Cookie", "b");
    headers.add("X-Forwarded-Host", "c");
    headers.add("X-Forwarded-New", "d");
    assertThat(stripped()).isEqualTo("Host: a|Cookie: b|X-Forwarded-Host: c|X-Forwarded-New: d|");
  }

  @Test
  void trailerStaysBecauseTrailersAreForwarded() { // RFC 9110 §6.6.2
    headers.add("Trailer", "X-Sum");
    headers.add("Via", "1.1 a");
    assertThat(stripped()).isEqualTo("Trailer: X-Sum|Via: 1.1 a|");
  }

  @Test
  void optionsAreReadFromAllFieldsInAnyCase() {
    assertThat(connection("KEEP-alive", " x,\tUPGRADE ,").isKeepAlive()).isTrue();
    assertThat(options.isUpgrade()).isTrue();
    assertThat(options.isClose()).isFalse();
    assertThat(options.namesFields()).isTrue();
    assertThat(options.isMalformed()).isFalse();
    assertThat(connection("Close").isClose()).isTrue();
    assertThat(options.isKeepAlive()).isFalse();
    assertThat(options.namesFields()).isFalse();
    assertThat(connection().isClose()).isFalse();
    assertThat(connection("closed").isClose()).isFalse();
  }

  @Test
  void protectedNamesAreSeen() {
    assertThat(connection("close, COOKIE").namesProtected()).isTrue();
    assertThat(connection("x-forwarded-").namesProtected()).isTrue();
    assertThat(connection("x-forwarde").namesProtected()).isFalse();
    assertThat(connection("TE, HTTP2-Settings").namesProtected()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"close x", "\"close\"", "close;q=1", "a/b", "close,(x)", "\u00e9"})
  void whatIsNoListOfTokensIsMalformed(String value) {
    assertThat(connection(value).isMalformed()).isTrue();
    assertThat(connection("close").isMalformed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", " , ,", "close,,keep-alive", "\tclose\t"})
  void emptyElementsAreNot(String value) {
    assertThat(connection(value).isMalformed()).isFalse();
  }
}
