package dev.penstock.engine.plan;

import dev.penstock.engine.http.CidrSet;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.tls.TlsServer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a listener treats its clients. Times are nanoseconds.
 *
 * @param name as the configuration names it
 * @param limits sizes of heads
 * @param tolerated violations that are let pass
 * @param trustedProxies peers whose forwarding fields are believed
 * @param proxyProtocol whether connections begin with a PROXY header
 * @param proxyTrusted who may send a PROXY header
 * @param proxyTimeoutNs how long it may take (L8)
 * @param headTimeoutNs from a request's first byte to the end of its head (L4)
 * @param bodyIdleNs between two parts of a request body, and between two writes to a slow reader
 *     (L5, L6)
 * @param minBytesPerSecond average a body must keep after five seconds, in either direction; 0 for
 *     none
 * @param halfCloseNs how long a client that has ended its direction is believed to wait for its
 *     answer
 * @param keepAliveNs how long a connection may wait for its next request (L7)
 * @param maxRequests how many requests a connection may carry; up to a tenth less, at random
 * @param maxAgeNs how long a connection may live
 * @param maxConnections open at once on this listener, over all workers; 0 for no limit
 * @param maxConnectionsPerClient open at once from one address, /64 for IPv6; 0 for no limit (L9)
 * @param maxNewConnectionsPerClient in one second from one such address; 0 for no limit (L9)
 * @param tls null for plain connections
 * @param http2 whether HTTP/2 is spoken
 */
public record ListenerPolicy(
    String name,
    HttpLimits limits,
    Set<Violation> tolerated,
    CidrSet trustedProxies,
    ProxyProtocol proxyProtocol,
    CidrSet proxyTrusted,
    long proxyTimeoutNs,
    long headTimeoutNs,
    long bodyIdleNs,
    int minBytesPerSecond,
    long halfCloseNs,
    long keepAliveNs,
    int maxRequests,
    long maxAgeNs,
    int maxConnections,
    int maxConnectionsPerClient,
    int maxNewConnectionsPerClient,
    @Nullable TlsServer tls,
    Http2Policy http2) {

  /** Which PROXY protocol headers a listener takes (HAProxy's proxy-protocol specification). */
  public enum ProxyProtocol {
    OFF,
    V1,
    V2,
    ANY
  }
}
