package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.BalancerFactory.BalancerTemplate;
import dev.penstock.engine.spi.EndpointDiscovery;
import dev.penstock.engine.spi.HealthCheck;
import org.jspecify.annotations.Nullable;

/**
 * What extensions made for one upstream; closed with it.
 *
 * @param discovery finds endpoints beside those of the rules; null when they are all
 * @param healthCheck asks the endpoints, where the rules name one; null otherwise
 */
public record UpstreamParts(
    BalancerTemplate balancer,
    @Nullable EndpointDiscovery discovery,
    @Nullable HealthCheck healthCheck) {
  /** Where the rules say everything else. */
  public static UpstreamParts of(BalancerTemplate balancer) {
    return new UpstreamParts(balancer, null, null);
  }
}
