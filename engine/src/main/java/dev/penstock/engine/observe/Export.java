package dev.penstock.engine.observe;

import java.time.Duration;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * An exporter at work, from {@link #start} to {@link #close}; what it needs threads for runs on its
 * own.
 */
public abstract sealed class Export implements AutoCloseable permits LogExport, MetricsExport {
  private static final Logger LOG = LogManager.getLogger(Export.class);
  static final Duration DEADLINE = Duration.ofSeconds(30);

  Export() {}

  /** It has to do with {@code metrics} from now on. */
  abstract void start(Metrics metrics);

  /** It is not needed any more: soon ends what it does. Does not wait; idempotent. */
  @Override
  public abstract void close();

  /** Closes what an extension made; whatever it throws is told, and is nobody else's. */
  static void close(Runnable guest) {
    try {
      guest.run();
    } catch (RuntimeException | LinkageError | AssertionError e) {
      LOG.warn("an exporter could not be closed", e);
    }
  }

  /** Waits until it has ended, after {@link #close}. */
  abstract void await(Duration atMost) throws InterruptedException;
}
