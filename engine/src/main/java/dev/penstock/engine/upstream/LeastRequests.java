package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import dev.penstock.engine.spi.Exchange;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint with the fewest requests under way over all workers, for its weight; ties by chance
 * (U12).
 */
final class LeastRequests implements Balancer {
  private final RandomGenerator random;

  LeastRequests(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public @Nullable Endpoint choose(Exchange exchange, EndpointSet endpoints) {
    Endpoint best = null;
    double least = Double.MAX_VALUE;
    int ties = 0;
    for (int i = 0, size = endpoints.size(); i < size; i++) {
      if (!endpoints.isUsable(i)) continue;
      Endpoint endpoint = endpoints.get(i);
      double load = load(endpoint);
      if (load < least) {
        best = endpoint;
        least = load;
        ties = 1;
      } else if (load == least && random.nextInt(++ties) == 0) {
        best = endpoint;
      }
    }
    return best;
  }

  /**
   * Requests under way, the one to come included, per weight: so that of idle endpoints the
   * heaviest goes first.
   */
  static double load(Endpoint endpoint) {
    return (endpoint.inFlight() + 1) / endpoint.effectiveWeight();
  }
}
