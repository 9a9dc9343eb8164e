package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.BalancerFactory.BalancerTemplate;
import dev.penstock.engine.spi.EndpointDiscovery;
import dev.penstock.engine.spi.HealthCheck;
import dev.penstock.engine.tls.TlsClient;
import org.jspecify.annotations.Nullable;

/**
 * What was made for one upstream, by extensions for the most part; closed with it.
 *
 * @param discovery finds endpoints beside those of the rules; null when they are all
 * @param healthCheck asks the endpoints, where the rules name one; null otherwise
 * @param tls how the endpoints are spoken to; null for plain connections
 */
public record UpstreamParts(
    BalancerTemplate balancer,
    @Nullable EndpointDiscovery discovery,
    @Nullable HealthCheck healthCheck,
    @Nullable TlsClient tls) {
  /** Where the rules say everything else. */
  public static UpstreamParts of(BalancerTemplate balancer) {
    return new UpstreamParts(balancer, null, null, null);
  }

  /** The same when discovery and health check are closed. */
  UpstreamParts withoutExtensions() {
    return new UpstreamParts(balancer, null, null, tls);
  }
}
