package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.HealthCheck;
import dev.penstock.engine.spi.Offer;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Endpoints that extensions ask about their health (U18). */
final class HealthCheckWireTest {
  private static final class Asking implements Extension {
    record Settings(int database) {}

    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger atOnce = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    volatile HealthCheck how;

    Asking(HealthCheck how) {
      this.how = how;
    }

    @Override
    public String name() {
      return "asking";
    }

    @Override
    public void register(Registry registry) {
      registry.offer(
          Offer.healthCheck(
              "ping", Settings.class, (config, scope) -> new Ping(config.database())));
    }

    private final class Ping implements HealthCheck {
      Ping(int database) {
        assertThat(database).isEqualTo(2);
      }

      @Override
      public Result check(Target target) throws Exception {
        assertThat(Thread.currentThread().isVirtual()).isTrue();
        calls.incrementAndGet();
        assertThat(atOnce.incrementAndGet()).isEqualTo(1);
        try {
          return how.check(target);
        } finally {
          atOnce.decrementAndGet();
        }
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    }
  }

  private static String yaml(ScriptedUpstream up) {
    return """
    upstreams:
      up:
        endpoints: [ { address: "%s", name: one } ]
        panic-threshold: 0%%
        health-check:
          by: { ping: { database: 2 } }
          interval: 100ms
          timeout: 50ms
          healthy-after: 1
          unhealthy-after: 2
    routes: { all: { upstream: up } }
    """
        .formatted(up.address());
  }

  private static void await(TestGateway gateway, boolean healthy) {
    UpstreamEndpoint endpoint = gateway.upstream("up").view().get(0);
    TestGateway.await(() -> endpoint.isHealthy() == healthy, endpoint::isHealthy);
  }

  private static String reason(TestGateway gateway) {
    return gateway.upstream("up").health().endpoints().getFirst().history().getLast().reason();
  }

  @Test
  void whatItSaysDecidesWhetherAnEndpointIsUsed() {
    Asking asking =
        new Asking(target -> {
          assertThat(target.upstream()).isEqualTo("up");
          assertThat(target.endpoint()).isEqualTo("one");
          assertThat(target.authority()).endsWith(":" + target.addresses().getFirst().getPort());
          return HealthCheck.Result.healthy();
        });
    try (ScriptedUpstream up = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.start(yaml(up), asking);
        RawClient client = gateway.connect()) {
      gateway.awaitMetric("penstock_extension_errors_total", 0, "kind=\"health check\"");
      assertThat(client.get("/").status()).isEqualTo(200);
      asking.how = target -> HealthCheck.Result.unhealthy("replica lags");
      await(gateway, false);
      assertThat(reason(gateway)).isEqualTo("replica lags");
      TestGateway.await(() -> client.get("/").status() == 503, () -> "it is used");
      asking.how = target -> HealthCheck.Result.healthy();
      TestGateway.await(() -> client.get("/").status() == 200, () -> "it is not used");
      assertThat(gateway.metric("penstock_extension_errors_total")).isZero();
      assertThat(up.requests())
          .as("the gateway itself does not ask")
          .allSatisfy(request -> assertThat(request.field("User-Agent")).isNull());
    }
    TestGateway.await(() -> asking.closed.get() == 1, asking.closed::get);
  }

  @Test
  void oneThatThrowsHasFailed() {
    Asking asking =
        new Asking(target -> {
          throw new IllegalStateException("no driver");
        });
    try (ScriptedUpstream up = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.start(yaml(up), asking)) {
      await(gateway, false);
      assertThat(reason(gateway)).contains("no driver");
      assertThat(gateway.metric("penstock_extension_errors_total", "name=\"ping\""))
          .isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void oneThatHangsIsInterruptedAndNotAskedAgainBeforeItEnds() {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch ends = new CountDownLatch(1);
    Asking asking =
        new Asking(target -> {
          while (true) {
            try {
              ends.await();
              return HealthCheck.Result.healthy();
            } catch (InterruptedException e) {
              interrupted.countDown();
            }
          }
        });
    try (ScriptedUpstream up = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.start(yaml(up), asking)) {
      await(gateway, false);
      assertThat(interrupted.getCount()).isZero();
      assertThat(reason(gateway)).isEqualTo("the check before has not ended yet");
      assertThat(asking.calls.get()).isEqualTo(1);
      ends.countDown();
      await(gateway, true);
    }
  }
}
