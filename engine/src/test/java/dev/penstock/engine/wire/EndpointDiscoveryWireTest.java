package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.control.ConfigReader;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.spi.EndpointDiscovery;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.Offer;
import dev.penstock.engine.upstream.DefaultBalancers;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that extensions find (U19). */
final class EndpointDiscoveryWireTest {
  /** How often it looks is the test's business. */
  private interface Look {
    void at(EndpointDiscovery.Updates updates) throws Exception;
  }

  private static final class Finding implements Extension {
    record Settings(String service) {}

    final AtomicInteger looks = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    volatile Look look;

    Finding(Look look) {
      this.look = look;
    }

    @Override
    public String name() {
      return "finding";
    }

    @Override
    public void register(Registry registry) {
      registry.offer(
          Offer.endpointDiscovery("registry", Settings.class, (config, scope) -> new Finder()));
    }

    private final class Finder implements EndpointDiscovery {
      @Override
      public void watch(Updates updates) throws Exception {
        assertThat(Thread.currentThread().isVirtual()).isTrue();
        looks.incrementAndGet();
        look.at(updates);
      }

      @Override
      public Duration interval() {
        return Duration.ofMillis(100);
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    }
  }

  private static String yaml(String upstream) {
    return """
    upstreams: { up: { %s } }
    routes: { all: { upstream: up } }
    """
        .formatted(upstream);
  }

  private static final String FOUND = yaml("discovery: { from: { registry: { service: users } } }");

  private static Look says(String... addresses) {
    return updates ->
        updates.endpoints(List.of(addresses).stream().map(EndpointDiscovery.Found::at).toList());
  }

  private static void awaitAnswer(TestGateway gateway, String body) {
    try (RawClient client = gateway.connect()) {
      TestGateway.await(() -> client.get("/").body().equals(body), () -> client.get("/").body());
    }
  }

