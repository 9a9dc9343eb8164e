package dev.penstock.engine.proxy;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.tls.TlsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a client's connection, and whom that peer speaks for (H3).
 * Worker-confined.
 */
public final class ClientIdentity {
  private final InetSocketAddress peer;
  private final InetAddress address;
  private final byte[] text;
  private final byte[] bytes;
  private final String localPort;
  private final InetAddress localAddress;
  private final @Nullable TlsFacts tls;
  private final long number;
  private @Nullable ListenerPolicy judgedBy;
  private boolean isTrusted;

  /**
   * The identity of a connection's peer.
   *
   * @param peer the other end, as the socket or a trusted PROXY header tells
   * @param local where it reached us
   * @param tls null for a plain connection
   * @param number of the connection, for the log
   */
  public ClientIdentity(
      InetSocketAddress peer, InetSocketAddress local, @Nullable TlsFacts tls, long number) {
    this.peer = peer;
    this.address = peer.getAddress();
    this.text = address.getHostAddress().getBytes(StandardCharsets.ISO_8859_1);
    this.bytes = address.getAddress();
    this.localPort = Integer.toString(local.getPort());
    this.localAddress = local.getAddress();
    this.tls = tls;
    this.number = number;
  }

  /** Writes what is known of the client into {@code exchange}. */
  void describe(LiveExchange exchange, RequestHead head, ListenerPolicy policy) {
    if (policy != judgedBy) {
      judgedBy = policy;
      isTrusted = policy.trustedProxies().contains(address);
    }
    exchange.peer = peer;
    exchange.peerText = text;
    exchange.localPort = localPort;
    exchange.localAddress = localAddress;
    exchange.listener = policy.name();
    exchange.connectionNumber = number;
    exchange.isPeerTrusted = isTrusted;
    exchange.isSecure = tls != null;
    exchange.tls = tls;
    exchange.clientAddress = address;
    exchange.clientBytes = bytes;
    exchange.isMisdirected = tls != null && isMisdirected(tls.serverName(), head, policy);
    if (isTrusted) believe(exchange, head.headers(), policy);
  }

  private static boolean isMisdirected(
      @Nullable String serverName, RequestHead head, ListenerPolicy policy) {
    TlsServer server = policy.tls();
    Slice authority = head.authority();
    if (server == null || serverName == null || authority.equalsIgnoreCase(serverName))
      return false;
    int end = authority.length();
    for (int i = end - 1; i >= 0 && authority.at(i) != ']'; i--) {
      if (authority.at(i) == ':') end = i;
    }
    return end > 0 && !server.isAuthoritative(serverName, authority.substring(0, end));
  }

  private void believe(LiveExchange exchange, HeaderMap headers, ListenerPolicy policy) {
    String proto = headers.get(HeaderName.X_FORWARDED_PROTO);
    if (proto != null) exchange.isSecure = proto.strip().equalsIgnoreCase("https");
    String chain = headers.joined("X-Forwarded-For");
    if (chain == null) return;
    String[] hops = chain.split(",");
    for (int i = hops.length - 1; i >= 0; i--) {
      InetAddress hop = parse(hops[i].strip());
      if (hop == null) return;
      exchange.clientAddress = hop;
      exchange.clientBytes = null;
      if (!policy.trustedProxies().contains(hop)) return;
    }
  }

  /**
   * An address literal, with a port or in brackets as some proxies write it; null for anything
   * else.
   */
  private static @Nullable InetAddress parse(String hop) {
    String host = hop;
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      if (end < 0) return null;
      host = host.substring(1, end);
    } else if (host.indexOf(':') >= 0 && host.indexOf(':') == host.lastIndexOf(':')) {
      host = host.substring(0, host.indexOf(':'));
    }
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
