package dev.penstock.engine.observe;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.AbstractConfiguration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.jspecify.annotations.Nullable;

/**
 * A Log4j configuration of one appender that is made in code: no file is looked for and no plugin
 * searched.
 */
abstract class FixedConfiguration extends AbstractConfiguration {
  private final Level level;

  FixedConfiguration(String name, @Nullable LoggerContext context, Level level) {
    super(context, ConfigurationSource.NULL_SOURCE);
    this.level = level;
    this.isShutdownHookEnabled = false; // the gateway closes its logs itself, and last
    setName(name);
  }

  /** The appender of all events; asked once. */
  protected abstract Appender appender();

  /**
   * The inherited method reads the lists of all plugins, which costs more than all the rest of
   * starting a log.
   */
  @Override
  public void initialize() {
    doConfigure();
    setState(State.INITIALIZED);
  }

  @Override
  protected void doConfigure() {
    Appender appender = appender();
    addAppender(appender);
    LoggerConfig root = getRootLogger();
    root.setLevel(level);
    root.addAppender(appender, null, null);
  }
}
