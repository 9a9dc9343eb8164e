package dev.penstock.engine.control;

import dev.penstock.engine.spi.ConfigException;
import java.nio.file.Path;

/** What the room that runs scripts does for those who manage them. Thread-safe; not on workers. */
public interface ScriptDoor {
  /**
   * Compiles and evaluates a script in a context of its own, without using it.
   *
   * @param file a module, or a folder of modules
   * @throws ConfigException when it would be refused: its location is {@code file:line:column},
   *     below the first line of its message stand the lines around
   */
  void check(Path file);
}
