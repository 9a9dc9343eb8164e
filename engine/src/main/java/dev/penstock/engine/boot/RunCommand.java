package dev.penstock.engine.boot;

import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.FileWatcher;
import dev.penstock.engine.control.StartChoice;
import dev.penstock.engine.observe.GatewayLogging;
import dev.penstock.engine.observe.LogRules;
import dev.penstock.engine.plan.ListenerPolicy;
import java.io.Console;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description =
        "Starts the gateway; without FILE, on the sample configuration with its own demo upstreams.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "HUP reloads the configuration and reopens log files; TERM and INT drain and stop.",
      "",
      "Examples:",
      "  penstock run",
      "  penstock run gateway.yaml",
      "  penstock run --watch gateway.yaml"
    })
final class RunCommand implements Callable<Integer> {
  @Parameters(arity = "0..1", paramLabel = "FILE", description = "the configuration")
  private @Nullable Path file;

  @Option(
      names = {"-w", "--watch"},
      description = "Reload when the configuration, a script or a plugin changes.")
  private boolean watch;

  @Option(names = "--resume", description = "Start the newest revision, whatever FILE says.")
  private boolean resume;

  @Option(
      names = "--fresh",
      description = "Start FILE, whatever was changed over the API since it was edited.")
  private boolean fresh;

  @Option(
      names = "--log-level",
      defaultValue = "INFO",
      description = "error, warn, info, debug; default: info")
  private LogRules.Level level = LogRules.Level.INFO;

  @Option(
      names = "--log-format",
      defaultValue = "TEXT",
      description = "text or json; default: text")
  private LogRules.Format format = LogRules.Format.TEXT;

  @CommandLine.Spec private @Nullable CommandSpec spec;

  private @Nullable FileWatcher watcher;

  /**
   * The command for {@code run [--watch] [FILE]}, which is how services start it, made without
   * picocli: that costs 0.2 s of a start of 0.7, mostly annotations read by reflection.
   *
   * @return null when anything else is asked for; picocli then says what it means
   */
  static @Nullable RunCommand plain(String... arguments) {
    if (arguments.length == 0 || !arguments[0].equals("run")) return null;
    RunCommand command = new RunCommand();
    for (int i = 1; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.equals("--watch") || argument.equals("-w")) command.watch = true;
      else if (argument.startsWith("-") || argument.startsWith("@") || command.file != null)
        return null;
      else command.file = Path.of(argument);
    }
    return command;
  }

  @Override
  public Integer call() throws InterruptedException {
    GatewayLogging.configure(new LogRules(level, format, LogRules.Target.STDERR, Map.of()));
    // After the logging is configured: a logger that exists before would keep the defaults.
    Logger log = LogManager.getLogger(RunCommand.class);
    Path given = file;
    boolean isDemo = given == null;
    Path config = given == null ? sample() : given;
    if (!Files.isRegularFile(config)) {
      err().println("penstock: there is no file " + config);
      return Main.BAD_CONFIG;
    }
    DemoUpstreams demo = isDemo ? DemoUpstreams.start() : null;
    Gateway gateway =
        Gateway.start(
            config,
            Gateway.extensionsOnClassPath(),
            name ->
                demo != null && demo.environment().containsKey(name)
                    ? demo.environment().get(name)
                    : System.getenv(name),
            new Opening(
                fresh ? StartChoice.FRESH : resume ? StartChoice.RESUME : StartChoice.NEWEST,
                StateFolder.ofProgram(config, System::getenv),
                this::say));
    if (watch) {
      watcher = FileWatcher.start(watched(gateway, config), () -> reload(gateway, config, log));
    }
    greet(gateway, demo);
    CountDownLatch asked = new CountDownLatch(1);
    // Left to the JVM, a signal would end the process with 128 and its number; we end in order: 0.
    Signals.on("TERM", asked::countDown);
    Signals.on(
        "INT",
        () -> {
          if (asked.getCount() == 0) Runtime.getRuntime().halt(130); // asked twice: at once
          asked.countDown();
        });
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop(gateway, demo);
                  GatewayLogging.close();
                },
                "shutdown"));
    Signals.on(
        "HUP",
        () -> {
          gateway.reopenLogs();
          reload(gateway, config, log);
        });
    asked.await();
    log.info("stopping");
    stop(gateway, demo);
    return Main.OK;
  }

  /** Whoever comes second waits until the first is done, and finds nothing left to do. */
  private synchronized void stop(Gateway gateway, @Nullable DemoUpstreams demo) {
    FileWatcher watching = watcher;
    if (watching != null) watching.close();
    // At a terminal nobody waits for a load balancer to notice.
    Console console = System.console();
    if (console != null && console.isTerminal() || demo != null) gateway.close(0, 5000);
    else gateway.close();
    if (demo != null) demo.close();
  }

  private void reload(Gateway gateway, Path config, Logger log) {
    String problems = gateway.reload(config);
    if (problems.isEmpty()) {
      log.info("configuration reloaded");
    } else {
      log.error("the configuration was not changed:\n{}", problems.stripTrailing());
    }
    FileWatcher watching = watcher;
    if (watching != null) watching.watch(watched(gateway, config));
  }

  private static Set<Path> watched(Gateway gateway, Path config) {
    Set<Path> files = new LinkedHashSet<>(gateway.files());
    files.add(config.toAbsolutePath().normalize());
    return files;
  }

  private Path sample() {
    String home = System.getProperty("penstock.home", ".");
    return Path.of(home, "samples", "gateway.yaml");
  }

  private static String scheme(boolean isTls) {
    return isTls ? "https" : "http";
  }

  private void greet(Gateway gateway, @Nullable DemoUpstreams demo) {
    PrintWriter out = out();
    Map<String, InetSocketAddress> listeners = gateway.control().addresses();
    ControlPlane.Active active = gateway.control().active();
    Map<String, ListenerPolicy> policies =
        active == null ? Map.of() : active.snapshot().listeners();
    listeners.forEach((name, address) -> {
      ListenerPolicy policy = policies.get(name);
      boolean isTls = policy != null && policy.tls() != null;
      out.printf("%-10s %s://%s%n", name, scheme(isTls), shown(address));
    });
    InetSocketAddress admin = gateway.adminAddress();
    boolean isTls = active != null && active.adminTls() != null;
    if (admin != null) out.printf("%-10s %s://%s/%n", "admin", scheme(isTls), shown(admin));
    if (demo != null && !listeners.isEmpty()) {
      String base = "http://" + shown(listeners.values().iterator().next());
      out.println();
      out.println("Try:");
      out.println("  curl -i " + base + "/users/7              balanced over two demo upstreams");
      out.println("  curl -i " + base + "/hello                answered by the gateway itself");
      out.println("  curl -i -d 'some text' " + base + "/echo  the body comes back");
      out.println();
      out.println("Stop with Ctrl-C.");
    }
    out.flush();
  }

  private void say(String text) {
    PrintWriter out = out();
    out.println(text);
    out.flush();
  }

  private PrintWriter out() {
    return spec == null ? Main.standardOutput() : spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec == null ? Main.standardError() : spec.commandLine().getErr();
  }

  private static String shown(InetSocketAddress address) {
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "127.0.0.1"
            : address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
