package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * How far filters are trusted: deadline, concurrency, failure policy, breaker; and what is counted.
 */
final class FilterLimitsWireTest {
  private static final Verdict HELLO = Verdict.respond(Response.text(200, "hello"));

  private static TestGateway gateway(String limits, Probe... probes) {
    StringBuilder filters = new StringBuilder();
    for (Probe probe : probes)
      filters
          .append(filters.isEmpty() ? "" : ", ")
          .append("{ ")
          .append(probe.name())
          .append(": {} }");
    return TestGateway.start(
        """
        filter-limits: { %s }
        routes: { all: { filters: [ %s ], respond: 204 } }
        """
            .formatted(limits, filters),
        probes);
  }

  private static int status(TestGateway gateway) {
    try (RawClient client = gateway.connect()) {
      return client.get("/").status();
    }
  }

  @Test
  void aFilterThatTakesTooLongIsInterruptedAndTheExchangeAnswered504() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Probe slow =
        new Probe("slow")
            .blocking()
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                  }
                  return HELLO;
                });
    try (TestGateway gateway = gateway("slow: { deadline: 20ms }", slow)) {
      assertThat(status(gateway)).isEqualTo(504);
      interrupted.await();
      gateway.awaitMetric("penstock_filter_errors_total", 1, "filter=\"slow\"");
      gateway.awaitMetric("penstock_filter_calls_total", 1, "filter=\"slow\"");
      gateway.awaitIdle();
    }
  }

  @Test
  void wherePassIsConfiguredALateFilterIsAsIfItWereNotThere() {
    Probe slow =
        new Probe("slow")
            .blocking()
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  new CountDownLatch(1).await();
                  return HELLO;
                });
    try (TestGateway gateway = gateway("slow: { deadline: 20ms, on-failure: pass }", slow)) {
      assertThat(status(gateway)).isEqualTo(204);
    }
  }

  @Test
  void onlySoManyCallsRunAtOnce() {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger running = new AtomicInteger();
    Probe slow =
        new Probe("slow")
            .blocking()
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  running.incrementAndGet();
                  go.await();
                  return HELLO;
                });
    try (TestGateway gateway = gateway("slow: { concurrency: 2 }", slow);
        RawClient first = gateway.connect();
        RawClient second = gateway.connect()) {
      first.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      TestGateway.await(() -> running.get() == 2, running::get);
      assertThat(status(gateway)).isEqualTo(503);
      go.countDown();
      assertThat(first.readResponse().body()).isEqualTo("hello");
      assertThat(second.readResponse().body()).isEqualTo("hello");
      assertThat(status(gateway)).isEqualTo(200);
      assertThat(running.get()).isEqualTo(3);
    }
  }

  @Test
  void aFilterThatFailsAgainAndAgainIsLeftAloneUntilItWorks() {
    AtomicBoolean isBroken = new AtomicBoolean(true);
    AtomicInteger calls = new AtomicInteger();
    Probe shaky =
        new Probe("shaky")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  calls.incrementAndGet();
                  if (isBroken.get()) throw new IllegalStateException("no database");
                  return HELLO;
                });
    try (TestGateway gateway =
        gateway("shaky: { breaker: { failures: 3, pause: 200ms } }", shaky)) {
      for (int i = 0; i < 3; i++) assertThat(status(gateway)).isEqualTo(500);
      assertThat(calls.get()).isEqualTo(3);
      assertThat(status(gateway)).isEqualTo(500);
      assertThat(calls.get()).isEqualTo(3);
      isBroken.set(false);
      TestGateway.await(() -> status(gateway) == 200, calls::get);
      assertThat(calls.get()).isEqualTo(4);
    }
  }

  @Test
  void anOpenBreakerLetsPassWhatPassesOnFailure() {
    Probe shaky =
        new Probe("shaky")
            .blocking()
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  throw new IllegalStateException("no database");
                });
    try (TestGateway gateway =
        gateway("shaky: { on-failure: pass, breaker: { failures: 2, pause: 1h } }", shaky)) {
      for (int i = 0; i < 5; i++) assertThat(status(gateway)).isEqualTo(204);
      gateway.awaitMetric("penstock_filter_errors_total", 2, "filter=\"shaky\"");
    }
  }

  @Test
  void everyKindIsCountedAndTimed() {
    Probe inline = new Probe("inline").on(Phase.ON_REQUEST, (exchange, part) -> Verdict.NEXT);
    Probe beside =
        new Probe("beside").blocking().on(Phase.ON_REQUEST, (exchange, part) -> Verdict.NEXT);
    try (TestGateway gateway = gateway("", inline, beside)) {
      for (int i = 0; i < 4; i++) assertThat(status(gateway)).isEqualTo(204);
      gateway.awaitMetric("penstock_filter_calls_total", 4, "filter=\"inline\"");
      gateway.awaitMetric("penstock_filter_calls_total", 4, "filter=\"beside\"");
      assertThat(gateway.metric("penstock_filter_seconds_total", "filter=\"inline\"")).isPositive();
      assertThat(gateway.metric("penstock_filter_seconds_total", "filter=\"beside\"")).isPositive();
    }
  }

  @Test
  void limitsOfAFilterThatNobodyOffersAreRefused() {
    Probe probe = new Probe("probe").on(Phase.ON_REQUEST, (exchange, part) -> Verdict.NEXT);
    try (TestGateway gateway = gateway("", probe)) {
      assertThat(
              gateway
                  .gateway()
                  .reload(
                      "listeners: { web: { bind: \"127.0.0.1:0\" } }\nfilter-limits: { prob: {} }\n",
                      java.nio.file.Path.of(".")))
          .contains("filter-limits.prob: there is no filter \"prob\"");
    }
  }
}
