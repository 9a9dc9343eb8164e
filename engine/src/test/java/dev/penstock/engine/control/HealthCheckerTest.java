package dev.penstock.engine.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.upstream.DiscoveryRules;
import dev.penstock.engine.upstream.EndpointRules;
import dev.penstock.engine.upstream.HealthCheckRules;
import dev.penstock.engine.upstream.LimitRules;
import dev.penstock.engine.upstream.NameResolver;
import dev.penstock.engine.upstream.OutlierRules;
import dev.penstock.engine.upstream.PoolRules;
import dev.penstock.engine.upstream.RetryRules;
import dev.penstock.engine.upstream.TestLoop;
import dev.penstock.engine.upstream.TimeoutRules;
import dev.penstock.engine.upstream.Upstream;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import dev.penstock.engine.upstream.UpstreamRules;
import dev.penstock.engine.upstream.Upstreams;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** U18: when endpoints are probed and what follows from it. */
class HealthCheckerTest {
  private static final HealthCheckRules CHECK = HealthCheckRules.http("/healthz");

  private final TestLoop loop = new TestLoop();
  private final FakeProber prober = new FakeProber();
  private List<InetAddress> resolved = List.of(InetAddress.ofLiteral("10.0.0.1"));
  private final Upstreams upstreams =
      new Upstreams(
          loop,
          (host, family) ->
              CompletableFuture.completedFuture(
                  new NameResolver.Answer(resolved, Duration.ofSeconds(10))),
          1,
          new byte[16]);
  private final HealthChecker checker = new HealthChecker(loop, prober, new SplittableRandom(3));

  @Test
  void threeFailuresMakeUnhealthyAndTwoSuccessesHealthy() {
    Upstream upstream = serve(rules(CHECK, "127.0.0.1:1"));
    UpstreamEndpoint endpoint = upstream.view().get(0);
    prober.failing.add("127.0.0.1:1");
    probes(2);
    assertThat(endpoint.isHealthy()).isTrue();
    probes(1);
    assertThat(endpoint.isHealthy()).isFalse();
    prober.failing.clear();
    probes(1);
    assertThat(endpoint.isHealthy()).isFalse();
    probes(1);
    assertThat(endpoint.isHealthy()).isTrue();
  }

  @Test
  void rowsAreBrokenByTheOtherResult() {
    UpstreamEndpoint endpoint = serve(rules(CHECK, "127.0.0.1:1")).view().get(0);
    for (int i = 0; i < 5; i++) {
      prober.failing.add("127.0.0.1:1");
      probes(2);
      prober.failing.clear();
      probes(1);
    }
    assertThat(endpoint.isHealthy()).isTrue();
  }

  @Test
  void probesAreSpreadInTime() {
    String[] many = new String[50];
    for (int i = 0; i < many.length; i++) many[i] = "127.0.0.1:" + (i + 1);
    serve(rules(CHECK, many));
    assertThat(new HashSet<>(loop.scheduled())).as("first probes").hasSizeGreaterThan(40);
    loop.advance(Duration.ofSeconds(1));
    assertThat(prober.count).isEqualTo(50);
    loop.advance(Duration.ofMillis(3400));
    assertThat(prober.count).as("none before nine tenths of the interval").isEqualTo(50);
    loop.advance(Duration.ofMillis(2200));
    assertThat(prober.count).isEqualTo(100);
  }

  /** One slow probe must not be overtaken by the next one of the same endpoint. */
  @Test
  void anEndpointHasOneProbeAtATime() {
    serve(rules(CHECK, "127.0.0.1:1"));
    prober.answers = false;
    loop.advance(Duration.ofMinutes(1));
    assertThat(prober.count).isEqualTo(1);
  }

  @Test
  void removedEndpointsAreNotProbedAnyMore() {
    serve(rules(CHECK, "127.0.0.1:1", "127.0.0.1:2"));
    loop.advance(Duration.ofSeconds(10));
    serve(rules(CHECK, "127.0.0.1:2"));
    prober.targets.clear();
    loop.advance(Duration.ofSeconds(30));
    assertThat(prober.targets).isNotEmpty().containsOnly("127.0.0.1:2");
  }

  @Test
  void aResultThatComesAfterTheEndpointWentIsDropped() {
    Upstream upstream = serve(rules(CHECK, "127.0.0.1:1"));
    prober.answers = false;
    loop.advance(Duration.ofSeconds(1));
    checker.close();
    loop.run();
    prober.pending.forEach(done -> done.accept(new Prober.Result(false, "late")));
    loop.advance(Duration.ofMinutes(1));
    assertThat(prober.count).isEqualTo(1);
    assertThat(upstream.view().get(0).isHealthy()).isTrue();
  }

