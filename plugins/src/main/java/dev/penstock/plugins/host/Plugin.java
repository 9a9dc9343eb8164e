package dev.penstock.plugins.host;

import dev.penstock.engine.control.PluginView;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.FilterScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One version of a plugin, from loading to unloading. Thread-safe.
 *
 * <pre>
 * load ─► held by sets, snapshots and what they prepared ─► the last lets go ─► extensions close ─► loader closes
 * </pre>
 */
final class Plugin {
  private static final Logger LOG = LogManager.getLogger(Plugin.class);

  private final PluginManifest manifest;
  private final JarFacts jar;
  private final long loadedAtMillis;
  private final List<Extension> extensions;
  private final Offers offers;
  private final List<String> warnings;
  private final PluginLoader loader;
  private final Departure departure;
  private final Map<Object, FilterScope> workers = new ConcurrentHashMap<>();
  private final AtomicInteger holders = new AtomicInteger(1);
  private final AtomicBoolean isLeaving = new AtomicBoolean();
  private final AtomicInteger snapshots = new AtomicInteger();

  /** What becomes of the loader when nothing of the plugin is used any more. */
  interface Departure {
    void left(Plugin plugin, PluginLoader loader, List<FilterScope> workers);
  }

  Plugin(
      PluginManifest manifest,
      JarFacts jar,
      long loadedAtMillis,
      List<Extension> extensions,
      Offers offers,
      List<String> warnings,
      PluginLoader loader,
      Departure departure) {
    this.manifest = manifest;
    this.jar = jar;
    this.loadedAtMillis = loadedAtMillis;
    this.extensions = extensions;
    this.offers = offers;
    this.warnings = warnings;
    this.loader = loader;
    this.departure = departure;
  }

  String id() {
    return manifest.id();
  }

  String key() {
    return jar.key();
  }

  Path file() {
    return jar.file();
  }

  /** What the admission scan found. */
  List<String> warnings() {
    return warnings;
  }

  Offers offers() {
    return offers;
  }

  /** {@code hello 1.0.0 (hello.jar)}: which one, for messages. */
  @Override
  public String toString() {
    return manifest.id() + " " + manifest.version() + " (" + jar.file().getFileName() + ")";
  }

  PluginView view() {
    Map<String, String> details = new LinkedHashMap<>();
    boolean isGone = holders.get() <= 0;
    if (!isGone) for (Extension each : extensions) details.putAll(inside(each::details));
    return new PluginView(
        manifest.id(),
        manifest.version(),
        manifest.api().text(),
        jar.file(),
        jar.digest(),
        jar.bytes(),
        loadedAtMillis,
        isGone
            ? PluginView.State.UNLOADED
            : snapshots.get() > 0 ? PluginView.State.ACTIVE : PluginView.State.LOADED,
        offers.filterNames(),
        offers.balancerNames(),
        offers.otherNames(),
        warnings,
        details);
  }

  // ---- who holds it

  /**
   * @return false when it is gone
   */
  boolean retain() {
    int now = holders.get();
    while (now > 0) {
      if (holders.compareAndSet(now, now + 1)) return true;
      now = holders.get();
    }
    return false;
  }

  void release() {
    if (holders.decrementAndGet() > 0) return;
    // What a plugin closes may block.
    Thread.ofVirtual().name("unload-" + id()).start(this::unload);
  }

  void snapshotBegins() {
    snapshots.incrementAndGet();
  }

  void snapshotEnds() {
    snapshots.decrementAndGet();
  }

  /** Makes something that keeps this loaded until {@link #letGo}. */
  <T> T holding(Supplier<T> make) {
    if (!retain()) throw new IllegalStateException("plugin " + this + " is unloaded");
    boolean isMade = false;
    try {
      T made = inside(make);
      isMade = true;
      return made;
    } finally {
      if (!isMade) release();
    }
  }

  void letGo(Runnable close) {
    try {
      inside(() -> {
        close.run();
        return this;
      });
    } finally {
      release();
    }
  }

  /** A filter or balancer was made for that worker. */
  void livesOn(FilterScope scope) {
    workers.putIfAbsent(scope.worker(), scope);
  }

  /** Runs the plugin's own code with the context class loader that libraries expect. */
  <T> T inside(Supplier<T> task) {
    return inside(loader, task);
  }

  /** As {@link #inside(Supplier)}, for what may fail. */
  <T extends @Nullable Object> T call(Callable<T> task) throws Exception {
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    current.setContextClassLoader(loader);
    try {
      return task.call();
    } finally {
      current.setContextClassLoader(before);
    }
  }

  static <T> T inside(ClassLoader loader, Supplier<T> task) {
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    current.setContextClassLoader(loader);
    try {
      return task.get();
    } finally {
      current.setContextClassLoader(before);
    }
  }

  /** Closes it now, whoever holds it: the gateway ends. */
  void unload() {
    if (!isLeaving.compareAndSet(false, true)) return;
    holders.set(0);
    for (Extension each : extensions.reversed()) close(each, loader);
    LOG.info("plugin {} is unloaded", this);
    List<FilterScope> scopes = new ArrayList<>(workers.values());
    workers.clear();
    departure.left(this, loader, scopes);
  }

  static void close(Extension extension, ClassLoader loader) {
    try {
      inside(
          loader,
          () -> {
            extension.close();
            return extension;
          });
    } catch (RuntimeException | LinkageError | AssertionError e) {
      LOG.warn("a plugin's extension {} could not be closed", extension.getClass().getName(), e);
    }
  }
}
