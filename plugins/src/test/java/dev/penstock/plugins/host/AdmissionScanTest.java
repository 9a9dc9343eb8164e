package dev.penstock.plugins.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.boot.BadConfigException;
import dev.penstock.engine.boot.Gateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a JAR would do that it should not is found before it can. */
final class AdmissionScanTest {
  @TempDir Path folder;

  /**
   * A plugin whose filter does that in {@code onRequest}; {@code more} are members of the filter.
   */
  private static JarBuilder doing(String kind, String statements, String more) {
    return JarBuilder.plugin("doing", "1.0.0")
        .extension(
            "acme.Doing",
            """
            package acme;
            import dev.penstock.engine.spi.*;
            public final class Doing implements Extension {
              public record Settings() {}
              static { System.setProperty("acme.doing.loaded", "yes"); }
              public String name() { return "doing"; }
              public void register(Registry registry) {
                registry.filter(FilterFactory.of("doing", Settings.class, (config, scope) ->
                    FilterTemplate.%s(on -> new Does(), Phase.ON_REQUEST)));
              }
            }
            class Does implements Filter {
              public Verdict onRequest(Exchange exchange) {
                try { %s } catch (Exception e) { throw new IllegalStateException(e); }
                return Verdict.NEXT;
              }
              %s
            }
            """
                .formatted(kind, statements, more));
  }

  private List<String> scan(JarBuilder jar) throws Exception {
    return AdmissionScan.of(jar.write(folder.resolve("scanned.jar")));
  }

  static Stream<Arguments> onWorkers() {
    return Stream.of(
        Arguments.of("Thread.sleep(5);", "java.lang.Thread.sleep"),
        Arguments.of("new java.net.Socket(\"localhost\", 1).close();", "java.net.Socket.<init>"),
        Arguments.of(
            "java.nio.file.Files.readString(java.nio.file.Path.of(\"x\"));",
            "java.nio.file.Files.readString"),
        Arguments.of(
            "java.sql.DriverManager.getConnection(\"jdbc:x\");",
            "java.sql.DriverManager.getConnection"),
        Arguments.of(
            "new java.util.concurrent.CompletableFuture<String>().get();",
            "java.util.concurrent.CompletableFuture.get"));
  }

  @ParameterizedTest
  @MethodSource("onWorkers")
  void whatWaitsOnAWorkerIsNamed(String statement, String call) throws Exception {
    assertThat(scan(doing("inline", statement, "")))
        .contains("acme.Does.onRequest can run on a worker and calls " + call + ", which waits");
    assertThat(scan(doing("blocking", statement, ""))).isEmpty();
  }

  @Test
  void itIsFoundBehindMethodsAndLambdasToo() throws Exception {
    assertThat(
            scan(
                doing(
                    "inline",
                    "Runnable later = () -> pause(); later.run();",
                    "static void pause() { try { Thread.sleep(1); } catch (InterruptedException e) {} }")))
        .containsExactly(
            "acme.Does.pause can run on a worker and calls java.lang.Thread.sleep, which waits");
  }

  @Test
  void whatNoWorkerComesToMayWait() throws Exception {
    assertThat(
            scan(
                doing("inline", "", "static void atNight() throws Exception { Thread.sleep(1); }")))
        .isEmpty();
  }

  @Test
  void exitAndInternalsAreFoundWhereverTheyStand() throws Exception {
    assertThat(scan(doing("blocking", "", "static void end() { System.exit(1); }")))
        .containsExactly("acme.Does.end calls java.lang.System.exit, which would end the gateway");
    assertThat(
            scan(
                doing(
                    "blocking",
                    "",
                    "static Object peek() { return sun.misc.Unsafe.class.getName() + sun.misc.Unsafe.getUnsafe(); }")))
        .containsExactly("acme.Does.peek uses sun.misc.Unsafe, which is internal to the JDK");
  }

  @Test
  void thePolicySaysWhetherThatIsAWarningOrARefusal() throws Exception {
    System.clearProperty("acme.doing.loaded");
    doing("inline", "Thread.sleep(5);", "").write(folder.resolve("plugins/doing.jar"));
    String yaml =
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        access-log: { to: off }
        workers: 1
        plugins: { admission: %s }
        """;
    assertThatThrownBy(
            () -> Gateway.start(yaml.formatted("refuse"), folder, List.of(new PluginHost())))
        .isInstanceOf(BadConfigException.class)
        .hasMessageContaining("doing.jar: acme.Does.onRequest can run on a worker and calls")
        .hasMessageContaining("set plugins.admission to warn");
    assertThat(System.getProperty("acme.doing.loaded")).isNull();
    try (Gateway gateway =
        Gateway.start(yaml.formatted("warn"), folder, List.of(new PluginHost()))) {
      assertThat(gateway.registries().plugins().getFirst().warnings()).hasSize(1);
      assertThat(gateway.reload(yaml.formatted("refuse"), folder)).contains("which waits");
      assertThat(gateway.reload(yaml.formatted("off"), folder)).isEmpty();
    }
    assertThat(Files.exists(folder.resolve("plugins/doing.jar"))).isTrue();
  }
}
