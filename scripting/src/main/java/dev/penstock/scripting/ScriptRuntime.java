package dev.penstock.scripting;

import dev.penstock.engine.control.ScriptDoor;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.wire.WorkerThread;
import dev.penstock.scripting.web.CryptoBridge;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.graalvm.polyglot.Engine;
import org.jspecify.annotations.Nullable;

/**
 * All that scripts share in a process: the engine with its compiled code, the versions in use, the
 * watchdog, the key-value stores. Thread-safe.
 */
public final class ScriptRuntime implements AutoCloseable {
  private static final Logger log = LogManager.getLogger(ScriptRuntime.class);

  /** Of a script's own rehearsal, however slow they are. */
  private static final int LEAST_CALLS = 20;

  private final Meter meter = new Meter();
  private final Watchdog watchdog = new Watchdog(meter).start();
  private @Nullable Engine engine;
  private final LibraryRehearsal library = new LibraryRehearsal(this);
  private final AtomicBoolean cryptoIsReady = new AtomicBoolean();
  private final Map<String, ScriptVersion> versions = new HashMap<>();
  private final Map<WorkerThread, ScriptWorker> workers = new ConcurrentHashMap<>();
  private final List<ScriptDoor.Viewer> viewers = new CopyOnWriteArrayList<>();
  private final KvStores stores = new KvStores(meter);
  private final ExecutorService builders =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("script-builder").daemon().factory());
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final @Nullable Inspector inspector;
  private @Nullable Turn builderTurn;

  public ScriptRuntime() {
    this(null);
  }

  private ScriptRuntime(@Nullable Inspector inspector) {
    this.inspector = inspector;
  }

  /** For debugging: scripts run under {@code inspector}, without hurry and in development mode. */
  static ScriptRuntime inspectedBy(Inspector inspector) {
    return new ScriptRuntime(inspector);
  }

  /** The rules by which a script with {@code rules} runs here. */
  ScriptRules adapted(ScriptRules rules) {
    return inspector == null ? rules : rules.underInspection();
  }

  /** Which JavaScript runtime is at work, and why, in one sentence. */
  public RuntimeReport describe() {
    return RuntimeReport.of(engine());
  }

  /** As {@link #describe}, or null when no script has been used yet and no engine made. */
  public @Nullable RuntimeReport report() {
    synchronized (versions) {
      return engine == null ? null : RuntimeReport.of(engine);
    }
  }

  /** What the versions in use did so far, by {@code name@id}. */
  public Map<String, ScriptStats> stats() {
    Map<String, ScriptStats> all = new HashMap<>();
    for (ScriptVersion version : versions()) all.put(version.label(), version.stats());
    return all;
  }

  /**
   * Reads and checks a script without using it.
   *
   * @return its version
   * @throws ConfigException when it would be refused; says where and why
   */
  public String check(Path file) {
    ScriptVersion version =
        open(ScriptBundle.read(file, TypeScript.REWRITER), ScriptRules.of(file.toString()));
    version.release();
    return version.label();
  }

  Collection<ScriptVersion> versions() {
    synchronized (versions) {
      return List.copyOf(versions.values());
    }
  }

  /**
   * The version with this content, checked; {@link ScriptVersion#release} must follow. Not on a
   * worker.
   */
  ScriptVersion open(ScriptBundle bundle, ScriptRules rules) {
    synchronized (versions) {
      ScriptVersion known = versions.get(bundle.id());
      if (known != null && known.retain()) return known;
    }
    // The JDK takes hundreds of milliseconds to set its providers up, which no request should wait
    // for.
    if (bundle.words().contains("crypto") && cryptoIsReady.compareAndSet(false, true))
      blocking.execute(CryptoBridge::prepare);
    ScriptVersion fresh = ScriptVersion.checked(this, bundle, rules.limits().startup().toNanos());
    synchronized (versions) {
      ScriptVersion known = versions.get(bundle.id());
      if (known != null && known.retain()) {
        fresh.release();
        return known;
      }
      versions.put(bundle.id(), fresh);
    }
    return fresh;
  }

  void closed(ScriptVersion version) {
    synchronized (versions) {
      versions.remove(version.bundle().id(), version);
    }
  }

  /** That worker is gone. */
  void forget(WorkerThread thread) {
    ScriptWorker worker = workers.remove(thread);
    if (worker != null) worker.close();
  }

  ScriptWorker workerOf(WorkerThread thread) {
    return workers.computeIfAbsent(thread, t -> new ScriptWorker(this, t, false));
  }

  /** Builds on the builder's thread and waits for it. */
  Guest build(ScriptVersion version, long startupNs) {
    return await(builders.submit(() -> Guest.build(version, engine(), builderTurn(), startupNs)));
  }

  private static <T> T await(Future<T> building) {
    try {
      return building.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) throw thrown;
      if (e.getCause() instanceof Error error) throw error;
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigException("interrupted while a script was loaded");
    }
  }

  private Turn builderTurn() {
    Turn turn = builderTurn;
    if (turn == null) {
      builderTurn = turn = new Turn(meter, watchdog);
      watchdog.watch(turn);
    }
    return turn;
  }

  /** For work on the builder's thread: warming up, replacing. */
  void background(Runnable work) {
    builders.execute(work);
  }

  Turn turnOfBuilder() {
    return builderTurn();
  }

  /** Made when the first script needs it: a gateway without scripts pays nothing. */
  Engine engine() {
    synchronized (versions) {
      Engine known = engine;
      if (known != null) return known;
      Engine made = inspector == null ? Engines.make() : inspector.open();
      engine = made;
      RuntimeReport report = RuntimeReport.of(made);
      if (report.optimised()) log.info("{}", report);
      else log.warn("{}", report);
      return made;
    }
  }

  /**
   * Exercises {@code version}, and before it what all scripts use, off the workers; waits for it.
   */
  void rehearse(ScriptVersion version, ScriptRules rules, Bindings bindings, Set<Phase> phases) {
    long forNs = rules.warmUp().toNanos();
    if (forNs == 0 || rules.development()) return;
    await(
        builders.submit(
            () -> {
              library.run(version.bundle().words());
              Rehearsal.run(this, version, rules, bindings, phases, LEAST_CALLS, forNs);
            },
            null));
  }

  /** Makes the engine and exercises what all scripts use; returns at once. */
  void getReady() {
    builders.execute(() -> library.run(Set.of()));
  }

  /** Exercises all of the Web APIs; waits for it. */
  void warmLibrary() {
    await(builders.submit(() -> library.run(), null));
  }

  /** Who looks at what scripts write. */
  List<ScriptDoor.Viewer> viewers() {
    return viewers;
  }

  Meter meter() {
    return meter;
  }

  Watchdog watchdog() {
    return watchdog;
  }

  KvStores stores() {
    return stores;
  }

  /** Virtual threads for work that blocks or takes long. */
  ExecutorService blocking() {
    return blocking;
  }

  @Override
  public void close() {
    for (ScriptVersion version : versions()) version.close();
    watchdog.close();
    builders.shutdownNow();
    blocking.shutdown();
    stores.close();
    workers.clear();
    Engine made = engine;
    if (made != null) made.close(true);
  }
}
