package dev.penstock.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F12: RFC 3986 §3.2, a little stricter. */
class AuthorityTest {
  private static boolean isValid(String text) {
    byte[] bytes = ("@" + text + "@").getBytes(StandardCharsets.ISO_8859_1);
    boolean isValid = Authority.isValid(bytes, 1, text.length());
    if (!isValid) assertThat(Authority.hasPort(bytes, 1, text.length())).isFalse();
    return isValid;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "example.com",
        "EXAMPLE.com.",
        "a-b_c~d",
        "xn--bcher-kva.example",
        "a%2Fb",
        "!$&'()*+;=",
        "127.0.0.1",
        "999.999",
        "[::]",
        "[::1]",
        "[1::]",
        "[2001:db8::1]",
        "[1:2:3:4:5:6:7:8]",
        "[1:2:3:4:5:6:7::]",
        "[::2:3:4:5:6:7:8]",
        "[1::3:4:5:6:7:8]",
        "[::ffff:192.0.2.1]",
        "[1:2:3:4:5:6:192.0.2.1]",
        "[::192.0.2.1]",
        "[ABCD:ef01::]",
        "[64:ff9b::0.0.0.0]"
      })
  void hostsWithAndWithoutPort(String host) {
    assertThat(isValid(host)).isTrue();
    for (String port : new String[] {":0", ":80", ":00443", ":65535"}) {
      assertThat(isValid(host + port)).as(host + port).isTrue();
      byte[] bytes = (host + port).getBytes(StandardCharsets.ISO_8859_1);
      assertThat(Authority.hasPort(bytes, 0, bytes.length)).isTrue();
      assertThat(Authority.hasPort(bytes, 0, host.length())).isFalse();
    }
    for (String port :
        new String[] {":", ":65536", ":x", ":-1", ":+1", ": 80", ":80:", ":80 ", ":99999999999"}) {
      assertThat(isValid(host + port)).as(host + port).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":80",
        "a b",
        " a",
        "a ",
        "a,b",
        "a/b",
        "a@b",
        "a#b",
        "a?b",
        "a\\b",
        "\"a\"",
        "<a>",
        "a|b",
        "a^b",
        "a`b",
        "{a}",
        "a%",
        "a%2",
        "a%zz",
        "\u00e9",
        "\u0000",
        "a\tb",
        "::1",
        "1:2:3",
        "[",
        "]",
        "[]",
        "[:]",
        "[:::]",
        "[1]",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[1:2:3:4:5:6:7:8::]",
        "[::1:2:3:4:5:6:7:8]",
        "[1::2::3]",
        "[12345::]",
        "[g::]",
        "[::1",
        "::1]",
        "[::1]a",
        "[[::1]]",
        "[::1%25eth0]",
        "[v1.x]",
        "[::256.1.1.1]",
        "[::1.2.3]",
        "[::1.2.3.4.5]",
        "[::01.2.3.4]",
        "[1.2.3.4]",
        "[1.2.3.4::]",
        "[1:2:3:4:5:6:7:1.2.3.4]",
        "[::1:]",
        "[:1::]",
        "[::1.2.3.4:1]",
        "[1:2:3:4:5:6:7:]"
      })
  void whatIsNoHost(String text) {
    assertThat(isValid(text)).isFalse();
  }
}
