package dev.penstock.plugins.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What JARs offer besides filters and balancers, each with its life. */
final class PluginKindsTest {
  @TempDir Path folder;
  private final PluginHost host = new PluginHost();
  private Gateway gateway;

  @AfterEach
  void stop() {
    if (gateway != null) gateway.close(0, 1000);
    else host.close();
  }

  private void start(String yaml) {
    gateway = Gateway.start(yaml, folder, List.of(host));
  }

  private String get() {
    try (RawClient client = RawClient.connect(gateway.address("web"))) {
      return client.get("/").body();
    }
  }

  private void write(JarBuilder jar) {
    jar.write(folder.resolve("plugins").resolve("acme.jar"));
  }

  private void awaitUnloaded() {
    TestGateway.await(
        () -> {
          System.gc();
          return host.leaks().leaving() == 0;
        },
        () -> host.leaks().leaving() + " class loaders are still there");
  }

  /** A plugin of one extension whose {@code register} has this body. */
  private static JarBuilder offering(String version, String register) {
    return JarBuilder.plugin("acme", version)
        .extension(
            "acme.Main",
            """
            package acme;
            import dev.penstock.engine.spi.*;
            import java.util.*;
            public final class Main implements Extension {
              public record Settings(@Config.Default("") @Config.Shorthand String of) {}
              public String name() { return "acme"; }
              public void register(Registry registry) {
                %s
              }
            }
            """
                .formatted(register));
  }

  private static final String FRONT =
      """
      listeners: { web: { bind: "127.0.0.1:0" } }
      access-log: { to: off }
      workers: 1
      """;

  @Test
  void aJarFindsEndpointsAndItsSuccessorGoesOn() throws IOException {
    String register =
        """
        registry.offer(
            Offer.endpointDiscovery("list", Settings.class, (config, scope) -> updates -> { %s }));
        """;
    write(
        offering(
            "1.0.0",
            register.formatted(
                "updates.endpoints(List.of(EndpointDiscovery.Found.at(config.of())));")));
    try (ScriptedUpstream up = ScriptedUpstream.ok()) {
      String yaml =
          FRONT
              + """
              upstreams: { up: { discovery: { from: { list: "%s" } } } }
              routes: { all: { upstream: up } }
              """
                  .formatted(up.address());
      start(yaml);
      assertThat(get()).isEqualTo("ok");
      assertThat(gateway.registries().plugins().getFirst().others())
          .containsExactly("endpoint discovery list");
      // It knows nothing yet.
      write(offering("2.0.0", register.formatted("")));
      assertThat(gateway.reload(yaml, folder)).isEmpty();
      assertThat(gateway.registries().plugins().getFirst().version()).isEqualTo("2.0.0");
      assertThat(get()).isEqualTo("ok");
      awaitUnloaded();
      Files.delete(folder.resolve("plugins/acme.jar"));
      assertThat(gateway.reload(yaml, folder))
          .contains("upstreams.up.discovery.from: there is no endpoint discovery \"list\"");
      assertThat(get()).isEqualTo("ok");
    }
  }

  @Test
  void aJarAsksEndpointsAboutTheirHealth() throws IOException {
    String register =
        """
        registry.offer(Offer.healthCheck("ask", Settings.class, (config, scope) -> target ->
            HealthCheck.Result.unhealthy(config.of() + " " + target.endpoint())));
        """;
    write(offering("1.0.0", register));
    try (ScriptedUpstream up = ScriptedUpstream.ok()) {
      String upstream =
          "up: { endpoints: [ { address: \"%s\", name: one } ]%s }"
              .formatted(
                  up.address(),
                  ", panic-threshold: 0%, health-check: { by: { ask: lags }, interval: 100ms }");
      start(FRONT + "upstreams: { " + upstream + " }\nroutes: { all: { upstream: up } }\n");
      TestGateway.await(() -> !get().equals("ok"), this::get);
      assertThat(gateway.metrics().scrape(false, System.nanoTime()))
          .asString(StandardCharsets.UTF_8)
          .contains("penstock_extension_calls_total{kind=\"health check\",name=\"ask\"}");
      Files.delete(folder.resolve("plugins/acme.jar"));
      assertThat(gateway.reload(FRONT + "routes: { all: { respond: 200 } }\n", folder)).isEmpty();
      awaitUnloaded();
    }
  }

  @Test
  void aJarKeepsSecretsAndIsLetGoAfterwards() throws IOException {
    write(
        offering(
            "1.0.0",
            """
            registry.offer(Offer.secretSource("safe", Settings.class, (config, scope) -> key ->
                key.equals("greeting") ? config.of() + " from the safe" : null));
            """));
    String yaml =
        FRONT
            + """
            secrets: { vault: { safe: hello } }
            routes: { all: { respond: { status: 200, body: "${vault:greeting}" } } }
            """;
    start(yaml);
    assertThat(get()).isEqualTo("hello from the safe");
    assertThat(gateway.registries().plugins().getFirst().others())
        .containsExactly("secret source safe");
    assertThat(gateway.reload(yaml.replace("vault:greeting", "vault:gone"), folder))
        .contains("the secret source \"vault\" has no \"gone\"");
    assertThat(get()).isEqualTo("hello from the safe");
    Files.delete(folder.resolve("plugins/acme.jar"));
    assertThat(gateway.reload(FRONT + "routes: { all: { respond: 200 } }\n", folder)).isEmpty();
    awaitUnloaded();
  }

  @Test
  void aJarSendsExchangesAndMetricsElsewhere() throws IOException {
    write(
        offering(
            "1.0.0",
            """
            registry.offer(Offer.accessLogExporter("properties", Settings.class, (config, scope) ->
                batch -> batch.forEach(each -> System.setProperty(config.of(), each.target()))));
            registry.offer(Offer.metricsExporter("properties", Settings.class, (config, scope) ->
                families -> System.setProperty(config.of(), families.getFirst().name())));
            """));
    try {
      start(
          FRONT
              + """
              routes: { all: { respond: 200 } }
              export:
                access-log: { properties: acme.target }
                metrics: { properties: acme.family }
                interval: 100ms
              """);
      get();
      TestGateway.await(
          () ->
              "/".equals(System.getProperty("acme.target"))
                  && "penstock_requests".equals(System.getProperty("acme.family")),
          () -> System.getProperty("acme.target") + ", " + System.getProperty("acme.family"));
      Files.delete(folder.resolve("plugins/acme.jar"));
      assertThat(gateway.reload(FRONT + "routes: { all: { respond: 200 } }\n", folder)).isEmpty();
      awaitUnloaded();
    } finally {
      System.clearProperty("acme.target");
      System.clearProperty("acme.family");
    }
  }
}
