package dev.penstock.plugins.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.control.FileWatcher;
import dev.penstock.engine.control.PluginChange;
import dev.penstock.engine.control.PluginView;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The life of plugin JARs under a running gateway. */
final class PluginHostTest {
  private static final String PLAIN =
      """
      listeners: { web: { bind: "127.0.0.1:0" } }
      access-log: { to: off }
      workers: 2
      routes: { plain: { match: { path: /plain }, respond: 200 } }
      """;

  @TempDir Path folder;
  private final PluginHost host = new PluginHost();
  private Gateway gateway;

  /** The configuration with a route through {@code filter}. */
  private static String using(String filter) {
    return """
    listeners: { web: { bind: "127.0.0.1:0" } }
    access-log: { to: off }
    workers: 2
    routes: { hi: { match: { path: /hi }, filters: [ %s ], respond: 500 } }
    """
        .formatted(filter);
  }

  private void start(String yaml) {
    gateway = Gateway.start(yaml, folder, List.of(host));
  }

  private String get(String path) {
    try (RawClient client = RawClient.connect(gateway.address("web"))) {
      return client.get(path).body();
    }
  }

  private Path jar(String name) {
    return folder.resolve("plugins").resolve(name);
  }

  @AfterEach
  void stop() {
    if (gateway != null) gateway.close(0, 1000);
    else host.close();
  }

  @Test
  void aFilterOfAJarServesWithItsOwnConfiguration() {
    JarBuilder.answering("hello", "1.0.0", "hello", "hi").write(jar("hello.jar"));
    start(using("{ hello: { suffix: \"!\" } }"));
    assertThat(get("/hi")).isEqualTo("hi!");
    PluginView view = gateway.registries().plugins().getFirst();
    assertThat(view.id()).isEqualTo("hello");
    assertThat(view.version()).isEqualTo("1.0.0");
    assertThat(view.api()).isEqualTo("1.0");
    assertThat(view.filters()).containsExactly("hello");
    assertThat(view.state()).isEqualTo(PluginView.State.ACTIVE);
  }

  @Test
  void itsSettingsAreCheckedLikeTheGatewaysOwn() {
    JarBuilder.answering("hello", "1.0.0", "hello", "hi").write(jar("hello.jar"));
    start(using("hello"));
    assertThat(gateway.reload(using("{ hello: { sufix: \"!\" } }"), folder))
        .contains("gateway.yaml:4:")
        .contains("routes.hi.filters[0].hello")
        .contains("\"sufix\"")
        .contains("\"suffix\"");
    assertThat(get("/hi")).isEqualTo("hi");
  }

  @Test
  void aJarThatIsReplacedServesFromTheNextReloadOn() {
    JarBuilder.answering("hello", "1.0.0", "hello", "one").write(jar("hello.jar"));
    start(using("hello"));
    assertThat(get("/hi")).isEqualTo("one");
    JarBuilder.answering("hello", "1.1.0", "hello", "two").write(jar("hello.jar"));
    assertThat(get("/hi")).isEqualTo("one");
    assertThat(gateway.reload(using("hello"), folder)).isEmpty();
    assertThat(get("/hi")).isEqualTo("two");
    awaitCollected();
  }

  @Test
  void anExchangeEndsWithTheVersionItBeganWith() {
    slow("1.0.0", "one").write(jar("slow.jar"));
    start(using("slow"));
    try (RawClient client = RawClient.connect(gateway.address("web"))) {
      client.send("GET /hi HTTP/1.1\r\nHost: a\r\n\r\n");
      TestGateway.await(() -> Boolean.getBoolean("acme.waits"), () -> "the filter is not called");
      slow("2.0.0", "two").write(jar("slow.jar"));
      assertThat(gateway.reload(using("slow"), folder)).isEmpty();
      System.setProperty("acme.go", "yes");
      assertThat(client.readResponse().body()).isEqualTo("one");
      assertThat(client.get("/hi").body()).isEqualTo("two");
    } finally {
      System.clearProperty("acme.go");
      System.clearProperty("acme.waits");
    }
    awaitCollected();
  }

