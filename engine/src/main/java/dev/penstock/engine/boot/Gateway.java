package dev.penstock.engine.boot;

import dev.penstock.engine.control.AdminConfig;
import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.ConfigReader;
import dev.penstock.engine.control.ControlPlane;
import dev.penstock.engine.control.ControlThread;
import dev.penstock.engine.control.Document;
import dev.penstock.engine.control.GatewayConfig;
import dev.penstock.engine.control.HealthChecker;
import dev.penstock.engine.control.Ledger;
import dev.penstock.engine.control.PluginChange;
import dev.penstock.engine.control.ReadResult;
import dev.penstock.engine.control.Registries;
import dev.penstock.engine.control.Revision;
import dev.penstock.engine.control.Revision.Author;
import dev.penstock.engine.control.RevisionStore;
import dev.penstock.engine.control.ScriptStore;
import dev.penstock.engine.control.StartChoice;
import dev.penstock.engine.io.Workers;
import dev.penstock.engine.observe.AccessLog;
import dev.penstock.engine.observe.ExchangeView;
import dev.penstock.engine.observe.Exports;
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
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
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
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
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
  private final Exports exports;
  private final LoopWatchdog watchdog;
  private final ControlThread controlThread;
  private final Workers workers;
  private final Destinations destinations;
  private final Upstreams upstreams;
  private final ControlPlane control;
  private final Ledger ledger;
  private final Opening opening;
  private final @Nullable Path state;
  private final ScriptStore scripts;
  private @Nullable OpsServer ops;
  private @Nullable InetSocketAddress adminAddress;
  private Set<Path> files = Set.of();
  private volatile boolean isDraining;
  private volatile boolean isStarted;
  private boolean isClosed;

  private Gateway(
      GatewayConfig config,
      List<Extension> extensions,
      ConfigReader reader,
      Plugins plugins,
      Opening opening,
      @Nullable Path state,
      RevisionStore store) {
    this.opening = opening;
    this.state = state;
    this.scripts = ScriptStore.in(state);
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
    for (Extension extension : extensions) metrics.add(extension::writeMetrics);
    controlThread = new ControlThread(clock);
    upstreams =
        new Upstreams(controlThread, DnsNameResolver.ofSystem(), count, secrets.generateSeed(32));
    HealthChecker healthChecker =
        new HealthChecker(controlThread, new SplittableRandom(secrets.nextLong()));
    workers = new Workers(count, metrics, accessLog, watchdog, secrets.nextLong());
    destinations = new Destinations(upstreams);
    workers.destinations(destinations);
    control = new ControlPlane(upstreams, healthChecker, workers, scripts);
    metrics.add(new CacheMetrics(control.caches()));
    metrics.add(reader.metrics());
    exports = new Exports(metrics);
    ledger = new Ledger(reader, control, upstreams, store, scripts, SystemClock.INSTANCE);
    ledger.listen(new Follower());
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

  /** As {@link #start(Path, List, Function, Opening)}, for a gateway within another program. */
  public static Gateway start(
      Path file, List<Extension> extensions, Function<String, @Nullable String> environment) {
    return start(file, extensions, environment, Opening.EMBEDDED);
  }

  /**
   * Starts a gateway.
   *
   * @param environment where {@code ${NAME}} of the configuration is looked up
   * @throws BadConfigException when nothing can be put in force; nothing is left running
   */
  public static Gateway start(
      Path file,
      List<Extension> extensions,
      Function<String, @Nullable String> environment,
      Opening opening) {
    Plugins plugins = Plugins.in(extensions);
    ConfigReader reader = new ConfigReader(registries(extensions), environment, plugins::load);
    return start(
        reader.read(file), file.toString(), folderOf(file), extensions, reader, plugins, opening);
  }

  /**
   * As {@link #start(Path, List, Function)}, from text; relative paths are resolved against {@code
   * folder}.
   */
  public static Gateway start(String text, Path folder, List<Extension> extensions) {
    Plugins plugins = Plugins.in(extensions);
    ConfigReader reader = new ConfigReader(registries(extensions), System::getenv, plugins::load);
    ReadResult read = reader.read(text, NAME, folder);
    return start(read, NAME, folder, extensions, reader, plugins, Opening.EMBEDDED);
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
    return start(alone, file.toString(), folder, extensions, reader, plugins, Opening.EMBEDDED);
  }

  private static Gateway start(
      ReadResult read,
      String name,
      Path folder,
      List<Extension> extensions,
      ConfigReader reader,
      Plugins plugins,
      Opening opening) {
    Path state = StateFolder.of(read, folder, opening.state());
    RevisionStore store = store(state);
    List<StartChoice.Candidate> candidates =
        opening.choice().candidates(read, name, folder, store, reader);
    GatewayConfig config = null;
    for (StartChoice.Candidate each : candidates) {
      if (config == null) config = each.read().config();
    }
    if (config == null) {
      extensions.forEach(Extension::close);
      throw new BadConfigException(read.render(), read.problems());
    }
    Gateway gateway = new Gateway(config, extensions, reader, plugins, opening, state, store);
    try {
      gateway.begin(candidates);
      return gateway;
    } catch (RuntimeException | Error e) {
      gateway.close(0, 0);
      throw e;
    }
  }

  private static RevisionStore store(@Nullable Path state) {
    if (state == null) return RevisionStore.inMemory();
    try {
      return RevisionStore.in(state);
    } catch (IOException e) {
      throw new ConfigException("admin.state: " + state + " cannot be read: " + e);
    }
  }

  private static Path folderOf(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? Path.of("").toAbsolutePath() : parent;
  }

  private void begin(List<StartChoice.Candidate> candidates) {
    watchdog.start();
    List<ConfigProblem> problems = ledger.begin(candidates);
    if (!problems.isEmpty())
      throw new BadConfigException(render(candidates.getFirst().read(), problems), problems);
    openAdmin();
    isStarted = true;
  }

  private void openAdmin() {
    GatewayConfig config = ledger.state().read().config();
    AdminConfig admin = config == null ? null : config.admin();
    if (admin == null) return;
    try {
      for (Extension each : extensions) {
        if (!(each instanceof AdminService service)) continue;
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        channel.bind(admin.bind().socketAddress());
        adminAddress = (InetSocketAddress) channel.getLocalAddress();
        // Clients wait in the socket's backlog until it serves.
        Thread.ofPlatform().name("admin-start").daemon().start(() -> serve(service, channel));
        return;
      }
      if (admin.tls() != null)
        throw new ConfigException(
            "admin.tls: the admin API is not on the class path, and metrics and probes alone speak no TLS");
      OpsServer server =
          new OpsServer(
              admin.bind().socketAddress(), metrics, this::readiness, SystemClock.INSTANCE);
      ops = server;
      adminAddress = server.address();
    } catch (IOException e) {
      throw new ConfigException(
          "admin.bind: cannot listen on " + admin.bind() + ": " + e.getMessage());
    }
  }

  private void serve(AdminService service, ServerSocketChannel channel) {
    try {
      service.serve(this, channel);
    } catch (IOException | RuntimeException e) {
      LOG.error("the admin API could not be started; the gateway serves on without it", e);
    }
  }

  /** Keeps what surrounds the control plane in step with it. */
  private final class Follower implements Ledger.Listener {
    @Override
    public void onApplied(
        Author author, Ledger.State now, ControlPlane.Active active, Ledger.Change change) {
      Set<Path> all = new LinkedHashSet<>(now.read().files());
      all.addAll(active.watched());
      synchronized (Gateway.this) {
        files = all;
      }
      metrics.applied(active.snapshot().version(), SystemClock.INSTANCE.wallMillis());
      metrics.retain(
          active.config().routes().keySet(),
          active.config().listeners().keySet(),
          Set.of(),
          SystemClock.INSTANCE.nanoTime());
      accessLog.apply(active.config().accessLog());
      exports.adopt(active.exports());
      metrics.tap().redact(active.config().accessLog().redactQuery());
    }

    @Override
    public void onRefused(Author author, List<ConfigProblem> problems) {
      metrics.refused();
    }
  }

  private static String render(ReadResult read, List<ConfigProblem> problems) {
    StringBuilder out = new StringBuilder();
    for (ConfigProblem problem : problems)
      out.append(read.positions().render(problem)).append('\n');
    return out.toString();
  }

  /**
   * The configuration in {@code file} was edited, or what it refers to: puts it in force, or leaves
   * everything as it is.
   *
   * @return empty when it is in force; otherwise what is wrong, for a terminal
   */
  public String reload(Path file) {
    return reload(reader.read(file), folderOf(file), false);
  }

  /** Puts the configuration in {@code text} in force, or leaves everything as it is. */
  public String reload(String text, Path folder) {
    return reload(reader.read(text, NAME, folder), folder, true);
  }

  private String reload(ReadResult read, Path folder, boolean always) {
    return render(read, ledger.reload(read, folder, always).problems());
  }

  /**
   * Puts the document in force again with a plugin more, another, or one less; then makes that last
   * in the folder of plugins. All or nothing.
   *
   * @param dryRun whether only to say what would be wrong
   * @return empty when it is done, or could be
   * @throws dev.penstock.engine.spi.ConfigException when there is no host of plugins
   */
  public List<ConfigProblem> change(PluginChange change, boolean dryRun) {
    try {
      return edit(
              Author.self(Revision.Source.API),
              before -> before,
              List.of(change),
              now -> true,
              dryRun)
          .problems();
    } catch (Ledger.StaleException
        | Document.NoSuchPlaceException
        | Document.MalformedException
        | IOException e) {
      throw new IllegalStateException("the document stays what it is", e);
    }
  }

  /**
   * Edits the document and changes plugins in one go, or says what that would do. All or nothing.
   *
   * @param changes of one plugin each; none for an edit of the document alone
   * @param expected what the author takes for granted of the document in force
   * @throws Ledger.StaleException when {@code expected} does not hold; nothing was done
   * @throws ConfigException when there are changes but no host of plugins
   */
  public Ledger.Outcome edit(
      Author author,
      Ledger.Edit edit,
      List<PluginChange> changes,
      Predicate<Ledger.State> expected,
      boolean dryRun)
      throws Ledger.StaleException,
          Document.NoSuchPlaceException,
          Document.MalformedException,
          IOException {
    if (changes.isEmpty()) return ledger.edit(author, edit, expected, dryRun);
    Path folder = ledger.state().folder();
    return ledger.edit(
        author,
        edit,
        expected,
        new Ledger.Beside(
            of -> of.withPlugins((where, rules) -> plugins.load(where, rules, changes)),
            () -> plugins.make(folder, changes)),
        dryRun);
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

  /** The document and its revisions: the door for edits. */
  public Ledger ledger() {
    return ledger;
  }

  /** Versions of scripts. */
  public ScriptStore scripts() {
    return scripts;
  }

  /** Where things are kept that must survive the process; null for nowhere. */
  public @Nullable Path state() {
    return state;
  }

  /** Tells the operator at the terminal, once; for what logs must not have. */
  public void announce(String text) {
    opening.announce().accept(text);
  }

  /** Exchanges of clients that are under way, each worker's at its next turn. */
  public CompletableFuture<List<ExchangeView>> exchanges() {
    return workers.exchanges();
  }

  public Upstreams upstreams() {
    return upstreams;
  }

  /** Since when {@link #close} runs, requests end but none begin. */
  public boolean isDraining() {
    return isDraining;
  }

  public List<Extension> extensions() {
    return extensions;
  }

  public LoopWatchdog watchdog() {
    return watchdog;
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

  /** Where the admin API, or metrics and health alone, are served; null for nowhere. */
  public @Nullable InetSocketAddress adminAddress() {
    return adminAddress;
  }

  /** Whether it works and takes requests (O6). From any thread. */
  public Readiness readiness() {
    boolean isLive = watchdog.isLive(SystemClock.INSTANCE.nanoTime());
    Map<String, String> details = new LinkedHashMap<>();
    ControlPlane.Active active = control.active();
    details.put(
        "configuration", active == null ? "none" : "version " + active.snapshot().version());
    details.put("listeners", String.join(", ", control.addresses().keySet()));
    details.put("workers", String.valueOf(workers.size()));
    if (isDraining) details.put("draining", "yes");
    String notice = ledger.isBegun() ? ledger.state().notice() : null;
    if (notice != null) details.put("notice", notice);
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
    exports.close();
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
