package dev.penstock.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.ProxyError;
import org.junit.jupiter.api.Test;

/** H15, RFC 9209. */
class ProxyStatusTest {
  @Test
  void namesUsTheErrorAndTheNextHop() {
    ProxyError error = ProxyError.of(ProxyError.Kind.CONNECT_TIMEOUT, "1 s passed");
    assertThat(ProxyStatus.of("penstock", error, "api.internal:443"))
        .isEqualTo(
            "penstock; error=connection_timeout; next-hop=api.internal:443; details=\"1 s passed\"");
  }

  @Test
  void quotesWhatIsNoToken() {
    ProxyError error = ProxyError.of(ProxyError.Kind.DENIED, "");
    assertThat(ProxyStatus.of("our proxy", error, "10.0.0.1:80"))
        .isEqualTo("\"our proxy\"; error=http_request_denied; next-hop=\"10.0.0.1:80\"");
  }

  @Test
  void noDetailCanEndTheFieldOrTheLine() {
    ProxyError error =
        ProxyError.of(
            ProxyError.Kind.BAD_REQUEST, "a\"b\\c\r\nSet-Cookie: x=1\u00e9" + "y".repeat(500));
    String value = ProxyStatus.of("penstock", error, null);
    assertThat(value)
        .startsWith(
            "penstock; error=http_request_error; details=\"a\\\"b\\\\c??Set-Cookie: x=1?yyy");
    assertThat(value).hasSizeLessThan(300).matches("[\\x20-\\x7e]+");
  }
}
