package dev.penstock.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.ProxyError;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** U19: names of endpoints, resolved off the workers again and again. */
class DiscoveryTest {
  private static final UpstreamRules BY_NAME = UpstreamRules.of("users.test:8080");
  private static final UpstreamRules EXPANDED =
      TestGateway.rules(
          List.of(EndpointRules.of("users.test:8080")),
          r ->
              r.discovery(
                  new DiscoveryRules(
                      null,
                      Duration.ofSeconds(1),
                      Duration.ofSeconds(300),
                      Duration.ofSeconds(5),
                      true,
                      DiscoveryRules.Family.ANY)));

  private final TestGateway gateway = new TestGateway();

  @Test
  void aNameIsOneEndpointWithAllItsAddresses() {
    gateway.name("users.test", Duration.ofSeconds(60), "10.0.0.1", "10.0.0.2");
    Upstream upstream = gateway.serve(BY_NAME);
    assertThat(upstream.view().size()).isEqualTo(1);
    UpstreamEndpoint endpoint = upstream.view().get(0);
    assertThat(endpoint.name()).isEqualTo("users.test:8080");
    assertThat(endpoint.authority()).isEqualTo("users.test:8080");
    assertThat(endpoint.addresses())
        .containsExactly(
            new InetSocketAddress("10.0.0.1", 8080), new InetSocketAddress("10.0.0.2", 8080));
  }

  @Test
  void itIsAskedAgainWhenTheTtlIsOver() {
    gateway.name("users.test", Duration.ofSeconds(60), "10.0.0.1");
    Upstream upstream = gateway.serve(BY_NAME);
    gateway.name("users.test", Duration.ofSeconds(60), "10.0.0.9");
    gateway.loop.advance(Duration.ofSeconds(59));
    assertThat(gateway.asked).hasSize(1);
    gateway.loop.advance(Duration.ofSeconds(1));
    assertThat(gateway.asked).hasSize(2);
    UpstreamEndpoint endpoint = upstream.view().get(0);
    assertThat(endpoint.isAt(new InetSocketAddress("10.0.0.9", 8080))).isTrue();
    assertThat(endpoint.isAt(new InetSocketAddress("10.0.0.1", 8080)))
        .as("a kept connection there is not reused")
        .isFalse();
  }

  @Test
  void theTtlIsKeptWithinBounds() {
    gateway.name("users.test", Duration.ZERO, "10.0.0.1");
    gateway.serve(BY_NAME);
    gateway.loop.advance(Duration.ofMillis(999));
    assertThat(gateway.asked).hasSize(1);
    gateway.name("users.test", Duration.ofDays(1), "10.0.0.1");
    gateway.loop.advance(Duration.ofMillis(1));
    assertThat(gateway.asked).hasSize(2);
    gateway.loop.advance(Duration.ofSeconds(299));
    assertThat(gateway.asked).hasSize(2);
    gateway.loop.advance(Duration.ofSeconds(1));
    assertThat(gateway.asked).hasSize(3);
  }

  @Test
  void aFailureKeepsTheLastGoodAnswerAndIsRetriedSoon() {
    gateway.name("users.test", Duration.ofSeconds(10), "10.0.0.1");
    Upstream upstream = gateway.serve(BY_NAME);
    gateway.names.clear();
    gateway.loop.advance(Duration.ofSeconds(10));
    assertThat(upstream.view().get(0).addresses()).hasSize(1);
    assertThat(gateway.asked).hasSize(2);
    gateway.loop.advance(Duration.ofSeconds(5));
    assertThat(gateway.asked).hasSize(3);
    gateway.name("users.test", Duration.ofSeconds(10), "10.0.0.2");
    gateway.loop.advance(Duration.ofSeconds(5));
    assertThat(upstream.view().get(0).isAt(new InetSocketAddress("10.0.0.2", 8080))).isTrue();
  }

