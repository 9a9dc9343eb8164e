package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.BalancerFactory.BalancerTemplate;
import dev.penstock.engine.spi.EndpointDiscovery;
import org.jspecify.annotations.Nullable;

/**
 * What extensions made for one upstream; closed with it.
 *
 * @param discovery finds endpoints beside those of the rules; null when they are all
 */
public record UpstreamParts(BalancerTemplate balancer, @Nullable EndpointDiscovery discovery) {
  /** Where the rules say everything else. */
  public static UpstreamParts of(BalancerTemplate balancer) {
    return new UpstreamParts(balancer, null);
  }
}
