package dev.penstock.engine.control;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;

/** What is asked of plugins. */
@Doc("What is asked of plugins, the JARs in plugins/ beside this file.")
public record PluginsConfig(
    @Doc(
            "What becomes of a JAR whose classes would end the process, use internals of the JDK, or wait on a worker: warn loads it and says so, refuse does not load it, off does not look.")
        @Default("warn")
        Admission admission) {

  public static final PluginsConfig DEFAULTS = new PluginsConfig(Admission.WARN);

  /** What is done about what the scan finds. */
  public enum Admission {
    OFF,
    WARN,
    REFUSE
  }
}
