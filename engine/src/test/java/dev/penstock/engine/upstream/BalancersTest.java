package dev.penstock.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoint serves, without hashing: {@link HashBalancersTest} has the rest. */
class BalancersTest {
  private final TestExchange exchange = TestExchange.get("/");
  private final TriedEndpoints tried = new TriedEndpoints();

  /** U11: the order that nginx documents. */
  @Test
  void roundRobinSpreadsWeightsSmoothly() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(rules("round-robin", 5, 1, 1)));
    assertThat(names(worker, 14)).isEqualTo("aabacaa" + "aabacaa");
  }

  @Test
  void roundRobinGivesExactSharesForAnyWeights() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(rules("round-robin", 3, 0, 7, 1)));
    assertThat(shares(worker, 110)).isEqualTo(Map.of("a", 30, "c", 70, "d", 10));
  }

  /** Workers take turns of their own; few requests must not all meet the first endpoint. */
  @Test
  void roundRobinBeginsElsewhereOnEachWorker() {
    TestGateway gateway = new TestGateway(3);
    Upstream upstream = gateway.serve(rules("round-robin", 1, 1, 1));
    String firsts = "";
    for (int i = 0; i < 3; i++) firsts += names(gateway.worker(upstream, i), 1);
    assertThat(firsts).isEqualTo("abc");
  }

  @Test
  void roundRobinHasNoBurstForAnEndpointThatComesBack() {
    TestGateway gateway = new TestGateway();
    Upstream upstream = gateway.serve(rules("round-robin", 1, 1, 1));
    UpstreamWorker worker = gateway.worker(upstream);
    upstream.reportHealth(upstream.view().get(0), false);
    assertThat(shares(worker, 30)).isEqualTo(Map.of("b", 15, "c", 15));
    upstream.reportHealth(upstream.view().get(0), true);
    assertThat(shares(worker, 6)).isEqualTo(Map.of("a", 2, "b", 2, "c", 2));
  }

  /** U12: what another worker has under way counts. */
  @Test
  void leastRequestsCountsOverAllWorkers() {
    TestGateway gateway = new TestGateway(2);
    Upstream upstream = gateway.serve(rules("least-requests", 1, 1, 1));
    UpstreamWorker other = gateway.worker(upstream, 1);
    other.begin(upstream.view().get(0));
    other.begin(upstream.view().get(2));
    assertThat(names(gateway.worker(upstream, 0), 10)).isEqualTo("bbbbbbbbbb");
  }

  @Test
  void leastRequestsBreaksTiesByChance() {
    TestGateway gateway = new TestGateway();
    Map<String, Integer> shares =
        shares(gateway.worker(gateway.serve(rules("least-requests", 1, 1, 1))), 3000);
    assertThat(shares).hasSize(3);
    assertThat(shares.values()).allSatisfy(n -> assertThat(n).isBetween(850, 1150));
  }

  @Test
  void leastRequestsFillsByWeight() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(rules("least-requests", 3, 1)));
    Map<String, Integer> shares = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      UpstreamEndpoint chosen = worker.choose(exchange, tried, 0);
      worker.begin(chosen);
      shares.merge(chosen.name(), 1, Integer::sum);
    }
    assertThat(shares.get("a")).isCloseTo(30, within(1));
  }

  @Test
  void randomTwoAvoidsTheBusiestEndpoint() {
    TestGateway gateway = new TestGateway();
    Upstream upstream = gateway.serve(rules("random-two", 1, 1, 1, 1));
    UpstreamWorker worker = gateway.worker(upstream);
    for (int i = 0; i < 5; i++) worker.begin(upstream.view().get(1));
    Map<String, Integer> shares = shares(worker, 3000);
    // It would be taken only against itself, and the two draws differ.
    assertThat(shares).doesNotContainKey("b").hasSize(3);
    assertThat(shares.values()).allSatisfy(n -> assertThat(n).isBetween(800, 1200));
  }

  @Test
  void randomTwoFindsTheOnlyUsableOfMany() {
    TestGateway gateway = new TestGateway();
    Upstream upstream =
        gateway.serve(
            TestGateway.rules(
                TestGateway.even(200), r -> r.balancer("random-two").panicThreshold(0)));
    for (int i = 0; i < 200; i++) {
      if (i != 137) upstream.reportHealth(upstream.view().get(i), false);
    }
    assertThat(shares(gateway.worker(upstream), 20)).isEqualTo(Map.of("e137", 20));
  }

  @Test
  void ewmaPrefersTheFasterAndComesBackWhenTheSlowHasRested() {
    TestGateway gateway = new TestGateway();
    Upstream upstream = gateway.serve(rules("ewma", 1, 1));
    UpstreamWorker worker = gateway.worker(upstream);
    UpstreamEndpoint a = upstream.view().get(0);
    UpstreamEndpoint b = upstream.view().get(1);
    answer(gateway, worker, a, Outcome.SUCCESS, Duration.ofMillis(100));
    answer(gateway, worker, b, Outcome.SUCCESS, Duration.ofMillis(10));
    assertThat(names(worker, 5)).isEqualTo("bbbbb");
    // b turns slow: one answer is enough.
    answer(gateway, worker, b, Outcome.SUCCESS, Duration.ofMillis(500));
    assertThat(names(worker, 5)).isEqualTo("aaaaa");
    // a goes on answering in 100 ms while b, unasked, fades below it.
    for (int i = 0; i < 30; i++) {
      gateway.loop.advance(Duration.ofSeconds(1));
      answer(gateway, worker, a, Outcome.SUCCESS, Duration.ofMillis(100));
    }
    assertThat(names(worker, 1)).isEqualTo("b");
  }

  /** An endpoint that fails at once must not win as the quickest. */
  @Test
  void ewmaIsNotFooledByQuickFailures() {
    TestGateway gateway = new TestGateway();
    Upstream upstream = gateway.serve(rules("ewma", 1, 1));
    UpstreamWorker worker = gateway.worker(upstream);
    answer(gateway, worker, upstream.view().get(0), Outcome.STATUS_5XX, Duration.ofMillis(1));
    answer(gateway, worker, upstream.view().get(1), Outcome.SUCCESS, Duration.ofMillis(200));
    assertThat(names(worker, 5)).isEqualTo("bbbbb");
  }

  /** U15: a tenth at first, then linearly more, then all. */
  @Test
  void slowStartRampsFromATenthToTheWholeWeight() {
    TestGateway gateway = new TestGateway();
    Upstream upstream =
        gateway.serve(
            TestGateway.rules(
                TestGateway.endpoints(10, 10), r -> r.slowStart(Duration.ofSeconds(30))));
    gateway.loop.advance(Duration.ofSeconds(31));
    UpstreamEndpoint a = upstream.view().get(0);
    assertThat(a.effectiveWeight()).isEqualTo(10);
    upstream.reportHealth(a, false);
    gateway.loop.advance(Duration.ofSeconds(5));
    upstream.reportHealth(a, true);
    List<Double> weights = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      weights.add(a.effectiveWeight());
      gateway.loop.advance(Duration.ofMillis(7500));
    }
    assertThat(weights).containsExactly(1.0, 2.5, 5.0, 7.5, 10.0);
  }

  @Test
  void slowStartShowsInTheShares() {
    TestGateway gateway = new TestGateway();
    Upstream upstream =
        gateway.serve(
            TestGateway.rules(
                TestGateway.endpoints(1, 1), r -> r.slowStart(Duration.ofSeconds(30))));
    gateway.loop.advance(Duration.ofSeconds(31));
    upstream.reportHealth(upstream.view().get(0), false);
    upstream.reportHealth(upstream.view().get(0), true);
    assertThat(shares(gateway.worker(upstream), 110).get("a")).isCloseTo(10, within(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"round-robin", "least-requests", "random-two", "ewma"})
  void choosingAllocatesNothing(String balancer) {
    TestGateway gateway = new TestGateway(2);
    Upstream upstream = gateway.serve(rules(balancer, 3, 1, 2, 1, 5));
    UpstreamWorker worker = gateway.worker(upstream);
    choose(worker, 20_000);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    choose(worker, 20_000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    // Reading the counter allocates a little itself; a single object per choice would be 320 KB.
    assertThat(allocated).isLessThan(20_000);
  }

  private void choose(UpstreamWorker worker, int times) {
    for (int i = 0; i < times; i++) {
      UpstreamEndpoint chosen = worker.choose(exchange, tried, 0);
      worker.begin(chosen);
      worker.end(chosen, Outcome.SUCCESS, 1_000_000, 0);
    }
  }

  private static UpstreamRules rules(String balancer, int... weights) {
    return TestGateway.rules(TestGateway.endpoints(weights), r -> r.balancer(balancer));
  }

  private static void answer(
      TestGateway gateway,
      UpstreamWorker worker,
      UpstreamEndpoint endpoint,
      Outcome outcome,
      Duration latency) {
    worker.begin(endpoint);
    worker.end(endpoint, outcome, latency.toNanos(), gateway.loop.nanoTime());
  }

  private String names(UpstreamWorker worker, int times) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < times; i++) names.append(worker.choose(exchange, tried, 0).name());
    return names.toString();
  }

  private Map<String, Integer> shares(UpstreamWorker worker, int times) {
    Map<String, Integer> shares = new HashMap<>();
    for (int i = 0; i < times; i++) {
      shares.merge(worker.choose(exchange, tried, 0).name(), 1, Integer::sum);
    }
    return shares;
  }
}
