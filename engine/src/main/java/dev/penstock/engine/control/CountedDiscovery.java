package dev.penstock.engine.control;

import dev.penstock.engine.observe.OfferMetrics.Tally;
import dev.penstock.engine.spi.EndpointDiscovery;
import java.time.Duration;

/** Counts the lists that a discovery gives and the times it fails. */
record CountedDiscovery(EndpointDiscovery guest, Tally tally) implements EndpointDiscovery {
  @Override
  public void watch(Updates updates) throws Exception {
    try {
      guest.watch(all -> {
        updates.endpoints(all);
        tally.called(0);
      });
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      tally.failed();
      throw e;
    }
  }

  @Override
  public Duration interval() {
    return guest.interval();
  }

  @Override
  public void close() {
    guest.close();
  }
}
