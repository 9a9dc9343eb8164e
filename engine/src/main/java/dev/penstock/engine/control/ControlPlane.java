package dev.penstock.engine.control;

import dev.penstock.engine.cache.ResponseCaches;
import dev.penstock.engine.control.ConfigCompiler.Compiled;
import dev.penstock.engine.control.ConfigCompiler.Failure;
import dev.penstock.engine.observe.Export;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.plan.Snapshot;
import dev.penstock.engine.tls.TlsServer;
import dev.penstock.engine.upstream.Upstream;
import dev.penstock.engine.upstream.Upstreams;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The only way in for change: a configuration is compiled beside the running one, prepared on every
 * worker, switched, and the old one drains. All or nothing. Thread-safe; one change at a time.
 *
 * <pre>
 * compile ─► bind new addresses ─► prepare on all workers ─► adopt ─► open, close listeners ─► old one drains
 *    └────────────┴──────────────────────┴── any failure: all is undone, the running one stays
 * </pre>
 */
public final class ControlPlane implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(ControlPlane.class);
  private static final long RESOLVE_WAIT_MS = 1000;
  private static final long PREPARE_WAIT_S = 60;

  private final Upstreams upstreams;
  private final HealthChecker healthChecker;
  private final WorkerGroup workers;
  private final ScriptStore scripts;
  private final CanaryMetrics canaries;
  private final ResponseCaches caches = new ResponseCaches();
  private final TlsServer.Registry contexts = new TlsServer.Registry();
  private final Map<String, Listening> listening = new LinkedHashMap<>();
  private long versions;
  private @Nullable Active active;

  /** As it was when the gateway started. */
  private @Nullable AdminConfig openedAdmin;

  public ControlPlane(
      Upstreams upstreams, HealthChecker healthChecker, WorkerGroup workers, ScriptStore scripts) {
    this.scripts = scripts;
    this.canaries = new CanaryMetrics(workers.size());
    this.upstreams = upstreams;
    this.healthChecker = healthChecker;
    this.workers = workers;
  }

  /**
   * What is in force.
   *
   * @param registries what it was read with: the plugins that it uses are among them
   * @param watched files beside the configuration that it depends on
   * @param exports for {@link dev.penstock.engine.observe.Exports#adopt}
   * @param adminTls of the admin address; null for none
   */
  public record Active(
      GatewayConfig config,
      Snapshot snapshot,
      Registries registries,
      Set<Path> watched,
      List<Export> exports,
      @Nullable TlsServer adminTls,
      List<String> warnings) {}

  /**
   * What came of a change.
   *
   * @param active what is in force now: the new configuration, or the old one when there are
   *     problems
   * @param problems why nothing was changed; empty when it was
   */
  public record Applied(
      @Nullable Active active, List<ConfigProblem> problems, List<String> warnings) {
    public boolean isApplied() {
      return problems.isEmpty();
    }
  }

  private record Listening(BindAddress address, WorkerGroup.Bound bound) {}

  /** How scripts do that have a canary. */
  public CanaryMetrics canaries() {
    return canaries;
  }

  /** Where responses are stored. */
  public ResponseCaches caches() {
    return caches;
  }

  /** What is in force, or null before the first. */
  public synchronized @Nullable Active active() {
    return active;
  }

  /** The address a listener really has, or null when there is no such listener. */
  public synchronized @Nullable InetSocketAddress address(String listener) {
    Listening known = listening.get(listener);
    return known == null ? null : known.bound().address();
  }

  public synchronized Map<String, InetSocketAddress> addresses() {
    Map<String, InetSocketAddress> all = new LinkedHashMap<>();
    listening.forEach((name, known) -> all.put(name, known.bound().address()));
    return all;
  }

  /**
   * A configuration compiled for looking at, without workers.
   *
   * @param snapshot null exactly when there are problems
   * @param close to be called when it has been looked at
   */
  public record Inspected(
      @Nullable Snapshot snapshot,
      List<ConfigProblem> problems,
      List<String> warnings,
      Runnable close) {}

  /** Compiles without changing anything: what would be refused is in the result. */
  public static Inspected inspect(
      GatewayConfig config,
      Positions positions,
      Path folder,
      Registries registries,
      Upstreams upstreams) {
    return inspect(config, positions, folder, registries, upstreams, ScriptStore.in(null));
  }

  /**
   * As {@link #inspect(GatewayConfig, Positions, Path, Registries, Upstreams)}.
   *
   * @param scripts where versions are that the configuration names
   */
  public static Inspected inspect(
      GatewayConfig config,
      Positions positions,
      Path folder,
      Registries registries,
      Upstreams upstreams,
      ScriptStore scripts) {
    Compiled compiled =
        new ConfigCompiler(
                registries,
                upstreams,
                folder,
                scripts,
                new TlsServer.Registry(),
                new CanaryMetrics(1),
                new ResponseCaches(),
                1)
            .compile(config, 0);
    return new Inspected(
        compiled.snapshot(),
        problems(compiled.failures(), positions),
        compiled.warnings(),
        compiled::discard);
  }

  /**
   * Puts a configuration in force, or leaves everything as it is.
   *
   * @param read without problems
   * @param folder relative paths are resolved against it
   */
  public synchronized Applied apply(ReadResult read, Path folder) {
    GatewayConfig config = Objects.requireNonNull(read.config(), "it has problems");
    Positions positions = read.positions();
    Compiled compiled =
        new ConfigCompiler(
                read.registries(),
                upstreams,
                folder,
                scripts,
                contexts,
                canaries,
                caches,
                workers.size())
            .compile(config, versions + 1);
    Snapshot snapshot = compiled.snapshot();
    List<String> warnings = new ArrayList<>(compiled.warnings());
    addAdminNotice(config.admin(), warnings);
    if (snapshot == null)
      return new Applied(active, problems(compiled.failures(), positions), warnings);
    awaitNames(snapshot.upstreams().values());
    Map<String, Listening> bound = new LinkedHashMap<>();
    List<ConfigProblem> problems = bindNew(config, positions, bound);
    if (!problems.isEmpty()) {
      release(bound.values());
      compiled.discard();
      return new Applied(active, problems, warnings);
    }
    try {
      switchTo(config, snapshot, compiled, bound);
    } catch (Refused e) {
      release(bound.values());
      compiled.exports().forEach(Export::close);
      return new Applied(
          active,
          List.of(
              positions.problem(
                  "", String.valueOf(e.getMessage()), "see the log for the whole story")),
          warnings);
    }
    if (active == null) openedAdmin = config.admin();
    Set<Path> watched = new LinkedHashSet<>(compiled.watched());
    active =
        new Active(
            config,
            snapshot,
            read.registries(),
            watched,
            compiled.exports(),
            compiled.adminTls(),
            warnings);
    canaries.retain(config.scripts());
    Set<String> ends = new HashSet<>(config.listeners().keySet());
    ends.add(TlsCompiler.ADMIN);
    contexts.retain(ends);
    warnings.forEach(warning -> LOG.warn("{}", warning));
    return new Applied(active, List.of(), warnings);
  }

  /** The admin address is opened once, at start. */
  private void addAdminNotice(@Nullable AdminConfig now, List<String> warnings) {
    if (active == null) return;
    BindAddress open = openedAdmin == null ? null : openedAdmin.bind();
    BindAddress asked = now == null ? null : now.bind();
    if (Objects.equals(open, asked)) return;
    warnings.add(
        asked == null
            ? "admin: taken away, but served at %s until the next start".formatted(open)
            : open == null
                ? "admin: served at %s from the next start on".formatted(asked)
                : "admin.bind: %s from the next start on; until then %s".formatted(asked, open));
  }

  /** What {@link #apply} would refuse before it touches a worker or an address. */
  public synchronized List<ConfigProblem> check(ReadResult read, Path folder) {
    GatewayConfig config = Objects.requireNonNull(read.config(), "it has problems");
    Inspected inspected =
        inspect(config, read.positions(), folder, read.registries(), upstreams, scripts);
    inspected.close().run();
    return inspected.problems();
  }

  private static List<ConfigProblem> problems(List<Failure> failures, Positions positions) {
    List<ConfigProblem> problems = new ArrayList<>();
    for (Failure failure : failures) {
      String where = failure.location() == null ? "" : failure.location() + ": ";
      problems.add(positions.problem(failure.path(), where + failure.message(), ""));
    }
    return problems;
  }

  private void awaitNames(Collection<Upstream> all) {
    try {
      upstreams.resolve(all).get(RESOLVE_WAIT_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.info("some names are not resolved yet; their endpoints join when they are");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<ConfigProblem> bindNew(
      GatewayConfig config, Positions positions, Map<String, Listening> bound) {
    List<ConfigProblem> problems = new ArrayList<>();
    config
        .listeners()
        .forEach((name, listener) -> {
          Listening known = listening.get(name);
          if (known != null && known.address().equals(listener.bind())) return;
          try {
            bound.put(name, new Listening(listener.bind(), workers.bind(name, listener.bind())));
          } catch (IOException e) {
            problems.add(
                positions.problem(
                    "listeners." + name + ".bind",
                    "cannot listen on " + listener.bind() + ": " + e.getMessage(),
                    "choose another address or port, or stop what uses it"));
          }
        });
    return problems;
  }

  private static void release(Collection<Listening> bound) {
    for (Listening each : bound) each.bound().release();
  }

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  private void switchTo(
      GatewayConfig config, Snapshot snapshot, Compiled compiled, Map<String, Listening> bound)
      throws Refused {
    WorkerGroup.Prepared prepared;
    CompletableFuture<? extends WorkerGroup.Prepared> preparing =
        workers.prepare(snapshot, compiled.close());
    try {
      prepared = preparing.get(PREPARE_WAIT_S, TimeUnit.SECONDS);
    } catch (ExecutionException | CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      LOG.error("a filter could not be made; the running configuration stays", cause);
      throw new Refused("a filter could not be made: " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      discardWhenReady(preparing);
      throw new Refused(
          "the workers could not make their filters within " + PREPARE_WAIT_S + " s", e);
    } catch (InterruptedException e) {
      discardWhenReady(preparing);
      Thread.currentThread().interrupt();
      throw new Refused("interrupted", e);
    }
    upstreams.adopt(snapshot.upstreams().values());
    healthChecker.adopt(snapshot.upstreams().values());
    prepared.adopt().join();
    for (ListenerPolicy policy : snapshot.listeners().values()) {
      if (policy.tls() != null) policy.tls().activate();
    }
    TlsServer adminTls = compiled.adminTls();
    if (adminTls != null) adminTls.activate();
    versions = snapshot.version();
    follow(config, snapshot, bound);
  }

  private static void discardWhenReady(
      CompletableFuture<? extends WorkerGroup.Prepared> preparing) {
    var _ = preparing.thenCompose(WorkerGroup.Prepared::discard);
  }

  private void follow(GatewayConfig config, Snapshot snapshot, Map<String, Listening> bound) {
    List<CompletableFuture<Void>> steps = new ArrayList<>();
    bound.forEach((name, now) -> {
      ListenerPolicy policy = snapshot.listeners().get(name);
      Listening before = listening.put(name, now);
      if (policy != null) steps.add(now.bound().open(policy));
      if (before != null) steps.add(before.bound().close());
    });
    for (String name : List.copyOf(listening.keySet())) {
      if (config.listeners().containsKey(name)) continue;
      Listening gone = listening.remove(name);
      if (gone != null) steps.add(gone.bound().close());
    }
    steps.forEach(CompletableFuture::join);
  }

  /** Closes nothing that workers use: they have been stopped before. */
  @Override
  public void close() {
    healthChecker.close();
    caches.close();
  }
}
