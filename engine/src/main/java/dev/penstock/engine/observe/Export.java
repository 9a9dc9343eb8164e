package dev.penstock.engine.observe;

import java.time.Duration;

/**
 * An exporter at work, from {@link #start} to {@link #close}; what it needs threads for runs on its
 * own.
 */
public abstract sealed class Export implements AutoCloseable permits LogExport, MetricsExport {
  static final Duration DEADLINE = Duration.ofSeconds(30);

  Export() {}

  /** It has to do with {@code metrics} from now on. */
  abstract void start(Metrics metrics);

  /** It is not needed any more: soon ends what it does. Does not wait; idempotent. */
  @Override
  public abstract void close();

  /** Waits until it has ended, after {@link #close}. */
  abstract void await(Duration atMost) throws InterruptedException;
}
