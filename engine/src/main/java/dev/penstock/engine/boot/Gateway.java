package dev.penstock.engine.boot;

import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.ConfigReader;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.ControlPlane.Applied;
import dev.penstock.engine.control.ControlThread;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.HealthChecker;
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

  private final List<Extension> extensions;
  private final Registries registries;
  private final Function<String, @Nullable String> environment;
  private final Metrics metrics;
  private final AccessLog accessLog;
  private final LoopWatchdog watchdog;
  private final ControlThread controlThread;
  private final Workers workers;
  private final Destinations destinations;
  private final ControlPlane control;
  private @Nullable OpsServer ops;
  private Set<Path> files = Set.of();
  private volatile boolean isDraining;
  private volatile boolean isStarted;
  private boolean isClosed;

  private Gateway(
      GatewayConfig config,
      List<Extension> extensions,
      Registries registries,
      Function<String, @Nullable String> environment) {
    this.extensions = extensions;
    this.registries = registries;
    this.environment = environment;
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
    for (Extension extension : extensions) metrics.add(extension::writeMetrics);
    controlThread = new ControlThread(clock);
    Upstreams upstreams =
        new Upstreams(controlThread, DnsNameResolver.ofSystem(), count, secrets.generateSeed(32));
    HealthChecker healthChecker =
        new HealthChecker(controlThread, new SplittableRandom(secrets.nextLong()));
    workers = new Workers(count, metrics, accessLog, watchdog, secrets.nextLong());
    destinations = new Destinations(upstreams);
    workers.destinations(destinations);
    control = new ControlPlane(registries, upstreams, healthChecker, workers);
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
    Registries registries = registries(extensions);
    return start(
        new ConfigReader(registries, environment).read(file),
        folderOf(file),
        extensions,
        registries,
        environment);
  }

  /**
   * As {@link #start(Path, List, Function)}, from text; relative paths are resolved against {@code
   * folder}.
   */
  public static Gateway start(String text, Path folder, List<Extension> extensions) {
    Registries registries = registries(extensions);
    Function<String, @Nullable String> environment = System::getenv;
    ReadResult read = new ConfigReader(registries, environment).read(text, "gateway.yaml", folder);
    return start(read, folder, extensions, registries, environment);
  }

  private static Gateway start(
      ReadResult read,
      Path folder,
      List<Extension> extensions,
      Registries registries,
      Function<String, @Nullable String> environment) {
    GatewayConfig config = read.config();
    if (config == null) throw new BadConfigException(read.render(), read.problems());
    Gateway gateway = new Gateway(config, extensions, registries, environment);
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
    Applied applied = control.apply(config, read.positions(), folder);
    if (!applied.isApplied())
      throw new BadConfigException(render(read, applied.problems()), applied.problems());
    took(applied, read);
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

  private void took(Applied applied, ReadResult read) {
    ControlPlane.Active active = applied.active();
    if (active == null) return;
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
    return reload(new ConfigReader(registries, environment).read(file), folderOf(file));
  }

  /** As {@link #reload(Path)}, from text. */
  public String reload(String text, Path folder) {
    return reload(
        new ConfigReader(registries, environment).read(text, "gateway.yaml", folder), folder);
  }

  private String reload(ReadResult read, Path folder) {
    GatewayConfig config = read.config();
    if (config == null) {
      metrics.refused();
      return read.render();
    }
    Applied applied = control.apply(config, read.positions(), folder);
    if (!applied.isApplied()) {
      metrics.refused();
      return render(read, applied.problems());
    }
    took(applied, read);
    accessLog.apply(config.accessLog());
    return "";
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

  public Registries registries() {
    return registries;
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
