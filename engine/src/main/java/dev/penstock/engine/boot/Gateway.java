package dev.penstock.engine.boot;

import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.ConfigReader;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.ControlPlane.Applied;
import dev.penstock.engine.control.ControlThread;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.HealthChecker;
import dev.penstock.engine.control.PluginChange;
import dev.penstock.engine.control.ReadResult;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.io.Workers;
import dev.penstock.engine.observe.AccessLog;
import dev.penstock.engine.observe.LoopWatchdog;
import dev.penstock.engine.observe.Metrics;
import dev.penstock.engine.observe.OpsServer;
import dev.penstock.engine.observe.Readiness;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.SystemClock;
import dev.penstock.engine.upstream.DefaultBalancers;
import dev.penstock.engine.upstream.Destinations;
import dev.penstock.engine.upstream.DnsNameResolver;
import dev.penstock.engine.upstream.Upstreams;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A whole gateway in one object: {@link #start} it with a configuration, {@link #reload} it as
 * often as needed, {@link #close} it with a drain. Thread-safe.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(Gateway.class);

  /** Stands for the file where there is none. */
  private static final String NAME = "gateway.yaml";

  private final List<Extension> extensions;
  private final ConfigReader reader;
  private final Plugins plugins;
  private final Metrics metrics;
  private final AccessLog accessLog;
  private final LoopWatchdog watchdog;
  private final ControlThread controlThread;
  private final Workers workers;
  private final Destinations destinations;
  private final ControlPlane control;
  private @Nullable OpsServer ops;
  private Set<Path> files = Set.of();
  private @Nullable Document document;
  private volatile boolean isDraining;
  private volatile boolean isStarted;
  private boolean isClosed;

  /** What was read for what is in force. */
  private record Document(String text, String name, Path folder) {}

  private Gateway(
      GatewayConfig config, List<Extension> extensions, ConfigReader reader, Plugins plugins) {
    this.extensions = extensions;
    this.reader = reader;
    this.plugins = plugins;
    Integer asked = config.workers().count();
    int count = asked == null ? Runtime.getRuntime().availableProcessors() : asked;
    SecureRandom secrets = new SecureRandom();
    NanoClock clock = SystemClock.INSTANCE;
    metrics = new Metrics(count);
    accessLog = new AccessLog(count, config.accessLog());
    watchdog = new LoopWatchdog(clock);
    metrics.add(watchdog.metrics());
    metrics.add(accessLog.metrics());
    metrics.add(new ProcessMetrics(Version.text(), SystemClock.INSTANCE));
    controlThread = new ControlThread(clock);
    Upstreams upstreams =
        new Upstreams(controlThread, DnsNameResolver.ofSystem(), count, secrets.generateSeed(32));
    HealthChecker healthChecker =
        new HealthChecker(controlThread, new SplittableRandom(secrets.nextLong()));
    workers = new Workers(count, metrics, accessLog, watchdog, secrets.nextLong());
    destinations = new Destinations(upstreams);
    workers.destinations(destinations);
    control = new ControlPlane(upstreams, healthChecker, workers);
  }

  /** What extensions on the class path and the engine itself offer. */
  public static Registries registries(List<Extension> extensions) {
    Registries registries = Registries.of(extensions);
    DefaultBalancers.all(new SecureRandom().nextLong()).forEach(registries::balancer);
    return registries;
  }

  /** The extensions on the class path. */
  public static List<Extension> extensionsOnClassPath() {
    List<Extension> found = new ArrayList<>();
    ServiceLoader.load(Extension.class).forEach(found::add);
    return found;
  }

  /**
   * Starts a gateway on the configuration in {@code file}, with the extensions on the class path.
   */
  public static Gateway start(Path file) {
    return start(file, extensionsOnClassPath(), System::getenv);
  }

  /**
   * Starts a gateway.
   *
   * @param environment where {@code ${NAME}} of the configuration is looked up
   * @throws BadConfigException when the configuration cannot be put in force; nothing is left
   *     running
   */
  public static Gateway start(
      Path file, List<Extension> extensions, Function<String, @Nullable String> environment) {
    Plugins plugins = Plugins.in(extensions);
    ConfigReader reader = new ConfigReader(registries(extensions), environment, plugins::load);
    return start(reader.read(file), folderOf(file), extensions, reader, plugins);
  }

  /**
   * As {@link #start(Path, List, Function)}, from text; relative paths are resolved against {@code
   * folder}.
   */
  public static Gateway start(String text, Path folder, List<Extension> extensions) {
    Plugins plugins = Plugins.in(extensions);
    ConfigReader reader = new ConfigReader(registries(extensions), System::getenv, plugins::load);
    return start(reader.read(text, NAME, folder), folder, extensions, reader, plugins);
  }

  /**
   * Starts one route of the configuration in {@code file} and nothing else of it, on a plain
   * listener of its own on loopback and with one worker: for looking into a route while another
   * gateway serves it.
   *
   * @param port of the listener; 0 lets the system choose
   * @throws ConfigException when there is no such route
   */
  public static Gateway startRoute(Path file, String route, int port, List<Extension> extensions) {
    Plugins plugins = Plugins.in(extensions);
    ConfigReader reader = new ConfigReader(registries(extensions), System::getenv, plugins::load);
    Path folder = folderOf(file);
    ReadResult alone;
    try {
      ReadResult front = reader.read(RouteAlone.front(port), NAME, folder);
      alone = RouteAlone.of(reader.read(file), route, front);
    } catch (ConfigException e) {
      extensions.forEach(Extension::close);
      throw e;
    }
    return start(alone, folder, extensions, reader, plugins);
  }

  private static Gateway start(
      ReadResult read,
      Path folder,
      List<Extension> extensions,
      ConfigReader reader,
      Plugins plugins) {
    GatewayConfig config = read.config();
    if (config == null) {
      extensions.forEach(Extension::close);
      throw new BadConfigException(read.render(), read.problems());
    }
    Gateway gateway = new Gateway(config, extensions, reader, plugins);
    try {
      gateway.begin(config, read, folder);
      return gateway;
    } catch (RuntimeException | Error e) {
      gateway.close(0, 0);
      throw e;
    }
  }

  private static Path folderOf(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? Path.of("").toAbsolutePath() : parent;
  }

  private void begin(GatewayConfig config, ReadResult read, Path folder) {
    watchdog.start();
    Applied applied = control.apply(read, folder);
    if (!applied.isApplied())
      throw new BadConfigException(render(read, applied.problems()), applied.problems());
    took(applied, read, folder);
    openOps(config);
    isStarted = true;
  }

  private void openOps(GatewayConfig config) {
    if (config.admin() == null) return;
    InetSocketAddress address = config.admin().bind().socketAddress();
    try {
      ops = new OpsServer(address, metrics, this::readiness, SystemClock.INSTANCE);
    } catch (IOException e) {
      throw new ConfigException(
          "admin.bind: cannot listen on " + config.admin().bind() + ": " + e.getMessage());
    }
  }

  private void took(Applied applied, ReadResult read, Path folder) {
    ControlPlane.Active active = applied.active();
    if (active == null) return;
    document = new Document(read.positions().text(), read.positions().file(), folder);
    Set<Path> all = new LinkedHashSet<>(read.files());
    all.addAll(active.watched());
    synchronized (this) {
      files = all;
    }
    metrics.applied(active.snapshot().version(), SystemClock.INSTANCE.wallMillis());
    metrics.retain(
        active.config().routes().keySet(),
        active.config().listeners().keySet(),
        Set.of(),
        SystemClock.INSTANCE.nanoTime());
  }

  private static String render(ReadResult read, List<ConfigProblem> problems) {
    StringBuilder out = new StringBuilder();
    for (ConfigProblem problem : problems)
      out.append(read.positions().render(problem)).append('\n');
    return out.toString();
  }

  /**
   * Puts the configuration in {@code file} in force, or leaves everything as it is.
   *
   * @return empty when it is in force; otherwise what is wrong, for a terminal
   */
  public String reload(Path file) {
    return reload(reader.read(file), folderOf(file));
  }

  /** As {@link #reload(Path)}, from text. */
  public String reload(String text, Path folder) {
    return reload(reader.read(text, NAME, folder), folder);
  }

  private synchronized String reload(ReadResult read, Path folder) {
    GatewayConfig config = read.config();
    if (config == null) {
      metrics.refused();
      return read.render();
    }
    Applied applied = control.apply(read, folder);
    if (!applied.isApplied()) {
      metrics.refused();
      return render(read, applied.problems());
    }
    took(applied, read, folder);
    accessLog.apply(config.accessLog());
    return "";
  }

  /**
   * Puts the document in force again with a plugin more, another, or one less; then makes that last
   * in the folder of plugins. All or nothing.
   *
   * @param dryRun whether only to say what would be wrong
   * @return empty when it is done, or could be
   * @throws dev.penstock.engine.spi.ConfigException when there is no host of plugins
   */
  public synchronized List<ConfigProblem> change(PluginChange change, boolean dryRun) {
    Document current = document;
    if (current == null) throw new IllegalStateException("nothing is in force");
    Path folder = current.folder();
    ReadResult read =
        reader
            .withPlugins((where, rules) -> plugins.load(where, rules, change))
            .read(current.text(), current.name(), folder);
    if (read.config() == null) return read.problems();
    if (dryRun) return control.check(read, folder);
    Applied applied = control.apply(read, folder);
    if (!applied.isApplied()) {
      metrics.refused();
      return applied.problems();
    }
    try {
      plugins.make(folder, change);
    } catch (IOException e) {
      reload(current.text(), folder);
      return List.of(ConfigProblem.ofFile(folder, "the plugin cannot be stored: " + e, ""));
    }
    took(applied, read, folder);
    return List.of();
  }

  /** Files whose change is a change of the configuration. */
  public synchronized Set<Path> files() {
    return files;
  }

  /** Closes and opens log files again, after somebody has moved them. */
  public void reopenLogs() {
    accessLog.reopen();
  }

  public ControlPlane control() {
    return control;
  }

  public Metrics metrics() {
    return metrics;
  }

  /** What the configuration in force could choose from, plugins included. */
  public Registries registries() {
    ControlPlane.Active active = control.active();
    if (active == null) throw new IllegalStateException("nothing is in force");
    return active.registries();
  }

  /** The address that a listener really has. */
  public InetSocketAddress address(String listener) {
    InetSocketAddress address = control.address(listener);
    if (address == null) throw new IllegalArgumentException("there is no listener " + listener);
    return address;
  }

  /** Where metrics and health are served, or null. */
  public @Nullable InetSocketAddress adminAddress() {
    OpsServer server = ops;
    return server == null ? null : server.address();
  }

  private Readiness readiness() {
    boolean isLive = watchdog.isLive(SystemClock.INSTANCE.nanoTime());
    Map<String, String> details = new LinkedHashMap<>();
    ControlPlane.Active active = control.active();
    details.put(
        "configuration", active == null ? "none" : "version " + active.snapshot().version());
    details.put("listeners", String.join(", ", control.addresses().keySet()));
    details.put("workers", String.valueOf(workers.size()));
    if (isDraining) details.put("draining", "yes");
    for (Extension extension : extensions) extension.details().forEach(details::put);
    return new Readiness(isStarted, isLive, isStarted && isLive && !isDraining, details);
  }

  /** Stops with the times of the configuration in force (O1). */
  @Override
  public void close() {
    ControlPlane.Active active = control.active();
    if (active == null) {
      close(0, 0);
    } else {
      close(
          active.config().shutdown().preStop().toMillis(),
          active.config().shutdown().grace().toMillis());
    }
  }

  /**
   * Stops: not ready, a while of further service, no new connections, drain, the rest is cut off
   * (O1).
   *
   * @param preStopMillis how long connections are still accepted after {@code /readyz} says no
   * @param graceMillis how long exchanges may take to end
   */
  public void close(long preStopMillis, long graceMillis) {
    synchronized (this) {
      if (isClosed) return;
      isClosed = true;
    }
    isDraining = true;
    workers.announceEnd();
    pause(preStopMillis);
    boolean isQuiet = workers.drain(graceMillis);
    if (!isQuiet && graceMillis > 0) LOG.warn("some exchanges did not end in time and are cut off");
    workers.stop();
    destinations.close();
    control.close();
    controlThread.close();
    watchdog.close();
    accessLog.close();
    OpsServer server = ops;
    if (server != null) server.close();
    extensions.forEach(Extension::close);
  }

  private static void pause(long millis) {
    if (millis <= 0) return;
    try {
      new java.util.concurrent.CountDownLatch(1)
          .await(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
