package dev.penstock.engine.control;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where plugins come from: extensions that join and leave while the gateway runs. An {@link
 * dev.penstock.engine.spi.Extension} on the class path that implements this is asked whenever a
 * configuration is read. Thread-safe.
 */
public interface PluginSource {
  /**
   * What there is for the configuration in {@code folder}: what is new is loaded beside what runs,
   * what runs already is taken as it is.
   *
   * <p>The set stays loaded at least until the next one is asked for; whoever needs it longer holds
   * it ({@link PluginSet#retain}).
   */
  PluginSet load(Path folder, PluginsConfig rules);

  /** As if {@code change} had been made; nothing is written. */
  PluginSet load(Path folder, PluginsConfig rules, PluginChange change);

  /** Makes {@code change} last: it is there whenever plugins are loaded from now on. */
  void make(Path folder, PluginChange change) throws IOException;
}
