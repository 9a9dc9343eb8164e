package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** O1: how a gateway stops, in this process and as a program of its own. */
final class LifecycleWireTest {
  private static final String ADMIN = "admin: { bind: \"127.0.0.1:0\" }\n";

  private static String yaml(ScriptedUpstream upstream) {
    return """
    upstreams: { up: { endpoints: [ "%s" ] } }
    routes: { all: { upstream: up } }
    """
        .formatted(upstream.address());
  }

  @Test
  void readinessGoesFirstAndConnectionsEndWithTheirNextResponse() throws InterruptedException {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (request.line().contains("/slow")) mayAnswer.await();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway = TestGateway.start(yaml(upstream) + ADMIN);
        RawClient kept = gateway.connect();
        RawClient slow = gateway.connect()) {
      assertThat(kept.get("/").field("Connection")).isNull();
      assertThat(ready(gateway)).isEqualTo(200);
      slow.send("GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n");
      TestGateway.await(() -> upstream.received().contains("/slow"), upstream::received);
      Thread closing = Thread.ofPlatform().start(() -> gateway.gateway().close(1500, 10_000));
      TestGateway.await(() -> ready(gateway) == 503, () -> ready(gateway));
      try (RawClient late = gateway.connect()) {
        RawResponse response = late.get("/");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.field("Connection")).isEqualTo("close");
        late.expectClosed();
      }
      assertThat(kept.get("/").field("Connection")).isEqualTo("close");
      kept.expectClosed();
      mayAnswer.countDown();
      RawResponse last = slow.readResponse();
      assertThat(last.body()).isEqualTo("ok");
      closing.join();
      assertThat(canConnect(gateway.address())).isFalse();
    }
  }

  private static int ready(TestGateway gateway) {
    try (RawClient client = RawClient.connect(gateway.gateway().adminAddress())) {
      client.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      return client.readHead().status();
    }
  }

  private static boolean canConnect(InetSocketAddress address) {
    try (RawClient client = RawClient.connect(address)) {
      return true;
    } catch (java.io.UncheckedIOException e) {
      return false;
    }
  }

  @Test
  void whatDoesNotEndInTimeIsCutOff() {
    try (ScriptedUpstream upstream = ScriptedUpstream.running(Peer::readToEnd);
        TestGateway gateway = TestGateway.to(upstream);
        RawClient stuck = gateway.connect();
        RawClient idle = gateway.connect()) {
      stuck.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
      upstream.connection(0).awaitReceived("\r\n\r\n");
      long before = System.nanoTime();
      gateway.gateway().close(0, 300);
      assertThat(System.nanoTime() - before).isBetween(250_000_000L, 8_000_000_000L);
      stuck.expectClosed();
      idle.expectClosed();
      upstream.connection(0).awaitEnded();
      assertThat(gateway.metric("penstock_worker_exchanges")).isZero();
    }
  }

  @Test
  void aGatewayWithNothingToDoStopsAtOnce() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.get("/");
      long before = System.nanoTime();
      gateway.gateway().close(0, 60_000);
      assertThat(System.nanoTime() - before).isLessThan(10_000_000_000L);
      client.expectClosed();
    }
  }

  /** A gateway in a process of its own, started as its launcher does. */
  private static final class Program implements AutoCloseable {
    final Process process;
    final InetSocketAddress address;

    Program(Path config, String... options) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "dev.penstock.engine.boot.Main",
                  "run",
                  config.toString()));
      command.addAll(List.of(options));
      process =
          new ProcessBuilder(command)
              .redirectError(config.resolveSibling("stderr.txt").toFile())
              .start();
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String line = out.readLine();
      if (line == null)
        throw new AssertionError(Files.readString(config.resolveSibling("stderr.txt")));
      int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1).strip());
      address = new InetSocketAddress("127.0.0.1", port);
    }

    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    int exit() throws InterruptedException {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static Path write(Path folder, ScriptedUpstream upstream, String route)
      throws IOException {
    return Files.writeString(
        folder.resolve("gateway.yaml"),
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        upstreams: { up: { endpoints: [ "%s" ] } }
        routes: { %s: { match: { path: /%s }, upstream: up } }
        access-log: { to: file, file: "%s" }
        workers: 1
        shutdown: { pre-stop: 0s, grace: 10s }
        """
            .formatted(upstream.address(), route, route, folder.resolve("access.log")));
  }

  @Test
  void hupReloadsAndTermDrainsAndExitsWithZero(@TempDir Path folder) throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (request.line().contains("?slow")) mayAnswer.await();
              peer.send(ScriptedUpstream.OK);
            });
        Program program = new Program(write(folder, upstream, "one"));
        RawClient client = RawClient.connect(program.address);
        RawClient slow = RawClient.connect(program.address)) {
      assertThat(client.get("/one").status()).isEqualTo(200);
      assertThat(client.get("/two").status()).isEqualTo(404);
      var _ = write(folder, upstream, "two");
      program.signal("HUP");
      TestGateway.await(() -> client.get("/two").status() == 200, () -> "no reload");
      assertThat(client.get("/one").status()).isEqualTo(404);
      slow.send("GET /two?slow HTTP/1.1\r\nHost: a.test\r\n\r\n");
      TestGateway.await(() -> upstream.received().contains("?slow"), upstream::received);
      program.signal("TERM");
      client.expectClosed();
      mayAnswer.countDown();
      assertThat(slow.readResponse().status()).isEqualTo(200);
      assertThat(program.exit()).isZero();
    }
    String log = Files.readString(folder.resolve("access.log"));
    assertThat(log).endsWith("\n").contains("/two?slow");
  }

  @Test
  void aWatchedFileIsPutInForceWhenItChangesAndABrokenOneIsNot(@TempDir Path folder)
      throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        Program program = new Program(write(folder, upstream, "one"), "--watch");
        RawClient client = RawClient.connect(program.address)) {
      assertThat(client.get("/one").status()).isEqualTo(200);
      Path config = Files.writeString(folder.resolve("gateway.yaml"), "routes: [ what");
      Path said = folder.resolve("stderr.txt");
      TestGateway.await(() -> read(said).contains("was not changed"), () -> read(said));
      assertThat(client.get("/one").status()).isEqualTo(200);
      assertThat(write(folder, upstream, "two")).isEqualTo(config);
      TestGateway.await(() -> client.get("/two").status() == 200, () -> read(said));
      program.signal("TERM");
      assertThat(program.exit()).isZero();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void aKilledProcessLeavesWholeLines(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("access.log");
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        Program program = new Program(write(folder, upstream, "one"))) {
      try (RawClient client = RawClient.connect(program.address)) {
        for (int i = 0; i < 900; i++) client.get("/one?" + i);
        TestGateway.await(() -> lines(log) > 100, () -> lines(log));
        client.send("GET /one HTTP/1.1\r\nHost: a.test\r\n\r\n");
        program.signal("KILL");
        assertThat(program.exit()).isNotZero();
      }
    }
    String text = Files.readString(log);
    assertThat(text).endsWith("}\n");
    assertThat(text.lines()).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
  }

  private static long lines(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).lines().count() : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
