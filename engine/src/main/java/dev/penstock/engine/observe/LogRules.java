package dev.penstock.engine.observe;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import java.util.Map;

/** The gateway's own log: what happens to it, as against what passes through it. */
@Doc("The gateway's own log: what happens to it, as against what passes through it.")
public record LogRules(
    @Doc("The least level that is shown.") @Default("info") Level level,
    @Doc("Lines for people, or JSON objects.") @Default("text") Format format,
    @Doc("Where it goes.") @Default("stderr") Target to,
    @Doc("Other levels for parts of the program, by the beginning of a logger's name.")
        @Default("{}")
        Map<String, Level> loggers) {

  /** All defaults. */
  public static final LogRules DEFAULTS =
      new LogRules(Level.INFO, Format.TEXT, Target.STDERR, Map.of());

  /** How much is shown. */
  public enum Level {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    OFF
  }

  /** How an event is written. */
  public enum Format {
    TEXT,
    JSON
  }

  /** Where events go. */
  public enum Target {
    STDERR,
    STDOUT
  }

  public LogRules {
    loggers = Map.copyOf(loggers);
  }
}
