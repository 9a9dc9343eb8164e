package dev.penstock.plugins.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GeoTest {
  @TempDir Path folder;

  private Path cities() throws IOException {
    Path file = folder.resolve("cities.mmdb");
    new MmdbWriter()
        .add(
            "192.0.2.0/24",
            Map.of(
                "country",
                Map.of("iso_code", "DE"),
                "continent",
                Map.of("code", "EU"),
                "city",
                Map.of("names", Map.of("en", "Münster")),
                "subdivisions",
                List.of(Map.of("iso_code", "NW"))))
        .add("198.51.100.0/25", Map.of("country", Map.of("iso_code", "US")))
        .add("2001:db8::/32", Map.of("country_code", "FR"))
        .to(file);
    return file;
  }

  private Path networks() throws IOException {
    Path file = folder.resolve("networks.mmdb");
    new MmdbWriter()
        .add(
            "192.0.2.0/24",
            Map.of(
                "autonomous_system_number",
                64500L,
                "autonomous_system_organization",
                "Example AS with a name longer than twenty-nine bytes"))
        .add("198.51.100.0/24", Map.of("asn", "AS64501"))
        .to(file);
    return file;
  }

  private static RawResponse from(RawClient client, String address) {
    client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " + address + "\r\n\r\n");
    return client.readResponse();
  }

  private static final String FIELDS =
      "rewrite: { request-headers: { set: { x-country: \"{var.geo.country}\", x-asn: \"{var.geo.asn}\", x-place:"
          + " \"{var.geo.continent}/{var.geo.subdivision}/{var.geo.city}\" } } }";

  @Test
  void tellsTheUpstreamWhereAClientComesFrom() throws IOException {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            Wire.start(
                Wire.yaml(
                    upstream,
                    "{ geo: [ \"%s\", \"%s\" ] }".formatted(cities(), networks()),
                    FIELDS));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) { // the second time from what the worker has kept
        assertThat(from(client, "192.0.2.7").status()).isEqualTo(200);
        assertThat(upstream.lastRequest().field("x-country")).isEqualTo("DE");
        assertThat(upstream.lastRequest().field("x-asn")).isEqualTo("64500");
        assertThat(upstream.lastRequest().field("x-place")).isEqualTo("EU/NW/M\u00fcnster");
      }
      from(client, "2001:db8::1");
      assertThat(upstream.lastRequest().field("x-country")).isEqualTo("FR");
      from(client, "203.0.113.1");
      assertThat(upstream.lastRequest().field("x-country")).isNull();
    }
  }

  @Test
  void refusesByCountryAndNetwork() throws IOException {
    String filter =
        "{ geo: { database: [ \"%s\", \"%s\" ], allow-countries: [ DE, US ], deny-asns: [ 64501 ] } }"
            .formatted(cities(), networks());
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(from(client, "192.0.2.7").status()).isEqualTo(200);
      assertThat(from(client, "198.51.100.1").status()).isEqualTo(403);
      assertThat(from(client, "2001:db8::1").status()).isEqualTo(403);
      assertThat(from(client, "203.0.113.1").status()).as("unknown").isEqualTo(403);
      assertThat(upstream.requests()).hasSize(1);
    }
  }

  @Test
  void aNewFileIsReadAtAReloadAndABrokenOneIsRefusedWhileTheOldServes() throws IOException {
    Path file = cities();
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      String yaml =
          Wire.yaml(
              upstream, "{ geo: { database: \"%s\", deny-countries: [ DE ] } }".formatted(file));
      try (TestGateway gateway = Wire.start(yaml);
          RawClient client = gateway.connect()) {
        assertThat(from(client, "192.0.2.7").status()).isEqualTo(403);
        new MmdbWriter().add("192.0.2.0/24", Map.of("country", Map.of("iso_code", "CH"))).to(file);
        gateway.reload(yaml);
        assertThat(from(client, "192.0.2.7").status()).isEqualTo(200);
        byte[] whole = Files.readAllBytes(file);
        Path cut = folder.resolve("cut");
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        Files.move(cut, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> gateway.reload(yaml))
            .hasMessageContaining("is no usable database")
            .hasMessageContaining("routes.all.filters[0]");
        assertThat(from(client, "192.0.2.7").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void brokenFilesAreRefusedWhereverTheyAreBroken() throws IOException {
    byte[] whole = Files.readAllBytes(cities());
    int refused = 0;
    for (int length = 0; length < whole.length; length += 7) {
      Path file = folder.resolve("broken-" + length + ".mmdb");
      Files.write(file, Arrays.copyOf(whole, length));
      try {
        GeoDatabase.open(file).close();
      } catch (dev.penstock.engine.spi.ConfigException e) {
        refused++;
      }
    }
    assertThat(refused).isEqualTo((whole.length + 6) / 7);
    java.util.Random random = new java.util.Random(7);
    for (int i = 0; i < 300; i++) {
      byte[] changed = whole.clone();
      for (int n = 0; n < 5; n++) changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      Path file = Files.write(folder.resolve("changed-" + i), changed);
      try (GeoDatabase database = GeoDatabase.open(file)) {
        database.find(java.net.InetAddress.getByName("192.0.2.1"));
      } catch (dev.penstock.engine.spi.ConfigException | IOException e) {
        assertThat(e).hasMessageContaining("changed-");
      }
    }
  }

  @Test
  void aMissingFileAndAWrongCountryAreNamed() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      assertThatThrownBy(() -> Wire.gateway(upstream, "{ geo: /nowhere/x.mmdb }"))
          .hasMessageContaining("there is no readable file /nowhere/x.mmdb");
      assertThatThrownBy(
              () -> Wire.gateway(upstream, "{ geo: { database: x, deny-countries: [ germany ] } }"))
          .hasMessageContaining("\"germany\" is no country");
    }
  }
}
