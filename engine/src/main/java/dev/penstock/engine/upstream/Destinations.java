package dev.penstock.engine.upstream;

import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.spi.Balancer;
import dev.penstock.engine.spi.BalancerFactory.BalancerTemplate;
import dev.penstock.engine.spi.Endpoint;
import dev.penstock.engine.spi.EndpointSet;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.FilterScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Servers that no configuration lists but that user code may ask, each made an upstream of one
 * endpoint the first time it is wanted. The least recently wanted leave first. Thread-safe.
 */
public final class Destinations implements AutoCloseable {
  /**
   * Networks that requests of user code must not reach unless it is allowed by name (U20): this
   * host, private and shared networks, link-local ones with their metadata services, what is
   * reserved or not for one receiver, and the ways in which IPv6 carries such addresses of IPv4
   * (RFC 6890).
   */
  public static final CidrSet INTERNAL =
      CidrSet.of(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "224.0.0.0/4",
          "240.0.0.0/4",
          "::/127",
          "64:ff9b::/96",
          "64:ff9b:1::/48",
          "2002::/16",
          "fc00::/7",
          "fe80::/10",
          "fec0::/10",
          "ff00::/8");

  private static final int MOST = 1024;

  private final Upstreams upstreams;
  private final Map<String, Upstream> known = new LinkedHashMap<>(64, 0.75f, true);

  public Destinations(Upstreams upstreams) {
    this.upstreams = upstreams;
  }

  /**
   * The upstream for {@code host}, once its name has been looked up or that has failed.
   *
   * @param host a name or an address literal, without brackets
   * @throws IllegalArgumentException when this is no host and port
   */
  public CompletableFuture<Upstream> find(String host, int port) {
    String address = host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    Upstream upstream;
    Upstream tooMany = null;
    synchronized (known) {
      upstream = known.get(address);
      if (upstream == null) {
        upstream =
            upstreams.prepare("egress " + address, UpstreamRules.of(address), FirstUsable.INSTANCE);
        upstreams.start(upstream);
        known.put(address, upstream);
        if (known.size() > MOST) tooMany = known.remove(known.keySet().iterator().next());
      }
    }
    if (tooMany != null) tooMany.close();
    Upstream found = upstream;
    return upstreams.resolve(List.of(found)).handle((done, failure) -> found);
  }

  @Override
  public void close() {
    synchronized (known) {
      known.values().forEach(Upstream::close);
      known.clear();
    }
  }

  /** There is one endpoint. */
  private enum FirstUsable implements BalancerTemplate, Balancer {
    INSTANCE;

    @Override
    public Balancer create(FilterScope scope) {
      return this;
    }

    @Override
    public @Nullable Endpoint choose(Exchange exchange, EndpointSet endpoints) {
      for (int i = 0; i < endpoints.size(); i++) {
        if (endpoints.isUsable(i)) return endpoints.get(i);
      }
      return null;
    }

    @Override
    public void close() {}
  }
}
