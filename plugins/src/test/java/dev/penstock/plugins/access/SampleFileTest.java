package dev.penstock.plugins.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of the sample configuration is what {@link MmdbWriter} makes. */
final class SampleFileTest {
  private static final Path SAMPLE = Path.of("../samples/data/example.mmdb");

  @TempDir Path folder;

  @Test
  void theSamplesFileKnowsTwoCountries() throws IOException {
    MmdbWriter writer =
        new MmdbWriter()
            .add("192.0.2.0/24", country("DE"))
            .add("203.0.113.0/24", country("AQ"))
            .add("2001:db8::/32", country("FR"));
    if (Boolean.getBoolean("documents.write")) writer.to(SAMPLE);
    try (GeoDatabase database = GeoDatabase.open(SAMPLE)) {
      Map<?, ?> found = database.find(java.net.InetAddress.getByName("203.0.113.5"));
      assertThat(found).isNotNull();
      assertThat(Place.UNKNOWN.with(found).country()).isEqualTo("AQ");
    }
    assertThat(Files.size(SAMPLE)).isLessThan(4096);
  }

  private static Map<String, Object> country(String code) {
    return new TreeMap<>(Map.of("country", Map.of("iso_code", code)));
  }
}
