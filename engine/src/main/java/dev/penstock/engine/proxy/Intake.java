package dev.penstock.engine.proxy;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HopByHop;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.plan.ForwardingRules;
import dev.penstock.engine.plan.Route;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.time.NanoClock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is done to every request before anybody sees it: what is not for us is refused, what a
 * client may not say is taken out, what endpoints should know of the client is put in.
 * Worker-confined.
 */
final class Intake {
  /**
   * Fields by which we, or a trusted proxy, tell who the client is; a client's own are dropped
   * (H10).
   */
  private static final HeaderName[] IDENTITY = {
    HeaderName.X_REAL_IP,
    HeaderName.CLIENT_CERT,
    HeaderName.CLIENT_CERT_CHAIN,
    HeaderName.X_FORWARDED_CLIENT_CERT,
    HeaderName.X_FORWARDED_PREFIX,
  };

  private final Identifiers identifiers;
  private final Slice value = new Slice();
  private final ViaField via = new ViaField();

  Intake(NanoClock clock, RandomGenerator random) {
    this.identifiers = new Identifiers(clock, random);
  }

  /** Judges and cleans a head that is well-formed. The client's address is known already. */
  @Nullable ProxyError admit(LiveExchange exchange, ForwardingRules rules) {
    RequestHead head = exchange.request;
    HeaderMap headers = head.headers();
    ProxyError refused = refuse(exchange, headers, rules);
    if (refused != null) return refused;
    boolean takesTrailers = headers.contains(HeaderName.TE) && mentionsTrailers(headers);
    String upgrade = exchange.wantsUpgrade ? headers.get(HeaderName.UPGRADE) : null;
    HopByHop.strip(headers);
    if (upgrade != null) headers.add(HeaderName.UPGRADE, upgrade);
    if (takesTrailers) headers.add(HeaderName.TE, "trailers");
    headers.remove(HeaderName.PROXY);
    dropUnderscored(headers);
    if (!exchange.isPeerTrusted) {
      for (HeaderName name : IDENTITY) headers.remove(name);
      headers.remove(HeaderName.FORWARDED);
      // What we have verified ourselves; a trusted proxy speaks of its client, not of itself.
      TlsFacts tls = exchange.tls;
      if (tls != null && tls.certificate() != null)
        headers.add(HeaderName.CLIENT_CERT, tls.certificate());
    }
    tellEndpoint(exchange, headers, rules);
    return null;
  }

  private @Nullable ProxyError refuse(
      LiveExchange exchange, HeaderMap headers, ForwardingRules rules) {
    RequestHead head = exchange.request;
    if (exchange.isMisdirected) {
      return ProxyError.of(Kind.MISDIRECTED, "this connection was made for another name");
    }
    // F14: neither is of any use behind a gateway, and TRACE shows the client's credentials.
    if (head.isMethod(Methods.TRACE) || head.isMethod(Methods.CONNECT)) {
      return ProxyError.of(Kind.METHOD_NOT_ALLOWED, head.method() + " is not served here");
    }
    if (head.isMethod(Methods.OPTIONS) && headers.contains(HeaderName.MAX_FORWARDS)) {
      countDown(exchange, headers);
    }
    int expect = headers.find(HeaderName.EXPECT);
    if (expect >= 0) {
      if (!headers.value(expect, value).equalsIgnoreCase("100-continue")) {
        return ProxyError.of(Kind.EXPECTATION_FAILED, "the only known expectation is 100-continue");
      }
      if (head.version() == HttpVersion.HTTP_1_0 || exchange.requestFraming == BodyFraming.NONE) {
        headers.remove(HeaderName.EXPECT);
      } else {
        exchange.expectsContinue = true;
      }
    }
    ProxyError upgrade = judgeUpgrade(exchange, headers);
    if (upgrade != null) return upgrade;
    return rules.maxLoops() > 0 && LoopCheck.loops(headers, rules)
        ? ProxyError.of(Kind.LOOP_DETECTED, rules.pseudonym())
        : null;
  }

  /** RFC 9110 §7.6.2: we are the last that such a request may reach, or it has one hop less. */
  private static void countDown(LiveExchange exchange, HeaderMap headers) {
    String left = headers.get(HeaderName.MAX_FORWARDS);
    if (left == null || left.isEmpty() || left.length() > 9) return;
    for (int i = 0; i < left.length(); i++) {
      if (!Ascii.isDigit(left.charAt(i))) return;
    }
    int hops = Integer.parseInt(left);
    exchange.isLastHop = hops == 0;
    if (hops > 0) headers.set(HeaderName.MAX_FORWARDS, Integer.toString(hops - 1));
  }

