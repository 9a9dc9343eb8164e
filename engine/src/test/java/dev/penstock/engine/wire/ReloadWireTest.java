package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.Filter;
import dev.penstock.engine.spi.FilterFactory;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.FilterTemplate;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.PrepareScope;
import dev.penstock.engine.spi.Verdict;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A configuration changes as a whole or not at all, and nobody under way notices. */
final class ReloadWireTest {
  /** {@code tag: { text, fails-on }}: answers with its text; cannot be made on one worker. */
  private static final class Tags implements Extension, FilterFactory<Tags.Settings> {
    record Settings(String text, int failsOn) {}

    final List<String> made = new CopyOnWriteArrayList<>();
    final List<String> closed = new CopyOnWriteArrayList<>();
    final AtomicInteger templatesClosed = new AtomicInteger();

    @Override
    public String name() {
      return "tag";
    }

    @Override
    public void register(Registry registry) {
      registry.filter(this);
    }

    @Override
    public Class<Settings> configType() {
      return Settings.class;
    }

    @Override
    public FilterTemplate prepare(Settings config, PrepareScope scope) {
      return new FilterTemplate() {
        @Override
        public Set<Phase> phases() {
          return Set.of(Phase.ON_RESPONSE);
        }

        @Override
        public Filter create(FilterScope of) {
          if (of.worker().index() == config.failsOn()) throw new IllegalStateException("not here");
          String thread = Thread.currentThread().getName();
          made.add(config.text() + "@" + thread);
          return new Filter() {
            @Override
            public Verdict onResponse(Exchange exchange) {
              exchange.response().headers().set("X-Tag", config.text());
              return Verdict.NEXT;
            }

            @Override
            public void close() {
              assertThat(Thread.currentThread().getName()).isEqualTo(thread);
              closed.add(config.text() + "@" + thread);
            }
          };
        }

        @Override
        public void close() {
          templatesClosed.incrementAndGet();
        }
      };
    }
  }

  private static String tagged(ScriptedUpstream upstream, String text, int failsOn) {
    return """
    workers: { count: 2 }
    upstreams: { up: { endpoints: [ "%s" ] } }
    routes:
      all: { upstream: up, filters: [ { tag: { text: %s, fails-on: %d } } ] }
    """
        .formatted(upstream.address(), text, failsOn);
  }