  /** A reload neither doubles the probes nor forgets the row. */
  @Test
  void probingGoesOnOverAReload() {
    serve(rules(CHECK, "127.0.0.1:1"));
    prober.failing.add("127.0.0.1:1");
    probes(2);
    Upstream next = serve(rules(CHECK, "127.0.0.1:1"));
    int before = prober.count;
    probes(1);
    assertThat(prober.count).isEqualTo(before + 1);
    assertThat(next.view().get(0).isHealthy()).isFalse();
  }

  @Test
  void otherRulesStartAnew() {
    serve(rules(CHECK, "127.0.0.1:1"));
    loop.advance(Duration.ofSeconds(10));
    serve(rules(HealthCheckRules.http("/other"), "127.0.0.1:1"));
    prober.paths.clear();
    loop.advance(Duration.ofSeconds(6));
    assertThat(prober.paths).containsOnly("/other");
  }

  @Test
  void withoutChecksNobodyStaysUnhealthy() {
    serve(rules(CHECK, "127.0.0.1:1"));
    prober.failing.add("127.0.0.1:1");
    probes(3);
    Upstream next = serve(rules(null, "127.0.0.1:1"));
    assertThat(next.view().get(0).isHealthy()).isTrue();
    int before = prober.count;
    loop.advance(Duration.ofMinutes(1));
    assertThat(prober.count).isEqualTo(before);
  }

  @Test
  void endpointsThatDiscoveryFindsAreProbed() {
    serve(rules(CHECK, "users.test:80"));
    loop.advance(Duration.ofSeconds(6));
    assertThat(prober.targets).containsOnly("10.0.0.1:80");
    resolved = List.of(InetAddress.ofLiteral("10.0.0.2"), InetAddress.ofLiteral("10.0.0.3"));
    loop.advance(Duration.ofSeconds(5));
    prober.targets.clear();
    loop.advance(Duration.ofSeconds(12));
    assertThat(prober.targets).containsOnly("10.0.0.2:80", "10.0.0.3:80");
  }

  @Test
  void aCheckMayUseAnotherPort() {
    HealthCheckRules other =
        new HealthCheckRules(
            HealthCheckRules.Kind.HTTP,
            "/",
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            2,
            3,
            null,
            List.of(200),
            null,
            9999,
            null);
    serve(rules(other, "127.0.0.1:1"));
    loop.advance(Duration.ofSeconds(2));
    assertThat(prober.targets).containsOnly("127.0.0.1:9999");
  }

  /** Runs until so many more probes have been answered. */
  private void probes(int more) {
    int until = prober.count + more;
    for (int i = 0; prober.count < until; i++) {
      assertThat(i).as("probes keep coming").isLessThan(10_000);
      loop.advance(Duration.ofMillis(10));
    }
    loop.run();
  }

  private Upstream serve(UpstreamRules rules) {
    Upstream upstream =
        upstreams.prepare(
            "u", rules, scope -> (Balancer) (exchange, endpoints) -> endpoints.get(0));
    upstreams.adopt(List.of(upstream));
    checker.adopt(List.of(upstream));
    loop.run();
    return upstream;
  }

  private static UpstreamRules rules(HealthCheckRules check, String... addresses) {
    List<EndpointRules> endpoints = new ArrayList<>();
    for (String address : addresses) endpoints.add(EndpointRules.of(address));
    DiscoveryRules d = DiscoveryRules.DEFAULT;
    return new UpstreamRules(
        "round-robin",
        endpoints,
        check,
        OutlierRules.DEFAULT,
        RetryRules.DEFAULT,
        TimeoutRules.DEFAULT,
        LimitRules.DEFAULT,
        PoolRules.DEFAULT,
        new DiscoveryRules(null, d.minTtl(), d.maxTtl(), d.negativeTtl(), true, d.family()),
        Duration.ZERO,
        0.5,
        null,
        UpstreamRules.HOST_PRESERVE,
        UpstreamRules.ProxyHeader.OFF,
        UpstreamRules.Protocol.HTTP1,
        null);
  }

  /** Answers at once, as the test says. */
  private static final class FakeProber implements Prober {
    final Set<String> failing = new HashSet<>();
    final List<String> targets = new ArrayList<>();
    final List<String> paths = new ArrayList<>();
    final List<Consumer<Result>> pending = new ArrayList<>();
    boolean answers = true;
    int count;

    @Override
    public void probe(Target target, Consumer<Result> done) {
      count++;
      String address =
          target.addresses().getFirst().getAddress().getHostAddress()
              + ":"
              + target.addresses().getFirst().getPort();
      targets.add(address);
      paths.add(target.rules().path());
      if (answers) done.accept(new Result(!failing.contains(address), "as told"));
      else pending.add(done);
    }
  }
}
