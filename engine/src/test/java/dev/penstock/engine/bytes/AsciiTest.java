package dev.penstock.engine.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class AsciiTest {
  @Test
  void lettersOfAsciiHaveTwoCasesAndNothingElseHas() {
    for (int c = 0; c < 0x300; c++) {
      boolean isAscii = c < 128;
      String one = String.valueOf((char) c);
      assertThat(Ascii.toLower(c)).isEqualTo(isAscii ? one.toLowerCase(Locale.ROOT).charAt(0) : c);
      assertThat(Ascii.toUpper(c)).isEqualTo(isAscii ? one.toUpperCase(Locale.ROOT).charAt(0) : c);
    }
  }

  @Test
  void tokensAreThoseOfTheRfc() { // RFC 9110 §5.6.2
    String tokens = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (int c = 0; c < 0x300; c++)
      assertThat(Ascii.isToken(c)).as("" + c).isEqualTo(tokens.indexOf(c) >= 0);
    assertThat(Ascii.isToken("X-Y")).isTrue();
    assertThat(Ascii.isToken("")).isFalse();
    assertThat(Ascii.isToken("X Y")).isFalse();
  }

  @Test
  void fieldValuesHoldNoControls() { // RFC 9110 §5.5
    for (int c = 0; c < 0x300; c++) {
      boolean allowed = c == '\t' || (c >= 0x20 && c <= 0x7e) || (c >= 0x80 && c <= 0xff);
      assertThat(Ascii.isFieldValue(c)).as("" + c).isEqualTo(allowed);
    }
  }

  @Test
  void hexadecimalDigitsOfBothCases() {
    for (int c = 0; c < 256; c++) {
      int expected = c < 128 ? Character.digit(c, 16) : -1;
      assertThat(Ascii.hexValue(c)).as("" + c).isEqualTo(expected);
      assertThat(Ascii.hexValue((byte) c)).as("as a byte " + c).isEqualTo(expected);
      assertThat(Ascii.isDigit(c)).isEqualTo(c >= '0' && c <= '9');
    }
  }

  @Test
  void decimalsOfEveryLength() {
    byte[] into = new byte[25];
    for (long value = Long.MAX_VALUE; value > 0; value /= 7) {
      int end = Ascii.putDecimal(into, 3, value);
      assertThat(new String(into, 3, end - 3, StandardCharsets.ISO_8859_1))
          .isEqualTo(Long.toString(value));
    }
    assertThat(Ascii.putDecimal(into, 0, 0)).isEqualTo(1);
    assertThat(into[0]).isEqualTo((byte) '0');
    assertThatThrownBy(() -> Ascii.putDecimal(into, 0, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
