package dev.penstock.plugins.host;

import dev.penstock.engine.spi.FilterScope;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that the class loaders of unloaded plugins are collected, and says what holds one that
 * is not.
 *
 * <p>Nobody is made to collect for this. Beside each loader that should go, a canary is let go: a
 * loader with one class, held by nobody. When two canaries in turn have gone and the plugin's
 * loader has not, classes were unloaded twice, but not its own: it leaks.
 */
final class LeakWatch implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(LeakWatch.class);
  private static final int CANARIES = 2;

  private final ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();
  private final Set<Leaving> leaving = new HashSet<>();
  private @Nullable Thread thread;

  /** A loader that should be collected. */
  private final class Leaving extends WeakReference<ClassLoader> {
    final String plugin;
    int canariesGone;

    /** What holds it; empty before it is known to leak. */
    List<String> holders = List.of();

    Leaving(String plugin, ClassLoader loader) {
      super(loader, queue);
      this.plugin = plugin;
    }
  }

  private final class Canary extends WeakReference<ClassLoader> {
    final Leaving of;

    Canary(Leaving of, ClassLoader canary) {
      super(canary, queue);
      this.of = of;
    }
  }

  /** References to canaries, which must not be collected before what they refer to. */
  private final Set<Canary> canaries = new HashSet<>();

  private static final class Cage extends ClassLoader {
    private static final byte[] BIRD = ClassFile.of().build(ClassDesc.of("Canary"), builder -> {});

    Cage() {
      super("canary", null);
      defineClass("Canary", BIRD, 0, BIRD.length);
    }
  }

  /**
   * A plugin was unloaded; whoever still refers to {@code loader} makes it leak.
   *
   * @param workers where it lived: thread locals that it left there are removed
   */
  void left(String plugin, PluginLoader loader, List<FilterScope> workers) {
    for (FilterScope worker : workers) worker.execute(() -> ThreadLocals.removeOwn(loader));
    Loading.closeQuietly(loader);
    synchronized (this) {
      Leaving left = new Leaving(plugin, loader);
      leaving.add(left);
      canaries.add(new Canary(left, new Cage()));
      if (thread == null) thread = Thread.ofVirtual().name("plugin-leaks").start(this::run);
    }
  }

  /** Those that should have been collected and were not, with what holds them. */
  synchronized Map<String, List<String>> leaking() {
    Map<String, List<String>> all = new TreeMap<>();
    for (Leaving each : leaving) if (!each.holders.isEmpty()) all.put(each.plugin, each.holders);
    return all;
  }

  /** How many are on their way out, leaking or not; for tests. */
  synchronized int leaving() {
    return leaving.size();
  }

  private void run() {
    try {
      while (true) {
        Reference<?> gone = queue.remove();
        Leaving suspect = onGone(gone);
        if (suspect != null) report(suspect);
      }
    } catch (InterruptedException e) {
      // close() ends it this way.
    }
  }

  /** Returns whom to suspect of a leak. */
  private synchronized @Nullable Leaving onGone(Reference<?> gone) {
    if (gone instanceof Leaving left) {
      leaving.remove(left);
      if (!left.holders.isEmpty()) LOG.info("plugin {} is collected after all", left.plugin);
      return null;
    }
    if (!(gone instanceof Canary canary)) return null;
    canaries.remove(canary);
    Leaving of = canary.of;
    if (!leaving.contains(of)) return null;
    if (++of.canariesGone < CANARIES) {
      canaries.add(new Canary(of, new Cage()));
      return null;
    }
    return of;
  }

  private void report(Leaving suspect) {
    ClassLoader loader = suspect.get();
    if (loader == null) return;
    List<String> holders = Holders.of(loader);
    synchronized (this) {
      suspect.holders = holders;
    }
    LOG.warn(
        "plugin {} was unloaded, but its classes stay in memory. What holds them: {}",
        suspect.plugin,
        String.join("; ", holders));
  }

  @Override
  public synchronized void close() {
    Thread running = thread;
    thread = null;
    if (running != null) running.interrupt();
  }
}
