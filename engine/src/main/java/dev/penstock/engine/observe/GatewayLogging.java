package dev.penstock.engine.observe;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;
import org.jspecify.annotations.Nullable;

/**
 * Sets up Log4j for the gateway's own log, in code: Log4j's search for a configuration and its
 * plugins takes longer than all else that happens before the port opens.
 *
 * <p>For it to be skipped, {@link #configure} must run before anybody asks Log4j for a logger:
 * first thing in {@code main}. A user who names a configuration of their own by {@code
 * log4j2.configurationFile} gets that. A program that embeds the gateway need not call this and
 * keeps its own.
 */
public final class GatewayLogging {
  /** Libraries that tell at INFO how they start; theirs is DEBUG for us. */
  private static final List<String> TALKATIVE = List.of("io.javalin", "org.eclipse.jetty");

  private GatewayLogging() {}

  /** Makes Log4j follow {@code rules}; again with each change of them. */
  public static synchronized void configure(LogRules rules) {
    if (System.getProperty("log4j2.configurationFile") != null) return;
    if (System.getProperty("log4j.configurationFile") != null) return;
    setDefault(
        "log4j2.contextSelector", "org.apache.logging.log4j.core.selector.BasicContextSelector");
    // The writing thread of an asynchronous logger is woken when there is work; it need not look
    // 100 times a second.
    setDefault("log4j2.asyncLoggerTimeout", "1000");
    setDefault("log4j2.clock", "SystemMillisClock"); // finer ones make an object for each event
    GatewayConfiguration configuration = new GatewayConfiguration(rules);
    LoggerContext context = Configurator.initialize(configuration);
    if (context.getConfiguration() != configuration) context.setConfiguration(configuration);
  }

  /** Writes what is queued and ends the log; last thing in the life of the process. */
  public static void close() {
    if (System.getProperty("log4j2.configurationFile") == null) {
      Configurator.shutdown(LoggerContext.getContext(false), 5, TimeUnit.SECONDS);
    }
  }

  /** Levels that were set, by logger; the root's name is empty. */
  public static Map<String, String> levels() {
    Map<String, String> all = new TreeMap<>();
    LoggerContext.getContext(false)
        .getConfiguration()
        .getLoggers()
        .forEach((name, config) -> {
          Level set = config.getExplicitLevel();
          if (set != null || name.isEmpty())
            all.put(name, String.valueOf(set == null ? config.getLevel() : set));
        });
    return all;
  }

  /**
   * Sets the level of a logger and of those below it, until the process ends.
   *
   * @param name empty for the root
   * @param level null for the one that it inherits; not for the root
   */
  public static void level(String name, LogRules.@Nullable Level level) {
    if (level != null) {
      Configurator.setLevel(name, level(level));
      return;
    }
    LoggerContext context = LoggerContext.getContext(false);
    context.getConfiguration().removeLogger(name);
    context.updateLoggers();
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) System.setProperty(property, value);
  }

  private static final class GatewayConfiguration extends FixedConfiguration {
    private final LogRules rules;

    GatewayConfiguration(LogRules rules) {
      super("penstock", null, level(rules.level()));
      this.rules = rules;
    }

    @Override
    protected Appender appender() {
      AbstractStringLayout layout =
          rules.format() == LogRules.Format.JSON ? new EventLayout.Json() : new EventLayout.Text();
      FileDescriptor to =
          rules.to() == LogRules.Target.STDOUT ? FileDescriptor.out : FileDescriptor.err;
      return new ConsoleAppender(layout, new FileOutputStream(to));
    }

    @Override
    protected void doConfigure() {
      super.doConfigure();
      rules
          .loggers()
          .forEach((name, level) -> addLogger(name, new LoggerConfig(name, level(level), true)));
      // What the rules name stays as they say.
      if (rules.level() == LogRules.Level.INFO)
        TALKATIVE.forEach(name -> addLogger(name, new LoggerConfig(name, Level.WARN, true)));
    }
  }

  private static Level level(LogRules.Level level) {
    return switch (level) {
      case TRACE -> Level.TRACE;
      case DEBUG -> Level.DEBUG;
      case INFO -> Level.INFO;
      case WARN -> Level.WARN;
      case ERROR -> Level.ERROR;
      case OFF -> Level.OFF;
    };
  }
}
