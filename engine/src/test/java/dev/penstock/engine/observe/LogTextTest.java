package dev.penstock.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTextTest {
  private final byte[] into = new byte[64];

  @ParameterizedTest
  @CsvSource({
    "192.0.2.255, 192.0.2.255, 192.0.2.0",
    "::, ::, ::",
    "::1, ::1, ::",
    "1::, 1::, 1::",
    "2001:db8::1, 2001:db8::1, 2001:db8::",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1, 2001:db8::", // one zero group stays, RFC 5952
    // §4.2.2
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1, 2001::", // the longest run, §4.2.3
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1, 2001:db8::", // the first of equals
    "2001:DB8:1:2:3:4:5:ABCD, 2001:db8:1:2:3:4:5:abcd, 2001:db8:1::",
    "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::, 1:2:3::"
  })
  void writesAddressesAsRfc5952Says(String address, String whole, String network) {
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    assertThat(text(LogText.putAddress(into, 0, bytes, false))).isEqualTo(whole);
    assertThat(text(LogText.putAddress(into, 0, bytes, true))).isEqualTo(network);
  }

  @Test
  void showsMappedAddressesAsIpv4AndNoneAsADash() {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};
    assertThat(text(LogText.putAddress(into, 0, mapped, false))).isEqualTo("10.0.0.1");
    assertThat(text(LogText.putAddress(into, 0, new byte[0], false))).isEqualTo("-");
  }

  @Property
  void writtenAddressesReadBackAsThemselves(@ForAll @Size(16) byte[] address) {
    String text = text(LogText.putAddress(into, 0, address, false));
    byte[] back = InetAddress.ofLiteral(text).getAddress();
    assertThat(back).isEqualTo(address);
  }

  @Property
  void writesDecimalsAsJavaDoes(@ForAll long value) {
    assertThat(text(LogText.putDecimal(into, 0, value))).isEqualTo(Long.toString(value));
  }

  @Property
  void writesTimesAsJavaTimeDoes(
      @ForAll @LongRange(min = 0, max = 253_402_300_799_999L) long millis) {
    LogClock clock = new LogClock();
    clock.putRfc3339(
        into, 0, millis - millis % 7); // the kept text must not be taken for the new one
    Instant instant = Instant.ofEpochMilli(millis);
    assertThat(text(clock.putRfc3339(into, 0, millis)))
        .isEqualTo(
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
                .withZone(ZoneOffset.UTC)
                .format(instant));
    assertThat(text(clock.putCombined(into, 0, millis)))
        .isEqualTo(
            DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(instant));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.000",
    "499, 0.000",
    "500, 0.001",
    "999500, 1.000",
    "123456789, 123.457",
    "-1, 0.000"
  })
  void roundsNanosecondsToMicroseconds(long ns, String millis) {
    assertThat(text(LogText.putMillis(into, 0, ns))).isEqualTo(millis);
  }

  @Test
  void idsSortAsTextLikeNumbers() {
    assertThat(ExchangeRecord.idText(255)).isEqualTo("00000000000000ff");
    assertThat(ExchangeRecord.idText(256)).isGreaterThan(ExchangeRecord.idText(255));
  }

  private String text(int length) {
    return new String(into, 0, length, StandardCharsets.US_ASCII);
  }
}