  /** Only WebSocket; other tokens are taken out with the rest of the connection's fields (E7). */
  private @Nullable ProxyError judgeUpgrade(LiveExchange exchange, HeaderMap headers) {
    if (!exchange.wantsUpgrade) return null;
    int at = headers.find(HeaderName.UPGRADE);
    exchange.wantsUpgrade =
        at >= 0
            && headers.find(HeaderName.UPGRADE, at + 1) < 0
            && headers.value(at, value).equalsIgnoreCase("websocket")
            && exchange.request.isMethod(Methods.GET)
            && exchange.request.version() != HttpVersion.HTTP_1_0;
    if (!exchange.wantsUpgrade) return null;
    if (exchange.requestFraming != BodyFraming.NONE) {
      return ProxyError.of(Kind.BAD_REQUEST, "a request to upgrade has a body");
    }
    if (!headers.contains(HeaderName.SEC_WEBSOCKET_KEY)) {
      return ProxyError.of(Kind.BAD_REQUEST, "Sec-WebSocket-Key is missing");
    }
    int version = headers.find(HeaderName.SEC_WEBSOCKET_VERSION);
    if (version < 0 || !headers.value(version, value).contentEquals("13")) {
      return ProxyError.of(Kind.UPGRADE_VERSION, "Sec-WebSocket-Version is 13");
    }
    return null;
  }

  private boolean mentionsTrailers(HeaderMap headers) {
    for (int i = headers.find(HeaderName.TE); i >= 0; i = headers.find(HeaderName.TE, i + 1)) {
      for (String each : headers.value(i).split(",")) {
        if (each.strip().equalsIgnoreCase("trailers")) return true;
      }
    }
    return false;
  }

  /**
   * An endpoint that turns names into variables takes X_Real_IP for X-Real-IP: such names do not
   * pass.
   */
  private void dropUnderscored(HeaderMap headers) {
    for (int i = headers.size() - 1; i >= 0; i--) {
      if (headers.known(i) == null && headers.name(i, value).indexOf('_', 0) >= 0)
        headers.removeAt(i);
    }
  }

  // ---- what endpoints learn (H3, H4, H6, H12)

  private void tellEndpoint(LiveExchange exchange, HeaderMap headers, ForwardingRules rules) {
    if (rules.xForwarded()) addForwarded(exchange, headers);
    if (rules.forwarded()) addStandardForwarded(exchange, headers);
    if (rules.via()) via.addTo(headers, exchange.request.version(), rules);
    if (rules.maxLoops() > 0) headers.add(HeaderName.CDN_LOOP, rules.pseudonym());
    if (rules.requestId()) identifiers.requestId(exchange, headers);
    if (rules.trace()) identifiers.trace(headers);
  }

  private void addForwarded(LiveExchange exchange, HeaderMap headers) {
    byte[] peer = exchange.peerText;
    boolean trusted = exchange.isPeerTrusted;
    int before = headers.find(HeaderName.X_FORWARDED_FOR);
    if (trusted && before >= 0) {
      String chain = headers.joined("X-Forwarded-For");
      headers.set(
          HeaderName.X_FORWARDED_FOR,
          chain + ", " + new String(peer, java.nio.charset.StandardCharsets.ISO_8859_1));
    } else {
      if (before >= 0) headers.remove(HeaderName.X_FORWARDED_FOR);
      headers.add(HeaderName.X_FORWARDED_FOR, peer, 0, peer.length);
    }
    set(headers, HeaderName.X_FORWARDED_PROTO, exchange.scheme(), trusted);
    if (!trusted || !headers.contains(HeaderName.X_FORWARDED_HOST)) {
      headers.remove(HeaderName.X_FORWARDED_HOST);
      Slice authority = exchange.request.authority();
      if (!authority.isEmpty()) {
        headers.add(
            HeaderName.X_FORWARDED_HOST, authority.array(), authority.offset(), authority.length());
      }
    }
    set(headers, HeaderName.X_FORWARDED_PORT, exchange.localPort, trusted);
  }

  private static void set(HeaderMap headers, HeaderName name, String text, boolean keep) {
    boolean present = headers.contains(name);
    if (present && keep) return;
    if (present) headers.remove(name);
    headers.add(name, text);
  }

  /** RFC 7239; an IPv6 address is quoted and bracketed. */
  private static void addStandardForwarded(LiveExchange exchange, HeaderMap headers) {
    String peer = new String(exchange.peerText, java.nio.charset.StandardCharsets.ISO_8859_1);
    String node = peer.indexOf(':') >= 0 ? "\"[" + peer + "]\"" : peer;
    String element = "for=" + node + ";proto=" + exchange.scheme();
    String host = exchange.request.authority().toString();
    if (!host.isEmpty()) element += ";host=\"" + host + "\"";
    String chain = headers.joined("Forwarded");
    if (chain == null) headers.add(HeaderName.FORWARDED, element);
    else headers.set(HeaderName.FORWARDED, chain + ", " + element);
  }

  // ---- once the route is known

  /** What a route asks of a request before its filters run. */
  @Nullable ProxyError enter(LiveExchange exchange, Route route) {
    if (route.deny() != null && route.deny().contains(exchange.clientAddress)) {
      return ProxyError.of(Kind.DENIED, "access from this address is denied");
    }
    if (route.allow() != null && !route.allow().contains(exchange.clientAddress)) {
      return ProxyError.of(Kind.DENIED, "access from this address is not allowed");
    }
    if (exchange.requestFraming == BodyFraming.LENGTH
        && exchange.requestLength > route.maxBodyBytes()) {
      return RequestRelay.tooLarge(route);
    }
    if (route.requireLength() && exchange.requestFraming == BodyFraming.MARKED) {
      return ProxyError.of(Kind.LENGTH_REQUIRED, "a Content-Length is required here");
    }
    return null;
  }
}