  @Test
  void anUnresolvedEndpointIsNotChosenNotEvenInPanic() {
    Upstream upstream = gateway.serve(BY_NAME);
    UpstreamWorker worker = gateway.worker(upstream);
    assertThat(worker.choose(TestExchange.get("/"), new TriedEndpoints(), 0)).isNull();
    assertThat(worker.whyNone()).isEqualTo(ProxyError.Kind.DNS_FAILED);
    gateway.name("users.test", Duration.ofSeconds(10), "10.0.0.2");
    gateway.loop.advance(Duration.ofSeconds(5));
    assertThat(worker.choose(TestExchange.get("/"), new TriedEndpoints(), 0)).isNotNull();
  }

  /**
   * Re-resolving does not disturb what is under way: counters and identity stay with the address.
   */
  @Test
  void expandedAddressesComeAndGoOneByOne() {
    gateway.name("users.test", Duration.ofSeconds(10), "10.0.0.1", "2001:db8::1");
    Upstream upstream = gateway.serve(EXPANDED);
    UpstreamWorker worker = gateway.worker(upstream);
    assertThat(names(upstream)).containsExactly("10.0.0.1:8080", "[2001:db8:0:0:0:0:0:1]:8080");
    UpstreamEndpoint stays = upstream.view().get(0);
    UpstreamEndpoint goes = upstream.view().get(1);
    worker.begin(stays);
    worker.begin(goes);
    long version = upstream.view().version();
    gateway.name("users.test", Duration.ofSeconds(10), "10.0.0.3", "10.0.0.1");
    gateway.loop.advance(Duration.ofSeconds(10));
    assertThat(names(upstream)).containsExactly("10.0.0.3:8080", "10.0.0.1:8080");
    assertThat(upstream.view().version()).isNotEqualTo(version);
    assertThat(upstream.view().get(1)).isSameAs(stays);
    assertThat(stays.inFlight()).isEqualTo(1);
    worker.end(goes, Outcome.SUCCESS, 1, 0);
    worker.end(stays, Outcome.SUCCESS, 1, 0);
    assertThat(goes.inFlight() + stays.inFlight()).isZero();
    assertThat(stays.authority()).as("Host stays the name").isEqualTo("users.test:8080");
  }

  @Test
  void aNewSnapshotStartsWithWhatIsKnown() {
    gateway.name("users.test", Duration.ofSeconds(10), "10.0.0.1");
    gateway.serve(BY_NAME);
    Upstream next = gateway.upstreams.prepare("u", BY_NAME, TestGateway.template(BY_NAME));
    assertThat(next.view().get(0).addresses()).hasSize(1);
    assertThat(gateway.upstreams.resolve(List.of(next))).isCompleted();
    assertThat(gateway.asked).hasSize(1);
  }

  @Test
  void aFirstSnapshotCanWaitForItsNames() {
    gateway.name("users.test", Duration.ofSeconds(10), "10.0.0.1");
    Upstream first = gateway.upstreams.prepare("u", BY_NAME, TestGateway.template(BY_NAME));
    CompletableFuture<Void> resolved = gateway.upstreams.resolve(List.of(first));
    gateway.loop.run();
    assertThat(resolved).isCompleted();
    assertThat(first.view().get(0).addresses()).hasSize(1);
  }

  @Test
  void aReplacedUpstreamIsNotAskedForAnyMore() {
    gateway.name("users.test", Duration.ofSeconds(10), "10.0.0.1");
    Upstream before = gateway.serve(BY_NAME);
    gateway.serve(UpstreamRules.of("127.0.0.1:9001"));
    before.close();
    int asked = gateway.asked.size();
    gateway.loop.advance(Duration.ofMinutes(10));
    assertThat(gateway.asked).hasSize(asked);
  }

  private static List<String> names(Upstream upstream) {
    return upstream.health().endpoints().stream().map(HealthView.EndpointHealth::name).toList();
  }
}
