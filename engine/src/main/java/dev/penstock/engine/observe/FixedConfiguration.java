package dev.penstock.engine.observe;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.AbstractConfiguration;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.LoggerConfig;

/**
 * A Log4j configuration of one appender that is made in code: no file is looked for and no plugin
 * searched.
 */
final class FixedConfiguration extends AbstractConfiguration {
  private final Level level;
  private final Appender appender;

  FixedConfiguration(String name, LoggerContext context, Level level, Appender appender) {
    super(context, ConfigurationSource.NULL_SOURCE);
    this.level = level;
    this.appender = appender;
    this.isShutdownHookEnabled = false; // the gateway closes its logs itself, and last
    setName(name);
  }

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
    if (!appender.isStarted()) appender.start();
    addAppender(appender);
    LoggerConfig root = getRootLogger();
    root.setLevel(level);
    root.addAppender(appender, null, null);
  }
}
