package dev.penstock.plugins.host;

import dev.penstock.engine.control.PluginChange;
import dev.penstock.engine.control.PluginSet;
import dev.penstock.engine.control.PluginSource;
import dev.penstock.engine.control.PluginsConfig;
import dev.penstock.engine.control.PluginsConfig.Admission;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds the JARs in {@code plugins/} beside the configuration and keeps each loaded as long as
 * somebody uses it. A JAR that is loaded already is known by its contents, so only what is new is
 * loaded.
 */
public final class PluginHost implements Extension, PluginSource {
  private static final Logger LOG = LogManager.getLogger(PluginHost.class);
  private static final String FOLDER = "plugins";

  private final NanoClock clock = SystemClock.INSTANCE;
  private final LeakWatch leaks = new LeakWatch();
  private final Map<String, Plugin> loaded = new HashMap<>();
  private final Map<Path, Stamped> stamps = new HashMap<>();

  /** Kept until the next, for who reads it now and uses it soon. */
  private @Nullable LoadedSet found;

  /** The same, with a change that is not made yet. */
  private @Nullable LoadedSet staged;

  private record Stamped(String stamp, String key) {}

  @Override
  public String name() {
    return "plugins";
  }

  @Override
  public void register(Registry registry) {}

  @Override
  public Map<String, String> details() {
    Map<String, List<String>> leaking = leaks.leaking();
    return leaking.isEmpty()
        ? Map.of()
        : Map.of("leaking plugins", String.join(", ", leaking.keySet()));
  }

  /** Where unloaded plugins go; for tests. */
  LeakWatch leaks() {
    return leaks;
  }

  @Override
  public synchronized PluginSet load(Path folder, PluginsConfig rules) {
    Path home = home(folder);
    Gathering gathering = new Gathering(home, rules.admission(), this);
    jars(home).forEach(gathering::add);
    LoadedSet before = found;
    found = gathering.set();
    if (before != null) before.leave();
    return found;
  }

  @Override
  public synchronized PluginSet load(Path folder, PluginsConfig rules, List<PluginChange> changes) {
    Path home = home(folder);
    Gathering gathering = new Gathering(home, rules.admission(), this);
    gathering.add(jars(home), changes);
    LoadedSet before = staged;
    staged = gathering.set();
    if (before != null) before.leave();
    return staged;
  }

  @Override
  public synchronized void make(Path folder, List<PluginChange> changes) throws IOException {
    Path home = home(folder);
    FolderChange made = new FolderChange();
    for (PluginChange each : changes) {
      switch (each) {
        case PluginChange.Install install ->
            made.put(fileOf(home, idOf(install.jar())), install.jar());
        case PluginChange.Remove remove -> made.remove(fileOf(home, remove.id()));
      }
    }
    made.make();
  }

  private static String idOf(byte[] jar) throws IOException {
    try {
      return PluginManifest.of(jar).id();
    } catch (Refusal e) {
      throw new IOException(e.said(), e);
    }
  }

  private static Path home(Path folder) {
    return folder.resolve(FOLDER).toAbsolutePath().normalize();
  }

  /** The file that holds the plugin {@code id}, or would. */
  private Path fileOf(Path home, String id) {
    for (Path file : jars(home)) {
      Plugin plugin = known(file);
      if (plugin != null && plugin.id().equals(id)) return file;
    }
    return home.resolve(id + ".jar");
  }

  private static List<Path> jars(Path home) {
    if (!Files.isDirectory(home)) return List.of();
    try (Stream<Path> entries = Files.list(home)) {
      return entries
          .filter(each -> each.toString().endsWith(".jar") && Files.isRegularFile(each))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  // ---- loading

  /** The plugin in {@code file}, held for the caller. */
  Plugin obtain(Path file, Admission admission) throws Refusal {
    Plugin known = known(file);
    if (known != null && known.retain()) return known;
    try {
      String stamp = PluginJar.stamp(file);
      PluginJar jar = PluginJar.read(file);
      stamps.put(file, new Stamped(stamp, jar.facts().key()));
      return take(jar, admission);
    } catch (IOException e) {
      throw new Refusal("it cannot be read: " + e.getMessage(), "");
    }
  }

  private @Nullable Plugin known(Path file) {
    Stamped known = stamps.get(file);
    try {
      if (known == null || !known.stamp().equals(PluginJar.stamp(file))) return null;
    } catch (IOException e) {
      return null;
    }
    return loaded.get(known.key());
  }

  /** The plugin in {@code jar}, held for the caller. */
  Plugin take(PluginJar jar, Admission admission) throws Refusal {
    String key = jar.facts().key();
    Plugin known = loaded.get(key);
    if (known != null && known.retain()) return known;
    Plugin made = Loading.load(jar, admission, clock.wallMillis(), this::left);
    loaded.put(key, made);
    LOG.info("plugin {} is loaded", made);
    for (String warning : made.warnings()) LOG.warn("plugin {}: {}", made, warning);
    return made;
  }

  private void left(Plugin plugin, PluginLoader loader, List<FilterScope> workers) {
    synchronized (this) {
      loaded.remove(plugin.key(), plugin);
    }
    leaks.left(plugin.toString(), loader, workers);
  }

  /** Closes all plugins, whoever still holds them. */
  @Override
  public void close() {
    List<Plugin> all;
    synchronized (this) {
      all = new ArrayList<>(loaded.values());
    }
    all.forEach(Plugin::unload);
    leaks.close();
  }
}