  /** Answers when a system property says so. */
  private static JarBuilder slow(String version, String text) {
    return JarBuilder.plugin("slow", version)
        .extension(
            "acme.Slow",
            """
            package acme;
            import dev.penstock.engine.spi.*;
            public final class Slow implements Extension {
              public record Settings() {}
              public String name() { return "slow"; }
              public void register(Registry registry) {
                registry.filter(FilterFactory.of("slow", Settings.class, (config, scope) ->
                    FilterTemplate.blocking(on -> new Waiting(), Phase.ON_REQUEST)));
              }
              static final class Waiting implements Filter {
                public Verdict onRequest(Exchange exchange) {
                  System.setProperty("acme.waits", "true");
                  while (System.getProperty("acme.go") == null)
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                  return Verdict.respond(Response.text(200, "%s"));
                }
              }
            }
            """
                .formatted(text));
  }

  @Test
  void aJarThatIsInUseIsNotTakenAwayAndOneThatIsNotIsUnloaded() throws IOException {
    JarBuilder.answering("hello", "1.0.0", "hello", "hi").write(jar("hello.jar"));
    start(using("hello"));
    byte[] kept = Files.readAllBytes(jar("hello.jar"));
    Files.delete(jar("hello.jar"));
    assertThat(gateway.reload(using("hello"), folder)).contains("there is no filter \"hello\"");
    assertThat(get("/hi")).isEqualTo("hi");
    JarBuilder.put(jar("hello.jar"), kept);
    assertThat(gateway.reload(PLAIN, folder)).isEmpty();
    assertThat(gateway.registries().plugins()).hasSize(1);
    Files.delete(jar("hello.jar"));
    assertThat(gateway.reload(PLAIN, folder)).isEmpty();
    assertThat(gateway.registries().plugins()).isEmpty();
    awaitCollected();
  }

  @Test
  void theWatcherSeesAJarThatIsDroppedIn() {
    start(PLAIN);
    // It may look between the making of the folder and that of the JAR, and is refused then.
    FileWatcher watcher =
        FileWatcher.start(gateway.files(), () -> gateway.reload(using("hello"), folder));
    try {
      JarBuilder.answering("hello", "1.0.0", "hello", "hi").write(jar("hello.jar"));
      TestGateway.await(() -> get("/hi").equals("hi"), () -> get("/hi"));
    } finally {
      watcher.close();
    }
  }

