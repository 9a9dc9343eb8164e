package dev.penstock.engine.observe;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.message.AsynchronouslyFormattable;
import org.apache.logging.log4j.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the ring and the file, so that the file can be changed or opened anew: such a wish
 * comes through the ring like the entries do, and is therefore carried out between two chunks, on
 * the writing thread.
 */
final class SinkAppender extends AbstractAppender {
  private static final long REPORT_EVERY_MILLIS = 10_000;

  private final AtomicLong lost = new AtomicLong();
  private Supplier<@Nullable Appender> opener = () -> null;
  private @Nullable Appender sink;
  private long nextReportMillis;

  SinkAppender() {
    super("access", null, null, true, Property.EMPTY_ARRAY);
  }

  /**
   * A wish to write elsewhere from here on, or, when {@link #REOPEN}, to open the same place again.
   */
  @AsynchronouslyFormattable
  record Command(@Nullable Supplier<@Nullable Appender> opener) implements Message {
    static final Command REOPEN = new Command(null);

    @Override
    public String getFormattedMessage() {
      return opener == null ? "reopen" : "open";
    }

    @Override
    public Object[] getParameters() {
      return new Object[0];
    }

    @Override
    public @Nullable Throwable getThrowable() {
      return null;
    }
  }

  long lost() {
    return lost.get();
  }

  @Override
  public void append(LogEvent event) {
    switch (event.getMessage()) {
      case Chunk chunk -> write(event, chunk);
      case Command command -> open(event, command);
      default -> throw new IllegalStateException("not of the access log: " + event.getMessage());
    }
  }

  private void write(LogEvent event, Chunk chunk) {
    try {
      Appender to = sink;
      if (to == null) lost.addAndGet(chunk.queuedEntries());
      else to.append(event);
    } catch (RuntimeException e) { // by which appenders tell of an IOException
      lost.addAndGet(chunk.queuedEntries());
      report(
          "The access log cannot be written: entries are lost. Check disk space and permissions.",
          event,
          e);
    } finally {
      chunk.release();
    }
  }

  private void open(LogEvent event, Command command) {
    // Log4j shares an open file among appenders of one name: it is opened anew only when it was
    // closed before.
    close();
    if (command.opener() != null) opener = command.opener();
    try {
      Appender opened = opener.get();
      if (opened != null) opened.start();
      sink = opened;
    } catch (RuntimeException e) {
      nextReportMillis = 0;
      report(
          "The access log cannot be opened: entries are lost. Correct the cause, then send SIGHUP.",
          event,
          e);
    }
  }

  private void report(String what, LogEvent event, RuntimeException why) {
    if (event.getTimeMillis() < nextReportMillis) return;
    nextReportMillis = event.getTimeMillis() + REPORT_EVERY_MILLIS;
    Log.LOG.warn(what, why);
  }

  private void close() {
    Appender old = sink;
    sink = null;
    if (old != null) old.stop();
  }

  /** After the ring has been emptied. */
  @Override
  public boolean stop(long timeout, java.util.concurrent.TimeUnit unit) {
    close();
    return super.stop(timeout, unit);
  }

  /** The gateway's own log, looked up when it is first needed. */
  private static final class Log {
    static final Logger LOG = LogManager.getLogger(AccessLog.class);
  }
}
