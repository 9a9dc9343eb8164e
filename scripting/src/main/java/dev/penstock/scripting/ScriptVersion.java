package dev.penstock.scripting;

import dev.penstock.engine.spi.ConfigException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * One content of a script, checked: it parses, links, evaluates, and its exports are known. Lives
 * as long as some configuration uses it. Thread-safe.
 */
final class ScriptVersion implements AutoCloseable {
  private static final Logger log = LogManager.getLogger(ScriptVersion.class);
  private static final int STRIKES_FOR_A_WARNING = 3;

  private final ScriptRuntime runtime;
  private final ScriptBundle bundle;
  private final long startupNs;
  private final ScriptStats stats = new ScriptStats();
  private final LogLimiter failures;
  private final Deque<Guest> ready = new ArrayDeque<>();
  private Map<String, String> exports = Map.of();
  private int uses = 1;
  private int strikes;

  private ScriptVersion(ScriptRuntime runtime, ScriptBundle bundle, long startupNs) {
    this.runtime = runtime;
    this.bundle = bundle;
    this.startupNs = startupNs;
    this.failures = new LogLimiter(runtime.meter(), 20);
  }

  /**
   * Evaluates the bundle in a realm of its own and looks at its exports; that realm is the first to
   * be used.
   *
   * @throws ConfigException with file, line, column and reason
   */
  static ScriptVersion checked(ScriptRuntime runtime, ScriptBundle bundle, long startupNs) {
    ScriptVersion version = new ScriptVersion(runtime, bundle, startupNs);
    Guest first = runtime.build(version, startupNs);
    try {
      version.exports = Exports.checked(bundle, first.exports());
    } catch (ConfigException e) {
      first.close();
      throw e;
    }
    version.ready.add(first);
    return version;
  }

  /** Of our own: never refused, and in no list of versions. */
  static ScriptVersion unchecked(ScriptRuntime runtime, ScriptBundle bundle, long startupNs) {
    return new ScriptVersion(runtime, bundle, startupNs);
  }

  ScriptRuntime runtime() {
    return runtime;
  }

  ScriptBundle bundle() {
    return bundle;
  }

  ScriptStats stats() {
    return stats;
  }

  /** Limits how many failures of this version reach the log. */
  LogLimiter failures() {
    return failures;
  }

  /** {@code tenant.js@3fa9c1d2e4b5}. */
  String label() {
    return bundle.name() + "@" + bundle.id();
  }

  /** Names of the exports with their types; the default export has the type of what it can do. */
  Map<String, String> exports() {
    return new LinkedHashMap<>(exports);
  }

  boolean exports(String name) {
    return exports.containsKey(name);
  }

  /** Has {@code count} realms ready for workers that will ask. Not on a worker. */
  void stock(int count) {
    while (true) {
      synchronized (ready) {
        if (ready.size() >= count || uses == 0) return;
      }
      Guest built = runtime.build(this, startupNs);
      synchronized (ready) {
        ready.add(built);
      }
    }
  }

  /** A realm that is ready, or one that is built here and now. */
  Guest take(Turn turn) {
    synchronized (ready) {
      Guest guest = ready.poll();
      if (guest != null) return guest;
    }
    return Guest.build(this, runtime.engine(), turn, startupNs);
  }

  /** Uses it once more; false when it was closed already. */
  boolean retain() {
    synchronized (ready) {
      if (uses == 0) return false;
      uses++;
      return true;
    }
  }

  /** A place of a configuration, or a worker's context, does not use it any more. */
  void release() {
    synchronized (ready) {
      if (uses == 0 || --uses > 0) return;
    }
    close();
  }

  /** A realm had to be given up. */
  void strike() {
    stats.contextReplaced();
    int now;
    synchronized (ready) {
      now = ++strikes;
    }
    if (now % STRIKES_FOR_A_WARNING == 0) {
      log.warn(
          "{} could not be stopped {} times and lost its contexts; look for endless native work in it",
          label(),
          now);
    }
  }

  @Override
  public void close() {
    runtime.closed(this);
    Guest guest;
    while (true) {
      synchronized (ready) {
        uses = 0;
        guest = ready.poll();
      }
      if (guest == null) return;
      guest.close();
    }
  }
}
