package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.BalancerFactory;
import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Offered;
import dev.penstock.engine.spi.Config.Percent;
import dev.penstock.engine.spi.Config.Range;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One entry under {@code upstreams:}: a set of endpoints and how to treat them. */
@Doc("A named set of servers with the rules for balancing, health, retries, time-outs and limits.")
public record UpstreamRules(
    @Doc(
            "How an endpoint is chosen: a balancer's name, or one key with its settings, as in"
                + " { consistent-hash: { key: path } }.")
        @Default("round-robin")
        @Offered(BalancerFactory.class)
        Object balancer,
    @Doc(
            "The servers: \"host:port\", or a mapping with address, weight, backup, name. Required,"
                + " unless discovery.from finds them.")
        @Default("[]")
        List<EndpointRules> endpoints,
    @Doc("Regular probes that decide whether an endpoint is used. Absent: none.")
        @Nullable HealthCheckRules healthCheck,
    @Doc("When an endpoint that fails in traffic is left out for a while.") @Default("{}")
        OutlierRules outlier,
    @Doc("Whether and when a failed request is tried again.") @Default("{}") RetryRules retry,
    @Doc("How long to wait for this upstream.") @Default("{}") TimeoutRules timeouts,
    @Doc("How much may be under way at once, and how long a request may wait for its turn.")
        @Default("{}")
        LimitRules limits,
    @Doc("How idle connections are kept.") @Default("{}") PoolRules pool,
    @Doc("Who finds endpoints besides those above, and how host names are resolved.") @Default("{}")
        DiscoveryRules discovery,
    @Doc(
            "An endpoint that is new or has recovered gets its full share of requests only after this"
                + " time; 0s turns it off. Not for balancers that hash.")
        @Default("0s")
        @Range("0s..1h")
        Duration slowStart,
    @Doc(
            "When fewer than this share of the endpoints can be used, health is ignored and all are"
                + " used; 0% turns it off.")
        @Default("50%")
        @Percent
        @Range("0..1")
        double panicThreshold,
    @Doc("Keeps a client on one endpoint by a cookie. Absent: no.") @Nullable StickyRules sticky,
    @Doc(
            "The Host field sent: \"preserve\" keeps the client's, \"endpoint\" names the endpoint,"
                + " anything else is sent as it stands.")
        @Default("preserve")
        String host,
    @Doc("Begins each connection with a PROXY protocol header that names the client.")
        @Default("off")
        ProxyHeader sendProxyProtocol,
    @Doc(
            "http1: HTTP/1.1. http2: many requests share a connection; without tls the endpoints have to know"
                + " it, with tls they have to agree. auto: with tls, what the endpoint prefers.")
        @Default("http1")
        Protocol protocol,
    @Doc("Speaks https to the endpoints; {} checks their certificates. Absent: plain http.")
        @Nullable UpstreamTlsRules tls) {

  /** Which PROXY protocol header opens a connection to an endpoint. */
  public enum ProxyHeader {
    OFF,
    V1,
    V2
  }

  /** What is spoken to an endpoint. */
  public enum Protocol {
    HTTP1,
    HTTP2,
    AUTO;

    private static final List<String> ONE = List.of("http/1.1");
    private static final List<String> TWO = List.of("h2");
    private static final List<String> BOTH = List.of("h2", "http/1.1");

    /** What is offered in TLS, best first (RFC 7301). */
    public List<String> offered() {
      return switch (this) {
        case HTTP1 -> ONE;
        case HTTP2 -> TWO;
        case AUTO -> BOTH;
      };
    }
  }

  public static final String HOST_PRESERVE = "preserve";
  public static final String HOST_ENDPOINT = "endpoint";

  public UpstreamRules {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty() && discovery.from() == null) {
      throw new IllegalArgumentException(
          "an upstream needs at least one endpoint: name it under endpoints:, or let discovery.from find it");
    }
    Set<String> names = new HashSet<>();
    for (EndpointRules endpoint : endpoints) {
      if (!names.add(endpoint.label())) {
        throw new IllegalArgumentException(
            "endpoint \"%s\" stands twice; give one of them another name, or raise its weight"
                .formatted(endpoint.label()));
      }
    }
    if (panicThreshold < 0 || panicThreshold > 1) {
      throw new IllegalArgumentException("panic-threshold is between 0% and 100%");
    }
    Rules.between("slow-start", slowStart, Duration.ZERO, Duration.ofHours(1));
    if (host.isBlank()) {
      throw new IllegalArgumentException("host is \"preserve\", \"endpoint\" or a host name");
    }
    if (protocol == Protocol.AUTO && tls == null) {
      throw new IllegalArgumentException(
          "protocol: auto is agreed upon in TLS; without tls say http1 or http2");
    }
    if (protocol != Protocol.HTTP1 && sendProxyProtocol != ProxyHeader.OFF) {
      throw new IllegalArgumentException(
          "send-proxy-protocol names one client for a connection that many share; take protocol: http1");
    }
    BalancerRules.of(balancer);
  }

  /** The rules that stand when a configuration gives nothing but these endpoints. */
  public static UpstreamRules of(String... addresses) {
    return of(Arrays.stream(addresses).map(EndpointRules::of).toList());
  }

  /** As {@link #of(String...)}, with weights and the like. */
  public static UpstreamRules of(List<EndpointRules> endpoints) {
    return new UpstreamRules(
        "round-robin",
        endpoints,
        null,
        OutlierRules.DEFAULT,
        RetryRules.DEFAULT,
        TimeoutRules.DEFAULT,
        LimitRules.DEFAULT,
        PoolRules.DEFAULT,
        DiscoveryRules.DEFAULT,
        Duration.ZERO,
        0.5,
        null,
        HOST_PRESERVE,
        ProxyHeader.OFF,
        Protocol.HTTP1,
        null);
  }

  /** The balancer by name with its settings. */
  public BalancerRules balancerRules() {
    return BalancerRules.of(balancer);
  }
}
