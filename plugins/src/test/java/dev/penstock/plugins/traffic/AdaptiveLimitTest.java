package dev.penstock.plugins.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The limit before a simulated upstream, on a clock of its own. */
final class AdaptiveLimitTest {
  private static final long MS = 1_000_000;

  private static AdaptiveConcurrencyConfig config(int probeSeconds) {
    return new AdaptiveConcurrencyConfig(
        4, 1000, 50, Duration.ofMillis(100), 10, 0.25, Duration.ofSeconds(probeSeconds), 50);
  }

  /** Serves {@code capacity} at a time in {@code baseNs}; with more, all take longer. */
  private static final class Simulation {
    final AdaptiveLimit limit;
    final PriorityQueue<long[]> underWay = new PriorityQueue<>((a, b) -> Long.compare(a[1], b[1]));
    long nowNs;
    long baseNs = 10 * MS;
    int capacity;
    long answered;
    long shed;
    long slowest;

    Simulation(AdaptiveLimit limit, int capacity) {
      this.limit = limit;
      this.capacity = capacity;
    }

    /** Requests arrive evenly, {@code perMs} each millisecond. */
    void run(int ms, int perMs) {
      long end = nowNs + ms * MS;
      while (nowNs < end) {
        nowNs += MS;
        finish();
        for (int i = 0; i < perMs; i++) {
          if (!limit.enter()) {
            shed++;
            continue;
          }
          int n = underWay.size() + 1;
          long takes = baseNs * Math.max(n, capacity) / capacity;
          underWay.add(new long[] {nowNs, nowNs + takes});
        }
      }
    }

    void finish() {
      while (!underWay.isEmpty() && underWay.peek()[1] <= nowNs) {
        long[] done = underWay.poll();
        limit.leave();
        slowest = Math.max(slowest, done[1] - done[0]);
        answered++;
        limit.answered(done[1] - done[0], nowNs);
      }
    }

    void forget() {
      answered = 0;
      shed = 0;
      slowest = 0;
    }
  }

  @Test
  void anOverloadedUpstreamIsKeptFastByRefusing() {
    Simulation simulation = new Simulation(new AdaptiveLimit(config(60), 0), 100);
    simulation.run(2000, 2); // 20 at a time: an idle upstream is measured
    simulation.run(3000, 40); // 400 would be under way
    simulation.forget();
    simulation.run(5000, 40);
    assertThat(simulation.limit.limit()).isBetween(90, 220);
    assertThat(simulation.slowest).isLessThan(25 * MS);
    assertThat(simulation.shed).isPositive();
    // What the upstream can do, it does: 10 each millisecond.
    assertThat(simulation.answered).isGreaterThan(5000 * 9L);
  }

  @Test
  void anUpstreamThatIsFastEnoughIsNeverRefused() {
    Simulation simulation = new Simulation(new AdaptiveLimit(config(60), 0), 100);
    simulation.run(10_000, 4);
    assertThat(simulation.shed).isZero();
    int before = simulation.limit.limit();
    simulation.run(10_000, 1);
    assertThat(simulation.limit.limit()).as("unused limits do not grow").isEqualTo(before);
  }

  @Test
  void theLimitFallsWhenTheUpstreamWeakensAndComesBack() {
    Simulation simulation = new Simulation(new AdaptiveLimit(config(60), 0), 200);
    simulation.run(2000, 2);
    simulation.run(5000, 18);
    int strong = simulation.limit.limit();
    simulation.capacity = 20;
    simulation.run(5000, 18);
    assertThat(simulation.limit.limit()).isLessThan(strong / 2).isLessThan(70);
    simulation.capacity = 200;
    simulation.run(5000, 18);
    simulation.forget();
    simulation.run(2000, 18);
    assertThat(simulation.limit.limit()).isGreaterThan(strong / 2);
    assertThat(simulation.shed).isZero();
  }

  @Test
  void aNewIdleTimeIsMeasuredAndTheLimitComesBack() {
    Simulation simulation = new Simulation(new AdaptiveLimit(config(2), 0), 100);
    simulation.run(1500, 4);
    simulation.baseNs = 40 * MS; // a heavier version is deployed
    List<Integer> limits = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      simulation.run(1, 2);
      limits.add(simulation.limit.limit());
    }
    assertThat(limits).as("probed").contains(4);
    simulation.forget();
    simulation.run(1000, 1);
    assertThat(simulation.limit.limit()).isGreaterThan(40);
  }

  @Test
  void answersThatDoNotComeLowerTheLimit() {
    AdaptiveLimit limit = new AdaptiveLimit(config(60), 0);
    long now = 0;
    for (int i = 0; i < 100; i++) limit.answered(10 * MS, now += 2 * MS);
    int before = limit.limit();
    for (int i = 0; i < 2000; i++) limit.dropped(now += MS);
    assertThat(limit.limit()).isLessThan(before / 2).isGreaterThanOrEqualTo(4);
  }

  @Test
  void fewAnswersSayNothing() {
    AdaptiveLimit limit = new AdaptiveLimit(config(60), 0);
    for (int i = 0; i < 9; i++) limit.answered(1000 * MS, (i + 1) * 1000 * MS);
    assertThat(limit.limit()).isEqualTo(50);
  }

  @Test
  void manyWorkersNeverExceedTheLimitAndAllLeave() throws InterruptedException {
    AdaptiveLimit limit = new AdaptiveLimit(config(60), 0);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Thread> workers = new ArrayList<>();
    for (int w = 0; w < 8; w++) {
      workers.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 1; i <= 20_000; i++) {
                  int entered = 0;
                  for (int n = 0; n < 10; n++) if (limit.enter()) entered++;
                  int now = inside.addAndGet(entered);
                  most.accumulateAndGet(now, Math::max);
                  inside.addAndGet(-entered);
                  for (int n = 0; n < entered; n++) {
                    limit.answered(MS, i * MS);
                    limit.leave();
                  }
                }
              }));
    }
    for (Thread worker : workers) worker.join();
    assertThat(limit.inFlight()).isZero();
    assertThat(most.get()).isPositive().isLessThanOrEqualTo(1000);
  }
}
