package dev.penstock.engine.spi;

import java.util.List;

/**
 * Sends what the access log knows elsewhere: to a queue, a collector, a database. It gets all
 * exchanges, whatever the log itself leaves out.
 *
 * <p>Exchanges wait in a queue of bounded length ({@code export.queue}); what does not fit is
 * dropped and counted, and no worker ever waits.
 */
public interface AccessLogExporter extends AutoCloseable {
  /**
   * Sends these, oldest first. On virtual threads, one call at a time; it may block. Its thread is
   * interrupted after 30 seconds. When it throws, these are lost and counted as an error: whoever
   * wants to try again does so here.
   */
  void export(List<FinishedExchange> batch) throws Exception;

  /**
   * The configuration that asked for this is gone, and what had waited was exported, as far as five
   * seconds allowed.
   */
  @Override
  default void close() {}
}
