package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import dev.penstock.engine.spi.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Turns by weight, spread evenly: 5, 1, 1 gives a a b a c a a and not a a a a a b c (U11).
 *
 * <p>Each endpoint earns its weight per turn and the richest serves, paying what all have earned
 * together. Each worker takes turns of its own, beginning at another place, so that few requests on
 * many workers do not all meet the first endpoint.
 */
final class RoundRobin implements Balancer {
  private final int skips;
  private long version = -1;
  private double[] earned = new double[0];

  RoundRobin(int skips) {
    this.skips = skips;
  }

  @Override
  public @Nullable Endpoint choose(Exchange exchange, EndpointSet endpoints) {
    if (version != endpoints.version()) {
      version = endpoints.version();
      earned = new double[endpoints.size()];
      if (endpoints.size() > 0) {
        for (int i = 0; i < skips % endpoints.size(); i++) next(endpoints);
      }
    }
    return next(endpoints);
  }

  private @Nullable Endpoint next(EndpointSet endpoints) {
    double total = 0;
    int best = -1;
    for (int i = 0; i < earned.length; i++) {
      // One that cannot serve neither earns nor saves: it comes back as it left, not with a burst.
      if (!endpoints.isUsable(i)) continue;
      double weight = endpoints.get(i).effectiveWeight();
      total += weight;
      earned[i] += weight;
      if (best < 0 || earned[i] > earned[best]) best = i;
    }
    if (best < 0) return null;
    earned[best] -= total;
    return endpoints.get(best);
  }
}
