package dev.penstock.plugins.host;

import dev.penstock.engine.control.ConfigProblem;
import dev.penstock.engine.control.PluginSet;
import dev.penstock.engine.control.PluginView;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Extension;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Plugins found together. Holds each of them as long as somebody holds the set: at first whoever
 * made it.
 */
final class LoadedSet implements PluginSet {
  private final Path folder;
  private final List<Plugin> plugins;
  private final List<ConfigProblem> problems;
  private final AtomicInteger holders = new AtomicInteger(1);

  /**
   * A set.
   *
   * @param plugins each held once for this set, in the order of their ids
   */
  LoadedSet(Path folder, List<Plugin> plugins, List<ConfigProblem> problems) {
    this.folder = folder;
    this.plugins = List.copyOf(plugins);
    this.problems = List.copyOf(problems);
  }

  @Override
  public void offer(Extension.Registry registry) {
    for (Plugin plugin : plugins) {
      try {
        plugin.offers().offer(registry, plugin);
      } catch (ConfigException e) {
        throw new ConfigException("plugin " + plugin + ": " + e.getMessage());
      }
    }
  }

  @Override
  public List<ConfigProblem> problems() {
    return problems;
  }

  @Override
  public List<PluginView> plugins() {
    return plugins.stream().map(Plugin::view).toList();
  }

  @Override
  public Set<Path> watched() {
    return Set.of(folder);
  }

  /** Retained as a snapshot does. */
  @Override
  public boolean retain() {
    int now = holders.get();
    while (now > 0) {
      if (holders.compareAndSet(now, now + 1)) {
        plugins.forEach(Plugin::snapshotBegins);
        return true;
      }
      now = holders.get();
    }
    return false;
  }

  @Override
  public void release() {
    plugins.forEach(Plugin::snapshotEnds);
    leave();
  }

  /** Whoever made the set does not need it any more. */
  void leave() {
    if (holders.decrementAndGet() == 0) plugins.forEach(Plugin::release);
  }
}
