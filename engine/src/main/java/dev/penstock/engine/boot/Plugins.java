package dev.penstock.engine.boot;

import dev.penstock.engine.control.PluginChange;
import dev.penstock.engine.control.PluginSet;
import dev.penstock.engine.control.PluginSource;
import dev.penstock.engine.control.PluginsConfig;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.spi.Extension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The source of plugins among the extensions on the class path, which may be without one. */
final class Plugins {
  private final @Nullable PluginSource source;

  private Plugins(@Nullable PluginSource source) {
    this.source = source;
  }

  static Plugins in(List<Extension> extensions) {
    for (Extension extension : extensions) {
      if (extension instanceof PluginSource found) return new Plugins(found);
    }
    return new Plugins(null);
  }

  @Nullable PluginSet load(Path folder, PluginsConfig rules) {
    return source == null ? null : source.load(folder, rules);
  }

  /**
   * @throws ConfigException when there is no host of plugins
   */
  PluginSet load(Path folder, PluginsConfig rules, List<PluginChange> changes) {
    return given().load(folder, rules, changes);
  }

  void make(Path folder, List<PluginChange> changes) throws IOException {
    given().make(folder, changes);
  }

  private PluginSource given() {
    if (source == null) throw new ConfigException("this gateway was built without plugins");
    return source;
  }
}