  // ---- what is refused

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of(
            "no zip", "not a JAR".getBytes(StandardCharsets.UTF_8), "it is not a whole JAR"),
        Arguments.of(
            "no id",
            hello().without(PluginManifest.ID).build(),
            "its manifest has no Penstock-Plugin-Id; add a line"),
        Arguments.of(
            "odd id",
            hello().manifest(PluginManifest.ID, "Hello World").build(),
            "Penstock-Plugin-Id is \"Hello World\""),
        Arguments.of(
            "odd version",
            hello().manifest(PluginManifest.VERSION, "one").build(),
            "Penstock-Plugin-Version is \"one\"; use a semantic version"),
        Arguments.of(
            "odd range",
            hello().manifest(PluginManifest.API, "[2,1)").build(),
            "Penstock-Api is \"[2,1)\": the interval is empty"),
        Arguments.of(
            "wrong API",
            hello().manifest(PluginManifest.API, "[7.0,8.0)").build(),
            "it was built for API [7.0,8.0); this gateway has 1.2"),
        Arguments.of(
            "no service file",
            hello().service("").build(),
            "it has no META-INF/services/dev.penstock.engine.spi.Extension"),
        Arguments.of(
            "an empty service file", hello().service("# nothing\n").build(), "names no class"),
        Arguments.of(
            "a class that is not there", hello().service("acme.Absent").build(), "acme.Absent"),
        Arguments.of(
            "a class that is no extension",
            hello()
                .source("acme.Plain", "package acme; public class Plain {}")
                .service("acme.Plain")
                .build(),
            "acme.Plain not a subtype; name a public class with a public constructor"),
        Arguments.of(
            "a failing constructor",
            failing("throw new IllegalStateException(\"no database\");", ""),
            "its extension failed: java.lang.IllegalStateException: no database"),
        Arguments.of(
            "a failing registration",
            failing("", "throw new IllegalStateException(\"no luck\");"),
            "its extension failed: java.lang.IllegalStateException: no luck"),
        Arguments.of(
            "a class of the gateway's inside",
            failing("dev.penstock.engine.boot.Gateway.extensionsOnClassPath();", ""),
            "it needs the class dev.penstock.engine.boot.Gateway, which it does not see;"
                + " a plugin sees the API only"),
        Arguments.of(
            "a library that is not packed",
            JarBuilder.plugin("broken", "1.0.0")
                .extension("acme.Broken", extension("new lib.Greeting();", ""))
                .build(greeting("x")),
            "it needs the class lib.Greeting, which it does not see; pack the library"),
        Arguments.of(
            "the same filter twice",
            failing("", OFFER + OFFER),
            "it offers filter twin twice; rename one"));
  }

  private static final String OFFER =
      "registry.filter(FilterFactory.of(\"twin\", Settings.class, (c, s) -> null));";

  private static JarBuilder hello() {
    return JarBuilder.answering("broken", "1.0.0", "broken", "never");
  }

  private static byte[] failing(String inConstructor, String inRegister) {
    return JarBuilder.plugin("broken", "1.0.0")
        .extension("acme.Broken", extension(inConstructor, inRegister))
        .build();
  }

  private static String extension(String inConstructor, String inRegister) {
    return """
    package acme;
    import dev.penstock.engine.spi.*;
    public final class Broken implements Extension {
      public record Settings() {}
      public Broken() { if (true) { %s } }
      public String name() { return "broken"; }
      public void register(Registry registry) { if (true) { %s } }
    }
    """
        .formatted(inConstructor, inRegister);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void aBrokenJarIsRefusedWithTheReasonAndWhatRunsStays(String what, byte[] jar, String reason) {
    JarBuilder.answering("hello", "1.0.0", "hello", "hi").write(jar("hello.jar"));
    start(using("hello"));
    JarBuilder.put(jar("other.jar"), jar);
    assertThat(gateway.reload(using("hello"), folder)).contains("other.jar: ").contains(reason);
    assertThat(get("/hi")).isEqualTo("hi");
  }

  @Test
  void aBrokenVersionDoesNotReplaceTheGoodOne() {
    JarBuilder.answering("hello", "1.0.0", "hello", "hi").write(jar("hello.jar"));
    start(using("hello"));
    JarBuilder.put(jar("hello.jar"), failing("throw new AssertionError(1);", ""));
    assertThat(gateway.reload(using("hello"), folder))
        .contains("hello.jar: its extension failed: java.lang.AssertionError: 1");
    assertThat(get("/hi")).isEqualTo("hi");
    // And it is not in the way of the repaired one.
    JarBuilder.answering("hello", "1.0.1", "hello", "better").write(jar("hello.jar"));
    assertThat(gateway.reload(using("hello"), folder)).isEmpty();
    assertThat(get("/hi")).isEqualTo("better");
  }

  @Test
  void twoJarsOfOneIdOrWithOneFilterAreRefused() {
    JarBuilder.answering("hello", "1.0.0", "hello", "hi").write(jar("a.jar"));
    start(using("hello"));
    JarBuilder.answering("hello", "2.0.0", "other", "ho").write(jar("b.jar"));
    assertThat(gateway.reload(using("hello"), folder))
        .contains("b.jar: its id \"hello\" is that of a.jar too; remove one of them");
    JarBuilder.answering("howdy", "2.0.0", "hello", "ho").write(jar("b.jar"));
    assertThat(gateway.reload(using("hello"), folder))
        .contains("b.jar: it offers a filter hello, and so does a.jar; remove one of them");
    assertThat(get("/hi")).isEqualTo("hi");
  }

  // ---- class loading

  private static JarBuilder greeting(String text) {
    return JarBuilder.library()
        .source(
            "lib.Greeting",
            "package lib; public class Greeting { public String text() { return \"%s\"; } }"
                .formatted(text));
  }

  private static JarBuilder greeter(String name) {
    return JarBuilder.plugin(name, "1.0.0")
        .extension(
            "acme.Greeter",
            """
            package acme;
            import dev.penstock.engine.spi.*;
            public final class Greeter implements Extension {
              public record Settings() {}
              public String name() { return "%1$s"; }
              public void register(Registry registry) {
                registry.filter(FilterFactory.of("%1$s", Settings.class, (config, scope) ->
                    FilterTemplate.inline(on -> new Greets(), Phase.ON_REQUEST)));
              }
              static final class Greets implements Filter {
                public Verdict onRequest(Exchange exchange) {
                  return Verdict.respond(Response.text(200, new lib.Greeting().text()));
                }
              }
            }
            """
                .formatted(name));
  }

  @Test
  void librariesArePackedOrBesideAndEachPluginHasItsOwn() {
    greeter("packed")
        .entry("lib/greeting.jar", greeting("from within").build())
        .write(jar("packed.jar"), greeting(""));
    greeter("beside").write(jar("beside.jar"), greeting(""));
    greeting("from beside").write(jar("beside.lib/greeting.jar"));
    start(
        """
        listeners: { web: { bind: "127.0.0.1:0" } }
        access-log: { to: off }
        routes:
          packed: { match: { path: /packed }, filters: [ packed ], respond: 500 }
          beside: { match: { path: /beside }, filters: [ beside ], respond: 500 }
        """);
    assertThat(get("/packed")).isEqualTo("from within");
    assertThat(get("/beside")).isEqualTo("from beside");
  }

  // ---- through the control plane

  @Test
  void aPluginIsInstalledReplacedAndRemovedWhileItRuns() {
    start(PLAIN);
    byte[] one = JarBuilder.answering("hello", "1.0.0", "hello", "one").build();
    assertThat(gateway.change(new PluginChange.Install(one), true)).isEmpty();
    assertThat(jar("hello.jar")).doesNotExist();
    assertThat(gateway.change(new PluginChange.Install(one), false)).isEmpty();
    assertThat(jar("hello.jar")).hasBinaryContent(one);
    assertThat(gateway.reload(using("hello"), folder)).isEmpty();
    assertThat(get("/hi")).isEqualTo("one");

    byte[] two = JarBuilder.answering("hello", "2.0.0", "hello", "two").build();
    assertThat(gateway.change(new PluginChange.Install(two), false)).isEmpty();
    assertThat(get("/hi")).isEqualTo("two");
    byte[] wrong = JarBuilder.answering("hello", "3.0.0", "renamed", "x").build();
    assertThat(gateway.change(new PluginChange.Install(wrong), false).toString())
        .contains("there is no filter \"hello\"");
    assertThat(jar("hello.jar")).hasBinaryContent(two);
    assertThat(gateway.change(new PluginChange.Remove("hello"), false).toString())
        .contains("there is no filter \"hello\"");
    assertThat(gateway.change(new PluginChange.Remove("hallo"), false).toString())
        .contains("there is no plugin \"hallo\"; known: hello");
    assertThat(get("/hi")).isEqualTo("two");

    assertThat(gateway.reload(PLAIN, folder)).isEmpty();
    assertThat(gateway.change(new PluginChange.Remove("hello"), false)).isEmpty();
    assertThat(jar("hello.jar")).doesNotExist();
    assertThat(gateway.reload(PLAIN, folder)).isEmpty();
    awaitCollected();
  }

  private void awaitCollected() {
    TestGateway.await(
        () -> {
          System.gc();
          return host.leaks().leaving() == 0;
        },
        () -> host.leaks().leaving() + " class loaders are still there");
  }
}