  @Test
  void aFilterThatCannotBeMadeOnOneWorkerChangesNothingAndLeavesNothing() {
    Tags tags = new Tags();
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.start(tagged(upstream, "one", -1), tags);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").field("X-Tag")).isEqualTo("one");
      InetSocketAddress before = gateway.address();
      String text =
          tagged(upstream, "two", 1)
              + "listeners: { web: { bind: \"127.0.0.1:0\" }, more: { bind: \"127.0.0.1:0\" } }\n"
              + "access-log: { to: off }\n";
      assertThat(gateway.gateway().reload(text, Path.of("."))).contains("not here");
      assertThat(client.get("/").field("X-Tag")).isEqualTo("one");
      assertThat(gateway.address()).isEqualTo(before);
      assertThat(gateway.gateway().control().addresses()).containsOnlyKeys("web");
      TestGateway.await(() -> tags.templatesClosed.get() == 1, tags.templatesClosed::get);
      assertThat(tags.closed).containsExactly("two@worker-0");
    }
    assertThat(tags.closed)
        .containsExactlyInAnyOrder("two@worker-0", "one@worker-0", "one@worker-1");
  }

  @Test
  void exchangesUnderWayEndByTheirOwnPlanWhichThenClosesOnce() throws InterruptedException {
    Tags tags = new Tags();
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (request.line().contains("/slow")) mayAnswer.await();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway = TestGateway.start(tagged(upstream, "one", -1), tags);
        RawClient slow = gateway.connect();
        RawClient kept = gateway.connect()) {
      assertThat(kept.get("/").field("X-Tag")).isEqualTo("one");
      slow.send("GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n");
      TestGateway.await(() -> upstream.received().contains("/slow"), upstream::received);
      gateway.reload(tagged(upstream, "two", -1));
      assertThat(kept.get("/").field("X-Tag")).isEqualTo("two");
      TestGateway.await(() -> tags.closed.size() == 1, () -> tags.closed);
      assertThat(tags.templatesClosed).hasValue(0);
      mayAnswer.countDown();
      assertThat(slow.readResponse().field("X-Tag")).isEqualTo("one");
      TestGateway.await(() -> tags.templatesClosed.get() == 1, () -> tags.closed);
      assertThat(tags.closed).containsExactlyInAnyOrder("one@worker-0", "one@worker-1");
      assertThat(slow.get("/").field("X-Tag")).isEqualTo("two");
    }
  }

  /** O4. */
  @Test
  void listenersComeAndGoWithoutTheOthersAndKeptConnectionsSurvive() {
    String yaml =
        """
        listeners: { %s }
        routes: { all: { respond: { status: 200, body: %s } } }
        """;
    String web = "web: { bind: \"127.0.0.1:0\" }";
    try (TestGateway gateway = TestGateway.start(yaml.formatted(web, "one"));
        RawClient client = gateway.connect()) {
      assertThat(client.get("/").body()).isEqualTo("one");
      gateway.reload(yaml.formatted(web + ", more: { bind: \"127.0.0.1:0\" }", "two"));
      assertThat(client.get("/").body()).isEqualTo("two");
      InetSocketAddress more = gateway.gateway().address("more");
      try (RawClient other = RawClient.connect(more);
          RawClient idle = RawClient.connect(more)) {
        assertThat(other.get("/").body()).isEqualTo("two");
        gateway.reload(yaml.formatted(web, "three"));
        idle.expectClosed();
        other.expectClosed();
      }
      assertThat(client.get("/").body()).isEqualTo("three");
      assertThat(gateway.metric("penstock_connections_accepted_total", "web")).isEqualTo(1);
    }
  }

  /** O4. */
  @Test
  void aListenerThatMovesKeepsItsConnections() {
    String yaml =
        """
        listeners: { web: { bind: "%s:0" } }
        routes: { all: { respond: { status: 200, body: ok } } }
        """;
    try (TestGateway gateway = TestGateway.start(yaml.formatted("127.0.0.1"));
        RawClient client = gateway.connect()) {
      client.get("/");
      InetSocketAddress before = gateway.address();
      gateway.reload(yaml.formatted("127.0.0.2"));
      assertThat(gateway.address()).isNotEqualTo(before);
      assertThat(client.get("/").body()).isEqualTo("ok");
      try (RawClient moved = gateway.connect()) {
        assertThat(moved.get("/").body()).isEqualTo("ok");
      }
    }
  }

  @Test
  void poolsAndHealthSurviveAChange() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.get("/").status()).isEqualTo(200);
        gateway.reload(
            """
            upstreams: { up: { endpoints: [ "%s" ] } }
            routes: { r%d: { upstream: up } }
            """
                .formatted(upstream.address(), i));
      }
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  /** O3. */
  @Test
  void aConfigurationThatIsWrongIsRefusedWithItsReason() {
    try (TestGateway gateway =
            TestGateway.start("routes: { all: { respond: { status: 200, body: ok } } }");
        RawClient client = gateway.connect()) {
      assertThat(gateway.gateway().reload("routes: { all: { upstream: nowhere } }", Path.of(".")))
          .contains("nowhere");
      assertThat(client.get("/").body()).isEqualTo("ok");
      assertThat(gateway.metric("penstock_config_reloads_total", "refused")).isEqualTo(1);
    }
  }

  @Test
  void noRequestFailsWhileTheConfigurationChangesAgainAndAgain() throws InterruptedException {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream)) {
      List<Object> failures = new CopyOnWriteArrayList<>();
      AtomicInteger done = new AtomicInteger();
      CountDownLatch stop = new CountDownLatch(1);
      List<Thread> clients = new CopyOnWriteArrayList<>();
      for (int i = 0; i < 8; i++) {
        clients.add(
            Thread.ofVirtual()
                .start(() -> {
                  while (stop.getCount() > 0) {
                    try (RawClient client = gateway.connect()) {
                      for (int n = 0; n < 10; n++) {
                        RawResponse response = client.get("/");
                        if (response.status() != 200) failures.add(response);
                        done.incrementAndGet();
                      }
                    } catch (RuntimeException | AssertionError e) {
                      failures.add(e);
                      return;
                    }
                  }
                }));
      }
      for (int i = 0; i < 50; i++) {
        gateway.reload(
            """
            upstreams: { up%d: { endpoints: [ "%s" ] } }
            routes: { r%d: { upstream: up%d } }
            """
                .formatted(i % 2, upstream.address(), i, i % 2));
      }
      int soFar = done.get();
      TestGateway.await(() -> done.get() > soFar + 100 || !failures.isEmpty(), done::get);
      stop.countDown();
      for (Thread each : clients) each.join();
      assertThat(failures).isEmpty();
      gateway.awaitMetric("penstock_worker_exchanges", 0);
    }
  }
}
