package dev.penstock.plugins.compression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Z1: RFC 9110 §12.5.3. */
final class AcceptEncodingTest {
  private static final List<Coding> OFFERED = List.of(Coding.ZSTD, Coding.BR, Coding.GZIP);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br, zstd        | ZSTD", // among equals the server chooses
        "gzip, deflate, br              | BR",
        "gzip                           | GZIP",
        "x-gzip                         | GZIP",
        "GZIP                           | GZIP",
        "br;q=0.5, gzip;q=0.8           | GZIP",
        "br;q=0.8, gzip;q=0.8           | BR",
        "gzip;q=0.001, br;q=0           | GZIP",
        "zstd ; q=0 , gzip ; Q=1.000    | GZIP",
        "*                              | ZSTD",
        "*;q=0.1, gzip;q=0.2            | GZIP",
        "*, zstd;q=0                    | BR",
        "gzip;q=0.5, identity           | -", // the client prefers the body as it is
        "gzip;q=0.5, identity;q=0.5     | GZIP",
        "identity                       | -",
        "deflate                        | -", // not offered
        "gzip;q=0                       | -",
        "*;q=0                          | -",
        "''                             | -",
        "gzip;q=2                       | -", // no weight: nobody knows what is meant
        "gzip;q=0.1234                  | -",
        "gzip;q=1.001                   | -",
        "gzip;level=1                   | -",
        ",, gzip ,,                     | GZIP",
      })
  void theClientsWeightsDecideAndThenTheServersOrder(String field, String expected) {
    Coding coding = AcceptEncoding.of(field).choose(OFFERED);
    assertThat(coding == null ? "-" : coding.name()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                  | true",
        "gzip                | true",
        "identity;q=0        | false",
        "*;q=0               | false",
        "*;q=0, identity     | true",
        "identity;q=0, *     | false",
        "identity;q=0.001    | true",
      })
  void identityIsAcceptableUnlessExcluded(String field, boolean expected) {
    assertThat(AcceptEncoding.of(field).acceptsIdentity()).isEqualTo(expected);
  }

  @Test
  void levelsFallWhileTheWorkerIsBusy() {
    // Z5
    assertThat(Busyness.level(9, 0.5, 0.8)).isEqualTo(9);
    assertThat(Busyness.level(9, 0.9, 0.8)).isEqualTo(5);
    assertThat(Busyness.level(9, 1, 0.8)).isEqualTo(1);
    assertThat(Busyness.level(9, 1, 1)).isEqualTo(9);
    assertThat(Busyness.level(1, 1, 0.8)).isEqualTo(1);
  }
}
