package dev.penstock.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.TestGateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock run} as a process: start, signals, failures, exit codes. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has neither HUP nor ulimit")
final class ProcessTest {
  private static final String YAML =
      """
      listeners: { web: { bind: "%s" } }
      routes: { all: { respond: { status: 200, body: "%s" } } }
      access-log: { to: off }
      workers: 1
      """;

  @TempDir private Path folder = Path.of("");

  /** A gateway in a process of its own. */
  private final class Run implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    Run(String before, Object... arguments) throws IOException {
      out = Files.createTempFile(folder, "out", ".txt");
      err = Files.createTempFile(folder, "err", ".txt");
      List<String> command = new ArrayList<>();
      command.add("/bin/sh");
      command.add("-c");
      command.add(before + "exec \"$@\"");
      command.add("sh");
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Xmx64m");
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add("dev.penstock.engine.boot.Main");
      for (Object each : arguments) command.add(each.toString());
      process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
    }

    InetSocketAddress address() {
      Pattern address = Pattern.compile("web +http://127\\.0\\.0\\.1:([0-9]+)");
      TestGateway.await(
          () -> !process.isAlive() || address.matcher(said(out)).find(),
          () -> said(out) + said(err));
      Matcher found = address.matcher(said(out));
      assertThat(found.find()).as(said(err)).isTrue();
      return new InetSocketAddress("127.0.0.1", Integer.parseInt(found.group(1)));
    }

    void awaitSays(String text) {
      TestGateway.await(() -> said(err).contains(text), () -> said(err));
    }

    void signal(String name) throws IOException, InterruptedException {
      assertThat(
              new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                  .start()
                  .waitFor())
          .isZero();
    }

    int exit() throws InterruptedException {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(said(err)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static String said(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path config(String bind, String body) throws IOException {
    return Files.writeString(folder.resolve("gateway.yaml"), YAML.formatted(bind, body));
  }

  @Test
  void hupReloadsABadFileChangesNothingAndTermDrains() throws Exception {
    Path config = config("127.0.0.1:0", "one");
    try (Run run = new Run("", "run", config)) {
      InetSocketAddress address = run.address();
      try (RawClient client = RawClient.connect(address)) {
        assertThat(client.get("/").body()).isEqualTo("one");
        config("127.0.0.1:0", "two");
        run.signal("HUP");
        run.awaitSays("configuration reloaded");
        assertThat(client.get("/").body()).isEqualTo("two");
        Files.writeString(config, "listners: {}");
        run.signal("HUP");
        run.awaitSays("the configuration was not changed");
        assertThat(said(run.err)).contains("listners").contains("listeners");
        assertThat(client.get("/").body()).isEqualTo("two");
        run.signal("TERM");
        run.awaitSays("stopping");
      }
      assertThat(run.exit()).isEqualTo(Main.OK);
    }
  }

  @Test
  void watchReloadsWhenTheFileChanges() throws Exception {
    Path config = config("127.0.0.1:0", "one");
    try (Run run = new Run("", "run", "--watch", config)) {
      InetSocketAddress address = run.address();
      config("127.0.0.1:0", "three");
      run.awaitSays("configuration reloaded");
      try (RawClient client = RawClient.connect(address)) {
        assertThat(client.get("/").body()).isEqualTo("three");
      }
    }
  }

  @Test
  void aPortInUseIsSaidWithPlaceAndRemedy() throws Exception {
    try (Run first = new Run("", "run", config("127.0.0.1:0", "one"))) {
      String bind = "127.0.0.1:" + first.address().getPort();
      try (Run second = new Run("", "run", config(bind, "two"))) {
        assertThat(second.exit()).isEqualTo(Main.BAD_CONFIG);
        assertThat(said(second.err))
            .contains("cannot listen on " + bind)
            .contains("listeners.web.bind")
            .contains("choose another address or port");
      }
      try (RawClient client = RawClient.connect(first.address())) {
        assertThat(client.get("/").body()).isEqualTo("one");
      }
    }
  }

  @Test
  void aWrongConfigurationEndsWith65() throws Exception {
    Path config = Files.writeString(folder.resolve("gateway.yaml"), "routes: { a: {} }");
    try (Run run = new Run("", "run", config)) {
      assertThat(run.exit()).isEqualTo(Main.BAD_CONFIG);
      assertThat(said(run.err)).contains("gateway.yaml:1");
    }
  }

  /** L10: without descriptors nobody is accepted; when some are free again, all goes on. */
  @Test
  void runningOutOfDescriptorsIsSurvived() throws Exception {
    try (Run run = new Run("ulimit -n 120; ", "run", config("127.0.0.1:0", "alive"))) {
      InetSocketAddress address = run.address();
      try (RawClient client = RawClient.connect(address)) {
        assertThat(client.get("/").body()).isEqualTo("alive");
        List<Socket> crowd = new ArrayList<>();
        for (int i = 0; i < 150; i++) crowd.add(new Socket("127.0.0.1", address.getPort()));
        run.awaitSays("raise the limit of open files");
        assertThat(client.get("/").body()).as("those inside are served").isEqualTo("alive");
        for (Socket each : crowd) each.close();
      }
      try (RawClient client = RawClient.connect(address)) {
        assertThat(client.get("/").body()).isEqualTo("alive");
      }
      assertThat(said(run.err).split("raise the limit", -1)).as("said once").hasSize(2);
    }
  }
}