  private static ScriptedUpstream named(String name) {
    return ScriptedUpstream.answering(
        "HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
  }

  @Test
  void theFirstRequestFindsWhatIsFoundAndLaterOnesWhatTookItsPlace() {
    try (ScriptedUpstream one = named("one");
        ScriptedUpstream two = named("two")) {
      Finding finding = new Finding(says(one.address()));
      try (TestGateway gateway = TestGateway.start(FOUND, finding);
          RawClient client = gateway.connect()) {
        assertThat(client.get("/").body()).isEqualTo("one");
        finding.look = says(two.address());
        awaitAnswer(gateway, "two");
        finding.look = says();
        TestGateway.await(() -> client.get("/").status() == 503, () -> client.get("/").status());
      }
      TestGateway.await(() -> finding.closed.get() == 1, finding.closed::get);
    }
  }

  @Test
  void theyStandBesideThoseOfTheConfiguration() {
    try (ScriptedUpstream one = named("one");
        ScriptedUpstream two = named("two")) {
      String yaml =
          yaml(
              "endpoints: [ \"%s\" ], discovery: { from: { registry: { service: users } } }"
                  .formatted(one.address()));
      try (TestGateway gateway = TestGateway.start(yaml, new Finding(says(two.address())))) {
        awaitAnswer(gateway, "one");
        awaitAnswer(gateway, "two");
      }
    }
  }

  @Test
  void theLastListStaysWhileItFailsAndOverAReload() {
    try (ScriptedUpstream one = named("one")) {
      Finding finding = new Finding(says(one.address()));
      try (TestGateway gateway = TestGateway.start(FOUND, finding);
          RawClient client = gateway.connect()) {
        finding.look =
            updates -> {
              throw new IllegalStateException("no registry");
            };
        gateway.awaitMetric(
            "penstock_extension_errors_total",
            1,
            "kind=\"endpoint discovery\"",
            "name=\"registry\"");
        assertThat(client.get("/").body()).isEqualTo("one");
        int before = finding.looks.get();
        gateway.reload(FOUND + "shutdown: { grace: 1s }\n");
        TestGateway.await(() -> finding.looks.get() > before, finding.looks::get);
        assertThat(client.get("/").body()).isEqualTo("one");
        finding.look = says(one.address());
        TestGateway.await(() -> finding.closed.get() == 1, finding.closed::get);
      }
    }
  }

  @Test
  void aListWithAnAddressThatIsNoneChangesNothing() {
    try (ScriptedUpstream one = named("one")) {
      Finding finding = new Finding(says(one.address()));
      try (TestGateway gateway = TestGateway.start(FOUND, finding);
          RawClient client = gateway.connect()) {
        finding.look = says(one.address(), "nowhere");
        gateway.awaitMetric("penstock_extension_errors_total", 1);
        assertThat(gateway.upstream("up").view().size()).isEqualTo(1);
        finding.look = says(one.address(), one.address());
        gateway.awaitMetric("penstock_extension_errors_total", 2);
        assertThat(client.get("/").body()).isEqualTo("one");
      }
    }
  }

  @Test
  void whatIsKnownOfAnEndpointStaysWithItsNameWhateverItsWeight() {
    try (ScriptedUpstream one = named("one");
        ScriptedUpstream two = named("two")) {
      Finding finding =
          new Finding(updates ->
              updates.endpoints(
                  List.of(new EndpointDiscovery.Found(one.address(), 1, false, "first"))));
      try (TestGateway gateway = TestGateway.start(FOUND, finding);
          RawClient client = gateway.connect()) {
        client.get("/");
        client.get("/");
        finding.look =
            updates ->
                updates.endpoints(
                    List.of(
                        new EndpointDiscovery.Found(two.address(), 7, false, "first"),
                        new EndpointDiscovery.Found(one.address(), 0, false, "drained")));
        TestGateway.await(
            () -> gateway.upstream("up").view().size() == 2,
            () -> gateway.upstream("up").view().size());
        UpstreamEndpoint first = gateway.upstream("up").view().get(0);
        assertThat(first.name()).isEqualTo("first");
        assertThat(first.weight()).isEqualTo(7);
        assertThat(first.requests()).isEqualTo(2);
        assertThat(client.get("/").body()).isEqualTo("two");
        assertThat(first.requests()).isEqualTo(3);
      }
    }
  }

  @Test
  void oneThatHangsKeepsNeitherTheStartNorTheEndWaiting() {
    CountDownLatch interrupted = new CountDownLatch(1);
    Finding finding =
        new Finding(updates -> {
          try {
            new CountDownLatch(1).await();
          } finally {
            interrupted.countDown();
          }
        });
    try (TestGateway gateway = TestGateway.start(FOUND, finding);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").status()).isEqualTo(503);
    }
    TestGateway.await(() -> interrupted.getCount() == 0, interrupted::getCount);
    TestGateway.await(() -> finding.closed.get() == 1, finding.closed::get);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "round-robin",
        "least-requests",
        "random-two",
        "ip-hash",
        "{ consistent-hash: { key: path } }"
      })
  void noEndpointsAreAnAnswerForEveryBalancer(String balancer) {
    String yaml =
        yaml("balancer: " + balancer + ", discovery: { from: { registry: { service: users } } }");
    try (ScriptedUpstream one = named("one")) {
      Finding finding = new Finding(says());
      try (TestGateway gateway = TestGateway.start(yaml, finding);
          RawClient client = gateway.connect()) {
        assertThat(client.get("/").status()).isEqualTo(503);
        finding.look = says(one.address());
        awaitAnswer(gateway, "one");
      }
    }
  }

  @Test
  void settingsAndNamesAreCheckedLikeTheGatewaysOwn() {
    Registries registries = Registries.of(List.of(new Finding(says())));
    DefaultBalancers.all(1).forEach(registries::balancer);
    String yaml =
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams:
          a: { discovery: { from: { registry: { servce: users } } } }
          b: { discovery: { from: registrar } }
          c: {}
        """;
    assertThat(ConfigReader.read(yaml, "gateway.yaml", Path.of("."), registries).render())
        .contains(
            "gateway.yaml:3:41: upstreams.a.discovery.from.registry: there is no key \"servce\"")
        .contains(
            "gateway.yaml:4:27: upstreams.b.discovery.from: there is no endpoint discovery"
                + " \"registrar\"; did you mean \"registry\"?")
        .contains("gateway.yaml:5:6: upstreams.c: an upstream needs at least one endpoint");
  }
}
