package dev.penstock.engine.control;

import dev.penstock.engine.spi.Extension;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Plugins that were found together; a snapshot holds the set that it was made with. Thread-safe.
 */
public interface PluginSet {
  /** Hands out what all of them offer, in the order of their ids. */
  void offer(Extension.Registry registry);

  /** Why some could not be loaded; the set is of no use then. */
  List<ConfigProblem> problems();

  /** Those that are loaded, in the order of their ids. */
  List<PluginView> plugins();

  /** Files and folders that make a difference when they change. */
  Set<Path> watched();

  /**
   * Keeps the plugins loaded until {@link #release}.
   *
   * @return false when they are gone already: they were replaced since they were read
   */
  boolean retain();

  /** What {@link #retain} held is not needed any more; the last one unloads. */
  void release();
}
