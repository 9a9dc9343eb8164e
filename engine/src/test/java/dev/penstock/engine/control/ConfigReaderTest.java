package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.upstream.OutlierRules;
import dev.penstock.engine.upstream.RetryRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigReaderTest {
  private static final String SMALL =
      """
      listeners:
        web: "127.0.0.1:0"
      upstreams:
        users: { endpoints: "127.0.0.1:9001" }
      routes:
        users:
          match: /users/**
          filters: cors
          upstream: users
      """;

  private static GatewayConfig read(String text) {
    ReadResult result =
        ConfigReader.read(text, "gateway.yaml", Path.of("."), TestRegistries.some());
    assertThat(result.problems()).isEmpty();
    return Objects.requireNonNull(result.config());
  }

  /** The table "Defaults beside the field", and L1, L4, L5, L7, U7, U16, O1. */
  @Test
  void defaultsAreThoseOfTheRequirements() {
    GatewayConfig config = read(SMALL);
    ListenerConfig web = Objects.requireNonNull(config.listeners().get("web"));
    assertThat(web.limits().http()).isEqualTo(HttpLimits.DEFAULT);
    assertThat(web.limits().maxRequests()).isEqualTo(1000);
    assertThat(web.limits().minBytesPerSecond()).isEqualTo(240);
    assertThat(web.timeouts())
        .isEqualTo(
            new ListenerConfig.Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofSeconds(75),
                Duration.ofHours(1)));
    assertThat(web.proxyProtocol().version()).isEqualTo(ListenerConfig.ProxyProtocol.Version.OFF);
    assertThat(web.proxyProtocol().timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(web.tolerate()).isEmpty();
    assertThat(Objects.requireNonNull(config.upstreams().get("users")).retry())
        .isEqualTo(RetryRules.DEFAULT);
    assertThat(Objects.requireNonNull(config.upstreams().get("users")).outlier())
        .isEqualTo(OutlierRules.DEFAULT);
    assertThat(config.shutdown())
        .isEqualTo(new ShutdownConfig(Duration.ofSeconds(5), Duration.ofSeconds(30)));
    assertThat(config.admin()).isNull();
    assertThat(config.workers().count()).isNull();
  }

  @Test
  void keepsTheOrderOfTheDocument() {
    GatewayConfig config =
        read(
            "listeners: { web: \":0\" }\nroutes: { z: { respond: 200 }, a: { respond: 201 }, m: { respond: 202 } }");
    assertThat(config.routes().keySet()).containsExactly("z", "a", "m");
  }

  @Test
  void aFilterMayAnswerARoute() {
    RouteConfig route =
        read("listeners: { web: \":0\" }\nroutes: { a: { script: { file: a.js, budget: 5ms } } }")
            .routes()
            .get("a");
    assertThat(Objects.requireNonNull(route).answer())
        .isEqualTo(
            new ComponentConfig("script", new TestRegistries.Script("a.js", Duration.ofMillis(5))));
  }

  @Test
  void readsAFileAndTheFilesItNames(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("greeting.txt"), "hello\n");
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(
        file,
        "\uFEFFlisteners: { web: \":0\" }\nroutes: { a: { respond: { body: \"${file:greeting.txt}\" } } }\n");
    ReadResult result = ConfigReader.read(file, TestRegistries.some());
    assertThat(result.problems()).isEmpty();
    assertThat(
            Objects.requireNonNull(Objects.requireNonNull(result.config()).routes().get("a"))
                .respond())
        .isEqualTo(new RespondConfig(200, "hello", Map.of()));
    assertThat(result.files()).containsExactly(folder.resolve("greeting.txt"));
  }

  @Test
  void saysWhatIsWrongWithTheFileItself(@TempDir Path folder) throws IOException {
    Path gone = folder.resolve("gone.yaml");
    assertThat(ConfigReader.read(gone, TestRegistries.some()).problems())
        .extracting(ConfigProblem::render)
        .containsExactly(gone + ":1:1: there is no such file");
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, "a: \u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(ConfigReader.read(latin, TestRegistries.some()).problems())
        .extracting(ConfigProblem::message)
        .containsExactly("it is not UTF-8 text");
    assertThat(ConfigReader.read(folder, TestRegistries.some()).problems()).hasSize(1);
  }

  @Test
  void laterChecksReportAtThePlaceOfAnyPath() {
    ReadResult result =
        ConfigReader.read(SMALL, "gateway.yaml", Path.of("."), TestRegistries.some());
    Positions positions = result.positions();
    assertThat(positions.of("routes.users.upstream")).isEqualTo(new Place(9, 15));
    assertThat(positions.of("routes.users.filters[0]"))
        .as("one value for a list")
        .isEqualTo(new Place(8, 14));
    assertThat(positions.of("routes.users.filters[0].cors.origin"))
        .as("the nearest around it")
        .isEqualTo(new Place(8, 14));
    assertThat(positions.of("routes.other")).isEqualTo(positions.of("routes"));
    ConfigProblem problem = positions.problem("routes.users.upstream", "it is down", "start it");
    assertThat(positions.render(problem))
        .isEqualTo(
            "gateway.yaml:9:15: routes.users.upstream: it is down; start it\n  9 |     upstream: users\n    |               ^");
  }

  @Test
  void aSubstitutedSecretIsNeverShown() {
    ReadResult result =
        new ConfigReader(TestRegistries.some(), Map.of("SECRET", "hunter2")::get)
            .read(
                "listeners: { web: \"${SECRET}\" }\nworkers: \"${SECRET}\"\npath-policy: \"${SECRET}\"\nroutes: { \"${SECRET}\": 1, a: { upstream: \"${SECRET}\" } }",
                "g.yaml",
                Path.of("."));
    assertThat(result.problems()).hasSizeGreaterThanOrEqualTo(4);
    assertThat(result.render()).doesNotContain("hunter2");
  }

  /** Whatever config can do, code can do with the same records, and is held to the same. */
  @Test
  void recordsMadeByCodeCannotHoldDanglingNames() {
    GatewayConfig config = read(SMALL);
    assertThatThrownBy(() ->
            new GatewayConfig(
                config.listeners(),
                Map.of(),
                config.caches(),
                config.routes(),
                config.scripts(),
                config.pathPolicy(),
                config.forwarding(),
                Map.of(),
                config.plugins(),
                config.secrets(),
                config.accessLog(),
                config.export(),
                null,
                config.workers(),
                config.shutdown()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "routes.users.upstream: there is no upstream \"users\"; add it under upstreams:");
  }

  @Test
  void tenThousandRoutesAreReadInATimeThatNobodyMinds() {
    StringBuilder text =
        new StringBuilder(
            "listeners: { web: \":0\" }\nupstreams: { u: { endpoints: \"127.0.0.1:1\" } }\nroutes:\n");
    for (int i = 0; i < 10_000; i++)
      text.append("  r")
          .append(i)
          .append(": { match: \"/r")
          .append(i)
          .append("/{id}\", upstream: u, filters: [ cors ] }\n");
    assertThat(read(text.toString()).routes()).hasSize(10_000);
  }

  @Test
  void bindAddressesAreOneOfAKind() {
    assertThat(BindAddress.parse("[0:0::1]:80"))
        .isEqualTo(BindAddress.parse("[::1]:80"))
        .hasToString("[0:0:0:0:0:0:0:1]:80");
    assertThat(BindAddress.parse("*:80"))
        .isEqualTo(BindAddress.parse("0.0.0.0:80"))
        .isEqualTo(BindAddress.parse(":80"));
    assertThat(BindAddress.parse("localhost:0").socketAddress())
        .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
  }
}
