package dev.penstock.plugins.rules;

import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.access.AccessExtension;
import dev.penstock.plugins.auth.AuthExtension;
import dev.penstock.plugins.compression.CompressionExtension;
import dev.penstock.plugins.limit.LimitExtension;
import dev.penstock.plugins.rewrite.RewriteExtension;
import dev.penstock.plugins.traffic.TrafficExtension;

/** Gateways with the built-in filters, for wire tests. */
public final class Wire {
  private Wire() {}

  /** The configuration of a route for everything to {@code upstream}, through these filters. */
  public static String yaml(ScriptedUpstream upstream, String filters) {
    return yaml(upstream, filters, "");
  }

  /** As {@link #yaml(ScriptedUpstream, String)}, with more keys of the route. */
  public static String yaml(ScriptedUpstream upstream, String filters, String more) {
    return """
    listeners: { web: { bind: "127.0.0.1:0", trusted-proxies: [ 127.0.0.0/8 ] } }
    upstreams: { up: { endpoints: [ "%s" ] } }
    routes: { all: { match: { path: /** }, filters: [ %s ], upstream: up%s } }
    """
        .formatted(upstream.address(), filters, more.isEmpty() ? "" : ", " + more);
  }

  public static TestGateway gateway(ScriptedUpstream upstream, String filters) {
    return start(yaml(upstream, filters));
  }

  public static TestGateway start(String yaml) {
    return TestGateway.start(yaml, extensions());
  }

  /** Sends a request without a body and reads the response. */
  public static RawResponse ask(RawClient client, String line, String... fields) {
    StringBuilder text = new StringBuilder(line + " HTTP/1.1\r\nHost: shop.example\r\n");
    for (String field : fields) text.append(field).append("\r\n");
    return client.send(text + "\r\n").readResponse();
  }

  private static Extension[] extensions() {
    return new Extension[] {
      new AccessExtension(),
      new AuthExtension(),
      new CompressionExtension(),
      new LimitExtension(),
      new RewriteExtension(),
      new TrafficExtension()
    };
  }
}
