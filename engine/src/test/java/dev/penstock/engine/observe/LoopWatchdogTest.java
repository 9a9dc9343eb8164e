package dev.penstock.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LoopWatchdogTest {
  private record Stall(int worker, long turnMillis, List<String> methods) {}

  private final ManualClock clock = new ManualClock();
  private final List<Stall> stalls = new ArrayList<>();
  private final Metrics metrics = new Metrics(2);
  private final LoopWatchdog watchdog =
      new LoopWatchdog(
          clock,
          (worker, turnNs, stack) ->
              stalls.add(
                  new Stall(
                      worker,
                      turnNs / 1_000_000,
                      java.util.Arrays.stream(stack)
                          .map(StackTraceElement::getMethodName)
                          .toList())));

  @Test
  void reportsAStallOnceWithTheStackOfItsWorker() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    Thread worker = Thread.ofPlatform().daemon().start(() -> blockingFilter(blocked));
    Await.until(() -> worker.getState() == Thread.State.WAITING, worker::getState);
    LoopPulse pulse = watchdog.watch(worker, metrics.worker(1));
    pulse.turnBegan(clock.nanoTime());
    lookFor(100);
    assertThat(stalls).isEmpty();
    lookFor(500);
    assertThat(stalls).hasSize(1);
    assertThat(stalls.getFirst().worker()).isEqualTo(1);
    assertThat(stalls.getFirst().turnMillis()).isEqualTo(120); // within a period of the 100 ms
    assertThat(stalls.getFirst().methods()).contains("blockingFilter");
    blocked.countDown();
    worker.join();
  }

  @Test
  void showsTheStackOfAWorkerNotMoreOftenThanInTenSeconds() {
    LoopPulse pulse = watchdog.watch(Thread.currentThread(), metrics.worker(0));
    for (int i = 0; i < 3; i++) {
      turn(pulse, 200);
      clock.advanceMillis(10);
    }
    assertThat(stalls).hasSize(3);
    assertThat(stalls.get(0).methods()).isNotEmpty();
    assertThat(stalls.get(1).methods()).isEmpty();
    assertThat(stalls.get(2).methods()).isEmpty();
    clock.advanceMillis(10_000);
    turn(pulse, 200);
    assertThat(stalls.get(3).methods()).isNotEmpty();
    Exposition seen = scrape();
    assertThat(seen.value("penstock_worker_stalls_total", "worker", "0")).isEqualTo(4);
    assertThat(seen.value("penstock_worker_turn_seconds_count", "worker", "0")).isEqualTo(4);
  }

  @Test
  void anIdleWorkerIsNotStalled() {
    LoopPulse pulse = watchdog.watch(Thread.currentThread(), metrics.worker(0));
    turn(pulse, 5);
    lookFor(60_000);
    assertThat(stalls).isEmpty();
    assertThat(watchdog.isLive(clock.nanoTime())).isTrue();
    assertThat(watchdog.isLagging(0, clock.nanoTime())).isFalse();
  }

  @Test
  void shedsAfterThreeLongTurnsAndStopsWithTheFirstCalmOne() { // L14
    LoopPulse pulse = watchdog.watch(Thread.currentThread(), metrics.worker(0));
    turn(pulse, 150);
    turn(pulse, 150);
    assertThat(pulse.isLagging()).as("two may be a pause").isFalse();
    turn(pulse, 150);
    assertThat(pulse.isLagging()).isTrue();
    turn(pulse, 60);
    assertThat(pulse.isLagging()).as("not yet calm").isTrue();
    turn(pulse, 49);
    assertThat(pulse.isLagging()).isFalse();
    for (int i = 0; i < 10; i++) {
      turn(pulse, 101);
      turn(pulse, 101);
      turn(pulse, 1);
      assertThat(pulse.isLagging()).isFalse();
    }
  }

  @Test
  void commandsFromOtherThreadsAreNoReasonToShed() { // L14
    LoopPulse pulse = watchdog.watch(Thread.currentThread(), metrics.worker(0));
    for (int i = 0; i < 10; i++) {
      pulse.turnBegan(clock.nanoTime());
      clock.advanceMillis(500);
      pulse.ranCommands(450_000_000);
      pulse.turnEnded(clock.nanoTime());
      assertThat(pulse.isLagging()).isFalse();
    }
    for (int i = 0; i < 3; i++) {
      pulse.turnBegan(clock.nanoTime());
      clock.advanceMillis(500);
      pulse.ranCommands(350_000_000);
      pulse.turnEnded(clock.nanoTime());
    }
    assertThat(pulse.isLagging()).as("150 ms each were traffic").isTrue();
  }

  @Test
  void aTurnOfOverASecondIsNoLongerLive() { // O6
    LoopPulse pulse = watchdog.watch(Thread.currentThread(), metrics.worker(0));
    pulse.turnBegan(clock.nanoTime());
    clock.advanceMillis(150);
    assertThat(watchdog.isLagging(0, clock.nanoTime())).isTrue();
    assertThat(watchdog.isLagging(1, clock.nanoTime())).isFalse();
    clock.advanceMillis(850);
    assertThat(watchdog.isLive(clock.nanoTime())).isTrue();
    clock.advanceMillis(1);
    assertThat(watchdog.isLive(clock.nanoTime())).isFalse();
    pulse.turnEnded(clock.nanoTime());
    assertThat(watchdog.isLive(clock.nanoTime())).isTrue();
  }

  @Test
  void aWorkerWhoseThreadEndedIsNotLive() throws Exception {
    Thread ended = Thread.ofPlatform().start(() -> {});
    ended.join();
    watchdog.watch(ended, metrics.worker(0));
    assertThat(watchdog.isLive(clock.nanoTime())).isFalse();
  }

  @Test
  void looksByItselfOnceStarted() {
    CountDownLatch stalled = new CountDownLatch(1);
    try (LoopWatchdog own =
        new LoopWatchdog(clock, (worker, turnNs, stack) -> stalled.countDown())) {
      LoopPulse pulse = own.watch(Thread.currentThread(), metrics.worker(0));
      pulse.turnBegan(clock.nanoTime());
      clock.advanceMillis(1000);
      own.start();
      Await.until(() -> stalled.getCount() == 0, stalled::getCount);
    }
  }

  private static void blockingFilter(CountDownLatch blocked) {
    try {
      blocked.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The watchdog looks every 20 ms for this long. */
  private void lookFor(int millis) {
    for (int i = 0; i < millis; i += 20) {
      clock.advanceMillis(20);
      watchdog.look();
    }
  }

  private void turn(LoopPulse pulse, int millis) {
    pulse.turnBegan(clock.nanoTime());
    clock.advanceMillis(millis);
    watchdog.look();
    pulse.turnEnded(clock.nanoTime());
  }

  private Exposition scrape() {
    metrics.add(watchdog.metrics());
    return Exposition.of(metrics.scrape(false, clock.nanoTime()), false);
  }

  @Test
  void namesTheFilterThatBlocksAndItsPlugin() {
    StackTraceElement[] stack = {
      new StackTraceElement("app", "java.base", "25", "java.lang.Thread", "sleep0", null, -2),
      new StackTraceElement("hello-1.0.0", null, null, "acme.Hello", "onRequest", "Hello.java", 7),
      new StackTraceElement("dev.penstock.engine.proxy.FilterCall", "invoke", "FilterCall.java", 1)
    };
    assertThat(LoopWatchdog.culprit(stack))
        .startsWith("The filter acme.Hello of the plugin hello-1.0.0 blocks it in onRequest;");
    assertThat(LoopWatchdog.culprit(new StackTraceElement[] {stack[0]})).isEmpty();
  }
}
