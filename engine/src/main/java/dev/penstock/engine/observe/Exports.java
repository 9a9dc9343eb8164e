package dev.penstock.engine.observe;

import java.time.Duration;
import java.util.List;

/** The exporters of the configuration in force. Thread-safe. */
public final class Exports implements AutoCloseable {
  private static final Duration LAST = Duration.ofSeconds(5);

  private final Metrics metrics;
  private List<Export> current = List.of();

  public Exports(Metrics metrics) {
    this.metrics = metrics;
  }

  /** These work from now on, in place of those before, which end when they have sent what waits. */
  public synchronized void adopt(List<Export> next) {
    next.forEach(each -> each.start(metrics));
    current.forEach(Export::close);
    current = List.copyOf(next);
  }

  /** Sends what waits, as far as five seconds allow. */
  @Override
  public synchronized void close() {
    List<Export> last = current;
    adopt(List.of());
    try {
      for (Export each : last) each.await(LAST);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
