package dev.penstock.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.ProxyError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What may be chosen, how much may be under way, who waits, and that every place is given back. */
class UpstreamWorkerTest {
  private final TestExchange exchange = TestExchange.get("/");
  private final TriedEndpoints tried = new TriedEndpoints();

  /** U6: never the same endpoint twice while others exist. */
  @Test
  void eachAttemptMeetsAnotherEndpointWhileThereIsOne() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(rules(1, 1, 1)));
    List<String> attempts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      UpstreamEndpoint chosen = worker.choose(exchange, tried, 0);
      tried.add(chosen);
      attempts.add(chosen.name());
    }
    assertThat(attempts).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(worker.choose(exchange, tried, 0)).as("no other is left").isNotNull();
  }

  @Test
  void theOnlyEndpointIsTriedAgain() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(rules(1)));
    tried.add(worker.choose(exchange, tried, 0));
    assertThat(worker.choose(exchange, tried, 0).name()).isEqualTo("a");
  }

  /** U11: weight 0 drains. */
  @Test
  void anEndpointOfWeightZeroGetsNothing() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(rules(0, 1)));
    for (int i = 0; i < 10; i++) {
      assertThat(worker.choose(exchange, tried, 0).name()).isEqualTo("b");
    }
    UpstreamWorker none = gateway.worker(gateway.serve(rules(0)));
    assertThat(none.choose(exchange, tried, 0)).isNull();
    assertThat(none.whyNone()).isEqualTo(ProxyError.Kind.NO_ENDPOINT);
  }

  @Test
  void backupsServeOnlyWhileNoOtherCan() {
    TestGateway gateway = new TestGateway();
    List<EndpointRules> endpoints = new ArrayList<>(TestGateway.even(2));
    endpoints.add(new EndpointRules("127.0.0.1:9100", 1, true, "spare"));
    Upstream upstream = gateway.serve(UpstreamRules.of(endpoints));
    UpstreamWorker worker = gateway.worker(upstream);
    assertThat(names(worker, 4)).containsOnly("a", "b");
    upstream.reportHealth(upstream.view().get(0), false);
    assertThat(names(worker, 4)).containsOnly("b");
    upstream.reportHealth(upstream.view().get(1), false);
    assertThat(upstream.view().isPanic()).as("a backup is the better way out").isFalse();
    assertThat(names(worker, 4)).containsOnly("spare");
    upstream.reportHealth(upstream.view().get(2), false);
    assertThat(upstream.view().isPanic()).isTrue();
    assertThat(names(worker, 4)).containsOnly("a", "b");
  }

  @Test
  void aBackupTakesTheRetryWhenTheOnlyOtherFailed() {
    TestGateway gateway = new TestGateway();
    List<EndpointRules> endpoints = new ArrayList<>(TestGateway.even(1));
    endpoints.add(new EndpointRules("127.0.0.1:9100", 1, true, "spare"));
    UpstreamWorker worker = gateway.worker(gateway.serve(UpstreamRules.of(endpoints)));
    tried.add(worker.choose(exchange, tried, 0));
    assertThat(worker.choose(exchange, tried, 0).name()).isEqualTo("spare");
  }

  /** U17: fewer than half healthy: all are used, until half are healthy again. */
  @Test
  void panicUsesAllBelowTheThreshold() {
    TestGateway gateway = new TestGateway();
    Upstream upstream = gateway.serve(rules(1, 1, 1, 1));
    UpstreamWorker worker = gateway.worker(upstream);
    upstream.reportHealth(upstream.view().get(0), false);
    upstream.reportHealth(upstream.view().get(1), false);
    assertThat(upstream.view().isPanic()).as("half is not fewer than half").isFalse();
    assertThat(names(worker, 8)).containsOnly("c", "d");
    upstream.reportHealth(upstream.view().get(2), false);
    assertThat(upstream.view().isPanic()).isTrue();
    assertThat(upstream.health().panic()).isTrue();
    assertThat(names(worker, 8)).containsOnly("a", "b", "c", "d");
    upstream.reportHealth(upstream.view().get(0), true);
    assertThat(names(worker, 8)).containsOnly("a", "d");
  }

  @Test
  void withoutPanicNothingIsChosenWhenAllAreDown() {
    TestGateway gateway = new TestGateway();
    Upstream upstream =
        gateway.serve(TestGateway.rules(TestGateway.even(2), r -> r.panicThreshold(0)));
    for (int i = 0; i < 2; i++) upstream.reportHealth(upstream.view().get(i), false);
    UpstreamWorker worker = gateway.worker(upstream);
    assertThat(worker.choose(exchange, tried, 0)).isNull();
    assertThat(worker.whyNone()).isEqualTo(ProxyError.Kind.NO_ENDPOINT);
  }

  @Test
  void aFullEndpointIsPassedOver() {
    TestGateway gateway = new TestGateway(2);
    Upstream upstream =
        gateway.serve(limited(new LimitRules(0, 0, 2, 0, Duration.ofSeconds(1)), 2));
    UpstreamWorker worker = gateway.worker(upstream, 0);
    UpstreamWorker other = gateway.worker(upstream, 1);
    UpstreamEndpoint a = upstream.view().get(0);
    UpstreamEndpoint b = upstream.view().get(1);
    worker.begin(a);
    other.begin(a);
    assertThat(names(worker, 4)).containsOnly("b");
    worker.begin(b);
    worker.begin(b);
    assertThat(worker.choose(exchange, tried, 0)).isNull();
    assertThat(worker.whyNone()).isEqualTo(ProxyError.Kind.CIRCUIT_OPEN);
    other.end(a, Outcome.SUCCESS, 1, 0);
    assertThat(names(worker, 4)).containsOnly("a");
  }

  @Test
  void aRequestWaitsForAPlaceAndGetsItInTurn() {
    TestGateway gateway = new TestGateway();
    Upstream upstream = gateway.serve(limited(queue(1, 10), 1));
    UpstreamWorker worker = gateway.worker(upstream);
    TestWaiter first = new TestWaiter();
    TestWaiter second = new TestWaiter();
    TestWaiter third = new TestWaiter();
    assertThat(worker.admit(first, now(gateway))).isEqualTo(Admission.ADMITTED);
    assertThat(worker.admit(second, now(gateway))).isEqualTo(Admission.QUEUED);
    assertThat(worker.admit(third, now(gateway))).isEqualTo(Admission.QUEUED);
    assertThat(upstream.waiting()).isEqualTo(2);
    worker.leave();
    assertThat(second.admitted).as("told on a stack of its own").isZero();
    gateway.workers.get(0).turn();
    assertThat(second.admitted).isEqualTo(1);
    assertThat(third.admitted).isZero();
    worker.leave();
    gateway.workers.get(0).turn();
    assertThat(third.admitted).isEqualTo(1);
    worker.leave();
    assertThat(upstream.inFlight()).isZero();
    assertThat(upstream.waiting()).isZero();
    assertThat(gateway.workers.get(0).timers().size()).isZero();
  }

  @Test
  void aPlaceThatAnotherWorkerGivesBackIsTaken() {
    TestGateway gateway = new TestGateway(2);
    Upstream upstream = gateway.serve(limited(queue(1, 10), 1));
    UpstreamWorker one = gateway.worker(upstream, 0);
    UpstreamWorker two = gateway.worker(upstream, 1);
    TestWaiter waiter = new TestWaiter();
    assertThat(one.admit(new TestWaiter(), now(gateway))).isEqualTo(Admission.ADMITTED);
    assertThat(two.admit(waiter, now(gateway))).isEqualTo(Admission.QUEUED);
    one.leave();
    gateway.workers.get(1).turn();
    gateway.workers.get(1).turn();
    assertThat(waiter.admitted).isEqualTo(1);
    assertThat(upstream.inFlight()).isEqualTo(1);
    two.leave();
    assertThat(upstream.inFlight()).isZero();
  }

  @Test
  void waitingEndsAtTheDeadline() {
    TestGateway gateway = new TestGateway();
    Upstream upstream = gateway.serve(limited(queue(1, 10), 1));
    UpstreamWorker worker = gateway.worker(upstream);
    TestWaiter waiter = new TestWaiter();
    worker.admit(new TestWaiter(), now(gateway));
    worker.admit(waiter, now(gateway));
    gateway.workers.get(0).advance(Duration.ofMillis(999));
    assertThat(waiter.timedOut).isZero();
    gateway.workers.get(0).advance(Duration.ofMillis(3));
    assertThat(waiter.timedOut).isEqualTo(1);
    worker.leave();
    gateway.workers.get(0).turn();
    assertThat(waiter.admitted).isZero();
    assertThat(upstream.inFlight()).isZero();
  }

  @Test
  void aFullQueueRefusesAtOnce() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(limited(queue(1, 1), 1)));
    worker.admit(new TestWaiter(), now(gateway));
    worker.admit(new TestWaiter(), now(gateway));
    assertThat(worker.admit(new TestWaiter(), now(gateway))).isEqualTo(Admission.REFUSED);
  }

  /** Nobody overtakes those who wait, even if there is a place at this moment. */
  @Test
  void aNewcomerQueuesBehindThoseWhoWait() {
    TestGateway gateway = new TestGateway();
    UpstreamWorker worker = gateway.worker(gateway.serve(limited(queue(2, 9), 1)));
    worker.admit(new TestWaiter(), now(gateway));
    worker.admit(new TestWaiter(), now(gateway));
    TestWaiter waiter = new TestWaiter();
    TestWaiter newcomer = new TestWaiter();
    worker.admit(waiter, now(gateway));
    worker.leave();
    assertThat(worker.admit(newcomer, now(gateway))).isEqualTo(Admission.QUEUED);
    gateway.workers.get(0).turn();
    assertThat(waiter.admitted).isEqualTo(1);
    assertThat(newcomer.admitted).isZero();
  }

  /**
   * A limit per endpoint lets requests wait too, as many as the endpoints that serve can take come
   * in.
   */
  @Test
  void endpointLimitsMakeRequestsWait() {
    TestGateway gateway = new TestGateway();
    Upstream upstream =
        gateway.serve(limited(new LimitRules(0, 0, 1, 10, Duration.ofSeconds(1)), 3));
    upstream.reportHealth(upstream.view().get(0), false);
    UpstreamWorker worker = gateway.worker(upstream);
    assertThat(worker.admit(new TestWaiter(), now(gateway))).isEqualTo(Admission.ADMITTED);
    assertThat(worker.admit(new TestWaiter(), now(gateway))).isEqualTo(Admission.ADMITTED);
    TestWaiter waiter = new TestWaiter();
    assertThat(worker.admit(waiter, now(gateway))).isEqualTo(Admission.QUEUED);
    upstream.reportHealth(upstream.view().get(0), true);
    gateway.workers.get(0).turn();
    gateway.workers.get(0).turn();
    assertThat(waiter.admitted).as("the third endpoint is back").isEqualTo(1);
  }

  @Test
  void connectionsAreLimitedOverAllWorkers() {
    TestGateway gateway = new TestGateway(2);
    Upstream upstream =
        gateway.serve(limited(new LimitRules(2, 0, 0, 0, Duration.ofSeconds(1)), 2));
    UpstreamWorker one = gateway.worker(upstream, 0);
    UpstreamWorker two = gateway.worker(upstream, 1);
    UpstreamEndpoint a = upstream.view().get(0);
    one.connectionOpened(a);
    assertThat(two.mayConnect()).isTrue();
    two.connectionOpened(a);
    assertThat(one.mayConnect()).isFalse();
    assertThat(a.connections()).isEqualTo(2);
    two.connectionClosed(a);
    assertThat(one.mayConnect()).isTrue();
  }

  /** U7: a fifth of what is under way, three at least. */
  @Test
  void retriesHaveABudgetOverAllWorkers() {
    TestGateway gateway = new TestGateway(2);
    Upstream upstream = gateway.serve(rules(1));
    UpstreamWorker one = gateway.worker(upstream, 0);
    UpstreamWorker two = gateway.worker(upstream, 1);
    assertThat(one.takeRetry() && two.takeRetry() && one.takeRetry()).isTrue();
    assertThat(two.takeRetry()).isFalse();
    for (int i = 0; i < 20; i++) one.admit(new TestWaiter(), 0);
    assertThat(two.takeRetry()).as("20 % of 20 are 4").isTrue();
    assertThat(two.takeRetry()).isFalse();
    two.retryDone();
    assertThat(one.takeRetry()).isTrue();
  }

  /** A new snapshot finds what the old one has under way, and ends it under its own name. */
  @Test
  void whatIsKnownOutlivesTheSnapshot() {
    TestGateway gateway = new TestGateway();
    Upstream before = gateway.serve(rules(1, 1));
    UpstreamWorker oldWorker = gateway.worker(before);
    oldWorker.admit(new TestWaiter(), 0);
    oldWorker.begin(before.view().get(0));
    before.reportHealth(before.view().get(1), false);
    Upstream after = gateway.serve(TestGateway.rules(TestGateway.endpoints(7, 1, 1)));
    assertThat(after.inFlight()).isEqualTo(1);
    assertThat(after.view().find("a").inFlight()).isEqualTo(1);
    assertThat(after.view().find("a").weight()).isEqualTo(7);
    assertThat(after.view().find("b").isHealthy()).isFalse();
    assertThat(after.view().find("a").key()).isSameAs(before.view().find("a").key());
    oldWorker.end(before.view().get(0), Outcome.SUCCESS, 5, 0);
    oldWorker.leave();
    before.close();
    gateway.loop.run();
    assertThat(after.inFlight()).isZero();
    assertThat(after.view().find("a").requests()).isEqualTo(1);
    assertThat(after.view().find("b").isHealthy()).isFalse();
    after.close();
    gateway.loop.run();
    assertThat(gateway.serve(rules(1, 1)).view().find("b").isHealthy())
        .as("nobody knew it any more")
        .isTrue();
  }

  @Test
  void aRequestThatWaitsUnderTheOldSnapshotGetsThePlaceFreedUnderTheNew() {
    TestGateway gateway = new TestGateway();
    Upstream before = gateway.serve(limited(queue(1, 5), 1));
    UpstreamWorker oldWorker = gateway.worker(before);
    oldWorker.admit(new TestWaiter(), now(gateway));
    TestWaiter waiter = new TestWaiter();
    oldWorker.admit(waiter, now(gateway));
    UpstreamWorker newWorker = gateway.worker(gateway.serve(limited(queue(1, 5), 1)));
    newWorker.leave();
    gateway.workers.get(0).turn();
    assertThat(waiter.admitted).isEqualTo(1);
  }

  /** A configuration that is only checked leaves the running one alone. */
  @Test
  void preparingMovesNoRunningEndpoint() {
    TestGateway gateway = new TestGateway();
    Upstream running = gateway.serve(rules(1));
    UpstreamRules elsewhere =
        UpstreamRules.of(List.of(new EndpointRules("127.0.0.9:1", 1, false, "a")));
    Upstream candidate = gateway.upstreams.prepare("u", elsewhere, TestGateway.template(elsewhere));
    gateway.loop.run();
    candidate.close();
    gateway.loop.run();
    assertThat(running.view().get(0).addresses().getFirst().getPort()).isEqualTo(9001);
    assertThat(running.view().get(0).isAt(running.view().get(0).addresses().getFirst())).isTrue();
  }

  /**
   * Q7: whatever happens in whatever order, all places, attempts and retries are back at the end.
   */
  @Property(tries = 300)
  void nothingLeaks(
      @ForAll @Size(max = 120) List<@IntRange(max = 5) Integer> steps,
      @ForAll @IntRange(min = 1, max = 4) int limit) {
    TestGateway gateway = new TestGateway(2);
    Upstream upstream = gateway.serve(limited(queue(limit, 3), 2));
    List<Client> inside = new ArrayList<>();
    List<Client> waiting = new ArrayList<>();
    UpstreamWorker[] workers = {gateway.worker(upstream, 0), gateway.worker(upstream, 1)};
    List<Outcome> outcomes = List.copyOf(EnumSet.allOf(Outcome.class));
    int turn = 0;
    for (int step : steps) {
      UpstreamWorker worker = workers[turn++ % 2];
      switch (step) {
        case 0, 1 -> {
          Client client = new Client(worker, outcomes.get(turn % outcomes.size()), inside, waiting);
          switch (worker.admit(client, now(gateway))) {
            case ADMITTED -> inside.add(client);
            case QUEUED -> waiting.add(client);
            case REFUSED -> {}
          }
        }
        case 2 -> {
          if (!inside.isEmpty()) inside.removeFirst().finish();
        }
        case 3 -> {
          if (!waiting.isEmpty()) waiting.removeLast().giveUp();
        }
        case 4 -> gateway.workers.forEach(w -> w.advance(Duration.ofMillis(400)));
        default -> gateway.workers.forEach(TestWorker::turn);
      }
      assertThat(upstream.inFlight()).isLessThanOrEqualTo(limit);
    }
    while (!inside.isEmpty() || !waiting.isEmpty()) {
      if (!inside.isEmpty()) inside.removeFirst().finish();
      gateway.workers.forEach(TestWorker::turn);
    }
    assertThat(upstream.inFlight()).isZero();
    assertThat(upstream.waiting()).isZero();
    assertThat(upstream.health().endpoints()).allSatisfy(e -> assertThat(e.inFlight()).isZero());
    for (TestWorker worker : gateway.workers) assertThat(worker.timers().size()).isZero();
  }

  /** A client that makes an attempt when it is let in. */
  private static final class Client extends Waiter {
    private final UpstreamWorker worker;
    private final Outcome outcome;
    private final List<Client> inside;
    private final List<Client> waiting;

    Client(UpstreamWorker worker, Outcome outcome, List<Client> inside, List<Client> waiting) {
      this.worker = worker;
      this.outcome = outcome;
      this.inside = inside;
      this.waiting = waiting;
    }

    @Override
    protected void onAdmitted() {
      waiting.remove(this);
      inside.add(this);
    }

    @Override
    protected void onQueueTimeout() {
      waiting.remove(this);
    }

    void finish() {
      UpstreamEndpoint endpoint = worker.choose(TestExchange.get("/"), new TriedEndpoints(), 0);
      worker.begin(endpoint);
      worker.end(endpoint, outcome, 1, 0);
      worker.leave();
    }

    void giveUp() {
      worker.cancel(this);
    }
  }

  /** Counts what it is told. */
  private static final class TestWaiter extends Waiter {
    int admitted;
    int timedOut;

    @Override
    protected void onAdmitted() {
      admitted++;
    }

    @Override
    protected void onQueueTimeout() {
      timedOut++;
    }
  }

  private List<String> names(UpstreamWorker worker, int times) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < times; i++) names.add(worker.choose(exchange, tried, 0).name());
    return names;
  }

  private static long now(TestGateway gateway) {
    return gateway.loop.nanoTime();
  }

  private static LimitRules queue(int maxRequests, int queue) {
    return new LimitRules(0, maxRequests, 0, queue, Duration.ofSeconds(1));
  }

  private static UpstreamRules rules(int... weights) {
    return UpstreamRules.of(TestGateway.endpoints(weights));
  }

  private static UpstreamRules limited(LimitRules limits, int endpoints) {
    return TestGateway.rules(TestGateway.even(endpoints), r -> r.limits(limits));
  }
}
