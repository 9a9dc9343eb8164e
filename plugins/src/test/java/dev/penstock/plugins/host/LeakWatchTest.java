package dev.penstock.plugins.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.TestGateway;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was unloaded leaves the memory, or it is said why not. */
final class LeakWatchTest {
  private static final String STOP = "acme.stop";
  private static final String USING =
      """
      listeners: { web: { bind: "127.0.0.1:0" } }
      access-log: { to: off }
      workers: 2
      routes: { hi: { match: { path: /hi }, filters: [ hello ], respond: 200 } }
      """;
  private static final String PLAIN = USING.replace("filters: [ hello ], ", "");

  @TempDir Path folder;
  private final PluginHost host = new PluginHost();
  private Gateway gateway;

  @BeforeEach
  void begin() {
    System.clearProperty(STOP);
  }

  @AfterEach
  void stop() {
    System.setProperty(STOP, "yes");
    if (gateway != null) gateway.close(0, 1000);
  }

  /**
   * A plugin with a thread, a timer, thread locals on the workers and on its own thread, and a
   * logger that has seen an object of its own.
   *
   * @param onClose what its extension does at the end
   */
  private JarBuilder busy(String onRegister, String onClose) {
    return JarBuilder.plugin("busy", "1.0.0")
        .extension(
            "acme.Busy",
            """
            package acme;
            import dev.penstock.engine.spi.*;
            import org.apache.logging.log4j.LogManager;
            import org.apache.logging.log4j.Logger;
            public final class Busy implements Extension {
              private static final Logger LOG = LogManager.getLogger(Busy.class);
              static final ThreadLocal<Counter> COUNT = ThreadLocal.withInitial(Counter::new);
              static final class Counter { int calls; }
              public record Settings() {}
              private final Thread poller = new Thread(Busy::poll, "acme-poller");
              private final java.util.Timer timer = new java.util.Timer("acme-timer", true);
              public Busy() { poller.setDaemon(true); poller.start(); }
              static void poll() {
                COUNT.get().calls++;
                while (System.getProperty("acme.stop") == null && !Thread.currentThread().isInterrupted())
                  java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
              }
              public String name() { return "busy"; }
              public void register(Registry registry) {
                %s
                registry.filter(FilterFactory.of("hello", Settings.class, (config, scope) ->
                    FilterTemplate.inline(on -> new Counts(), Phase.ON_REQUEST)));
              }
              public void close() { timer.cancel(); %s }
              static final class Counts implements Filter {
                public Verdict onRequest(Exchange exchange) {
                  Counter counter = COUNT.get();
                  LOG.debug("called {}", counter);
                  return Verdict.respond(Response.text(200, "call " + ++counter.calls));
                }
              }
            }
            """
                .formatted(onRegister, onClose));
  }

  /** Serves with the plugin, then goes on without. */
  private void useAndUnload(JarBuilder plugin) throws Exception {
    Path jar = plugin.write(folder.resolve("plugins/busy.jar"));
    gateway = Gateway.start(USING, folder, List.of(host));
    for (int i = 0; i < 8; i++) {
      try (RawClient client = RawClient.connect(gateway.address("web"))) {
        assertThat(client.get("/hi").body()).startsWith("call ");
      }
    }
    java.nio.file.Files.delete(jar);
    assertThat(gateway.reload(PLAIN, folder)).isEmpty();
  }

  private void awaitCollected() {
    TestGateway.await(
        () -> {
          System.gc();
          return host.leaks().leaving() == 0;
        },
        () -> host.leaks().leaving() + " class loaders are still there: " + host.leaks().leaking());
  }

  private List<String> awaitLeak() {
    TestGateway.await(
        () -> {
          System.gc();
          return !host.leaks().leaking().isEmpty();
        },
        () -> "no leak is reported");
    assertThat(host.details()).containsEntry("leaking plugins", "busy 1.0.0 (busy.jar)");
    return host.leaks().leaking().values().iterator().next();
  }

  @Test
  void aPluginThatEndsItsThreadsIsCollectedWhateverItLeftInThreadLocalsAndLoggers()
      throws Exception {
    useAndUnload(busy("", "poller.interrupt();"));
    awaitCollected();
    assertThat(host.details()).isEmpty();
  }

  @Test
  void aThreadThatGoesOnIsNamedWithWhatItDoes() throws Exception {
    useAndUnload(busy("", ""));
    assertThat(awaitLeak())
        .anySatisfy(holder ->
            assertThat(holder)
                .startsWith("thread \"acme-poller\" has it as context class loader")
                .contains("acme.Busy.poll("))
        .anySatisfy(holder ->
            assertThat(holder)
                .startsWith("thread \"acme-poller\" has a thread local")
                .endsWith("with a value of acme.Busy$Counter"));
    System.setProperty(STOP, "yes");
    awaitCollected();
    assertThat(host.details()).isEmpty();
  }
}
