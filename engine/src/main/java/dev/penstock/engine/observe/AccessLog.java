package dev.penstock.engine.observe;

import dev.penstock.engine.observe.AccessLogRules.Target;
import dev.penstock.engine.spi.ConfigException;
import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.TimerWheel;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.async.AsyncLoggerContext;
import org.apache.logging.log4j.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * One line for each exchange, without making a worker wait.
 *
 * <pre>
 * worker: record ─► line in the worker's chunk ─► (16 KiB or 100 ms) ─► ring of a Log4j asynchronous logger
 * writing thread:                                                       ring ─► file or standard output
 * </pre>
 *
 * <p>A ring slot is taken per chunk, not per entry, and the ring is larger than all chunks there
 * are, so handing over never finds it full; what bounds the memory is the number of chunks, see
 * {@link AccessLogWriter}. The log has a Log4j context of its own: no configuration of the
 * gateway's log reaches it. Thread-safe but for its writers.
 */
public final class AccessLog implements AutoCloseable {
  private static final String FQCN = AccessLog.class.getName();

  private final int workers;
  private final Function<AccessLogRules, Appender> sinks;
  private final List<AccessLogWriter> writers = new CopyOnWriteArrayList<>();
  private final SinkAppender sink;

  private @Nullable AsyncLoggerContext context;
  private volatile @Nullable Logger logger;
  private volatile @Nullable EntryFormat format;
  private boolean isClosed;

  /**
   * A log for {@code workers} workers that follows {@code rules}.
   *
   * @throws ConfigException when the file cannot be written
   */
  public AccessLog(int workers, AccessLogRules rules) {
    this(workers, rules, Sinks::open);
  }

  /** With another place for entries to go to. */
  AccessLog(int workers, AccessLogRules rules, Function<AccessLogRules, Appender> sinks) {
    this.workers = workers;
    this.sinks = sinks;
    this.sink = new SinkAppender();
    apply(rules);
  }

  /** The end of the log for one worker; to be used on that worker only. */
  public AccessLogWriter writer(TimerWheel timers, NanoClock clock) {
    AccessLogWriter writer = new AccessLogWriter(this, timers, clock);
    writers.add(writer);
    return writer;
  }

  /**
   * Follows other rules from now on. Entries that workers hand over later go to the new place; with
   * the log turned off, the last 100 ms count as lost.
   *
   * @throws ConfigException when the file cannot be written; the rules that stood still stand
   */
  public synchronized void apply(AccessLogRules rules) {
    if (isClosed) throw new IllegalStateException("closed");
    check(rules);
    if (rules.to() == Target.OFF) {
      format = null;
      if (context != null) send(new SinkAppender.Command(() -> null));
      return;
    }
    AsyncLoggerContext running = context;
    if (running == null) context = running = start();
    long ring = running.createRingBufferAdmin().getBufferSize();
    // A slot is free again only some time after its chunk is: twice as many slots as chunks are
    // never all taken.
    int most = (int) Math.max(2, ring / 2 / Math.max(1, workers));
    send(new SinkAppender.Command(() -> sinks.apply(rules)));
    format = new EntryFormat(rules, most);
  }

  /** Says, before anything is changed, whether {@code rules} could be followed. */
  public static void check(AccessLogRules rules) {
    if (rules.to() != Target.FILE) return;
    Path file = rules.file().toAbsolutePath();
    try {
      Path directory = file.getParent();
      if (directory != null) Files.createDirectories(directory);
      new FileOutputStream(file.toFile(), true).close();
    } catch (IOException e) {
      throw new ConfigException(
          "file: the access log cannot be written to %s (%s); choose another file or change its permissions"
              .formatted(file, e.getMessage()),
          null,
          e);
    }
  }

  /**
   * Closes the file and opens the one of that name again: after an external tool moved it away
   * (SIGHUP, REST).
   */
  public synchronized void reopen() {
    if (context != null && !isClosed) send(SinkAppender.Command.REOPEN);
  }

  /** Numbers for a scrape. */
  public MetricSource metrics() {
    return out -> {
      out.counter("penstock_access_log_entries", "Entries written or waiting to be written.");
      out.value(logged());
      out.counter(
          "penstock_access_log_dropped", "Entries dropped because writing did not keep up.");
      out.value(dropped());
      out.counter(
          "penstock_access_log_lost", "Entries that could not be written: full disk, closed pipe.");
      out.value(lost());
    };
  }

  /** Entries accepted so far. */
  public long logged() {
    long sum = 0;
    for (AccessLogWriter writer : writers) sum += writer.logged();
    return sum;
  }

  /** Entries dropped because writing did not keep up. */
  public long dropped() {
    long sum = 0;
    for (AccessLogWriter writer : writers) sum += writer.dropped();
    return sum;
  }

  /** Entries accepted that could then not be written: full disk, closed pipe. */
  public long lost() {
    return sink.lost();
  }

  /**
   * Writes all that was accepted and closes the file. Workers should have ended; if not, their
   * later entries are lost.
   */
  @Override
  public synchronized void close() {
    if (isClosed) return;
    isClosed = true;
    format = null;
    for (AccessLogWriter writer : writers) writer.takeRest();
    if (context != null) context.stop(10, TimeUnit.SECONDS);
  }

  @Nullable EntryFormat format() {
    return format;
  }

  /** Hands a chunk to the writing thread. */
  void queue(Chunk chunk) {
    send(chunk);
  }

  private AsyncLoggerContext start() {
    AsyncLoggerContext starting = new AsyncLoggerContext("access");
    starting.start(
        new FixedConfiguration("access", starting, Level.INFO) {
          @Override
          protected Appender appender() {
            return sink;
          }
        });
    logger = starting.getLogger("access");
    return starting;
  }

  private void send(Message message) {
    Logger to = logger;
    // The form that is told the caller's location, even if it is none, does not walk the stack for
    // it.
    if (to != null) to.logMessage(Level.INFO, null, FQCN, null, message, null);
  }
}
