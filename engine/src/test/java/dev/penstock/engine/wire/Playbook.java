package dev.penstock.engine.wire;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.ConfigReader;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.ReadResult;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.observe.AccessLog;
import dev.penstock.engine.observe.LoopWatchdog;
import dev.penstock.engine.observe.Metrics;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.plan.Snapshot;
import dev.penstock.engine.proxy.ClientIdentity;
import dev.penstock.engine.proxy.DownstreamHttp1;
import dev.penstock.engine.proxy.ExchangeDriver;
import dev.penstock.engine.proxy.Http1Decoders;
import dev.penstock.engine.proxy.WorkerObserver;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.upstream.TestLoop;
import dev.penstock.engine.upstream.Upstream;
import dev.penstock.engine.upstream.Upstreams;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Driver and codecs with no sockets: what clients and endpoints do is said by the test, what the
 * gateway does is {@link #expect}ed, in order.
 */
final class Playbook implements AutoCloseable {
  /** Nothing is added to messages, so that tests can say them whole. */
  private static final String BARE =
      """
      listeners: { web: { bind: "127.0.0.1:0" } }
      forwarding: { via: false, x-forwarded: false, request-id: false, trace: false, max-loops: 0 }
      access-log: { to: off }
      """;

  private final List<String> happened = new ArrayList<>();
  private final TestLoop time = new TestLoop();
  private final VirtualWorker worker = new VirtualWorker(time, happened::add);
  private final Metrics metrics = new Metrics(1);
  private final AccessLog accessLog;
  private final Upstreams upstreams;
  private final ExchangeDriver driver;
  private final WorkerObserver observer;
  private final Snapshot snapshot;
  private final Runnable closeSnapshot;
  private int clients;

  private Playbook(String yaml, long seed, Extension... extensions) {
    Registries registries = Gateway.registries(List.of(extensions));
    ReadResult read =
        new ConfigReader(registries, name -> null)
            .read(BARE + yaml.stripIndent(), "playbook", Path.of("."));
    if (!read.problems().isEmpty()) throw new AssertionError(read.render());
    var config = Objects.requireNonNull(read.config());
    upstreams =
        new Upstreams(
            time,
            (host, family) ->
                CompletableFuture.failedFuture(new AssertionError("no names here: " + host)),
            1,
            new byte[32]);
    ControlPlane.Inspected compiled =
        ControlPlane.inspect(config, read.positions(), Path.of("."), registries, upstreams);
    if (!compiled.problems().isEmpty()) throw new AssertionError(compiled.problems().toString());
    snapshot = Objects.requireNonNull(compiled.snapshot());
    closeSnapshot = compiled.close();
    upstreams.adopt(snapshot.upstreams().values());
    time.run();
    accessLog = new AccessLog(1, config.accessLog());
    @SuppressWarnings("resource") // its thread is never started
    LoopWatchdog watchdog = new LoopWatchdog(time);
    observer =
        new WorkerObserver(
            worker,
            metrics.worker(0),
            accessLog.writer(worker.timers(), time),
            watchdog.watch(Thread.currentThread(), metrics.worker(0)));
    driver = new ExchangeDriver(worker, observer, new SplittableRandom(seed));
    driver.adopt(driver.prepare(snapshot, closeSnapshot));
    worker.settle();
  }

  /** A gateway with this configuration; there is one listener, {@code web}. */
  static Playbook of(String yaml, Extension... extensions) {
    return new Playbook(yaml, 1, extensions);
  }

  static Playbook seeded(long seed, String yaml) {
    return new Playbook(yaml, seed);
  }

  /** A client that has just connected; the first is {@code client}, others have numbers. */
  VirtualConnection client() {
    ListenerPolicy policy = Objects.requireNonNull(snapshot.listeners().get("web"));
    String name = ++clients == 1 ? "client" : "client" + clients;
    InetSocketAddress peer = new InetSocketAddress("192.0.2.7", 1024 + clients);
    VirtualConnection connection = new VirtualConnection(worker, name, peer, happened::add);
    new DownstreamHttp1(
        driver,
        new Http1Decoders(policy, observer),
        connection,
        new ClientIdentity(peer, connection.local(), null, clients),
        () -> {});
    worker.settle();
    return connection;
  }

  VirtualConnection accept(String address) {
    return worker.accept(address);
  }

  void refuse(String address) {
    worker.refuse(address);
  }

  VirtualWorker worker() {
    return worker;
  }

  ExchangeDriver driver() {
    return driver;
  }

  Upstream upstream(String name) {
    return Objects.requireNonNull(snapshot.upstreams().get(name));
  }

  void pass(Duration time) {
    worker.advance(time);
  }

  /** For filters: they note that they were called. */
  void note(String what) {
    happened.add(what);
  }

  /** What has happened since the last call is this and nothing else. */
  void expect(String... events) {
    List<String> seen = List.copyOf(happened);
    happened.clear();
    org.assertj.core.api.Assertions.assertThat(seen).containsExactly(events);
  }

  /** Nothing is left of any exchange: no places, no requests in flight. */
  void expectIdle() {
    org.assertj.core.api.Assertions.assertThat(driver.live()).as("exchanges").isZero();
    for (Upstream each : snapshot.upstreams().values()) {
      org.assertj.core.api.Assertions.assertThat(each.inFlight()).as(each + " in flight").isZero();
      org.assertj.core.api.Assertions.assertThat(each.waiting()).as(each + " waiting").isZero();
    }
  }

  @Override
  public void close() {
    driver.close();
    worker.settle();
    accessLog.close();
  }
}
