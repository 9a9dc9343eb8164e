package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import dev.penstock.engine.spi.Exchange;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Draws two different endpoints and takes the one with less load: nearly as even as looking at all,
 * in constant time, and without all workers rushing to the same idle one.
 */
final class RandomTwo implements Balancer {
  /** How many blind draws are made before the usable ones are counted. */
  private static final int DRAWS = 8;

  private final RandomGenerator random;
  private final Load load;

  /** What one endpoint costs; the smaller is taken. */
  interface Load {
    double of(Endpoint endpoint);
  }

  RandomTwo(RandomGenerator random, Load load) {
    this.random = random;
    this.load = load;
  }

  @Override
  public @Nullable Endpoint choose(Exchange exchange, EndpointSet endpoints) {
    int first = draw(endpoints, -1);
    if (first < 0) return null;
    int second = draw(endpoints, first);
    if (second < 0) return endpoints.get(first);
    Endpoint a = endpoints.get(first);
    Endpoint b = endpoints.get(second);
    return load.of(b) < load.of(a) ? b : a;
  }

  /**
   * An index of a usable endpoint other than {@code except}, each as likely as the others; -1 when
   * there is none.
   */
  private int draw(EndpointSet endpoints, int except) {
    int size = endpoints.size();
    if (size == 0) return -1;
    for (int i = 0; i < DRAWS; i++) {
      int drawn = random.nextInt(size);
      if (drawn != except && endpoints.isUsable(drawn)) return drawn;
    }
    int usable = 0;
    for (int i = 0; i < size; i++) {
      if (i != except && endpoints.isUsable(i)) usable++;
    }
    if (usable == 0) return -1;
    int wanted = random.nextInt(usable);
    for (int i = 0; i < size; i++) {
      if (i != except && endpoints.isUsable(i) && wanted-- == 0) return i;
    }
    return -1;
  }
}
