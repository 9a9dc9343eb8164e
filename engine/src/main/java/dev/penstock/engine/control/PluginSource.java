package dev.penstock.engine.control;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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

  /** As if {@code changes} had been made, of one plugin each; nothing is written. */
  PluginSet load(Path folder, PluginsConfig rules, List<PluginChange> changes);

  /**
   * Makes {@code changes} last: they are there whenever plugins are loaded from now on.
   *
   * @throws IOException when one cannot be made; then none is
   */
  void make(Path folder, List<PluginChange> changes) throws IOException;
}
