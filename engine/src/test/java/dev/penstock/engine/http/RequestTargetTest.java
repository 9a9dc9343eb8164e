package dev.penstock.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F11: what stands in paths and queries. */
class RequestTargetTest {
  private static boolean isPath(String text) {
    byte[] bytes = ("#" + text + "41").getBytes(StandardCharsets.ISO_8859_1);
    return RequestTarget.isPath(bytes, 1, text.length());
  }

  private static boolean isQuery(String text) {
    byte[] bytes = ("#" + text + "41").getBytes(StandardCharsets.ISO_8859_1);
    return RequestTarget.isQuery(bytes, 1, text.length());
  }

  @Test
  void everyByteIsJudged() {
    String both = "-._~!$&'()*+,;=:@/|^`{}[]";
    for (int c = 0; c < 256; c++) {
      boolean isPlain = (c < 128 && Character.isLetterOrDigit(c)) || both.indexOf(c) >= 0;
      String one = String.valueOf((char) c);
      assertThat(isPath(one)).as("path " + c).isEqualTo(isPlain);
      assertThat(isQuery(one))
          .as("query " + c)
          .isEqualTo(isPlain || c == '?' || c == '\\' || c == '%');
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%zz", "%4z", "%z4", "a%", "%%41", "%2", "%u0041"})
  void aPathHoldsWholePercentEncodingsOnly(String path) {
    assertThat(isPath(path)).isFalse();
    assertThat(isQuery(path)).as("a query is not decoded to find something").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%41", "%00", "%fF%Ff", "a%2fb"})
  void percentEncodingsAreNotDecoded(String path) {
    assertThat(isPath(path)).isTrue();
  }
}
