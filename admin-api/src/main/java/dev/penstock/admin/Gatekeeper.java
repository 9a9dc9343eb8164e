package dev.penstock.admin;

import dev.penstock.engine.control.AdminConfig;
import dev.penstock.engine.control.AdminRole;
import dev.penstock.engine.time.NanoClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says who may come in, and from where (A12): a web page that rebinds its own name to our address,
 * or posts to it from a visitor's browser, must not get through. Thread-safe.
 */
final class Gatekeeper {
  private static final int MOST_FAILURES = 10;
  private static final int MOST_ADDRESSES = 10_000;
  private static final long WINDOW_MILLIS = 60_000;

  private final InetSocketAddress bound;
  private final Supplier<AdminConfig> rules;
  private final Tokens tokens;
  private final NanoClock clock;
  private final Map<String, Deque<Long>> failures = new LinkedHashMap<>();

  Gatekeeper(InetSocketAddress bound, Supplier<AdminConfig> rules, Tokens tokens, NanoClock clock) {
    this.bound = bound;
    this.rules = rules;
    this.tokens = tokens;
    this.clock = clock;
  }

  /** Refuses requests that are not for us, or that another site sends. */
  void checkPlace(@Nullable String host, @Nullable String origin, @Nullable String fetchSite) {
    if (host == null || !isOurs(host))
      throw new Problem(
          Problem.Kind.MISDIRECTED,
          "Host is neither an address of this server nor localhost; names are listed in admin.hosts");
    if ("cross-site".equals(fetchSite))
      throw new Problem(Problem.Kind.FORBIDDEN, "another site sends this request");
    if (origin != null && !isOwn(origin, host) && !rules.get().origins().contains(origin))
      throw new Problem(
          Problem.Kind.FORBIDDEN,
          "the origin is not this server's; others are listed in admin.origins");
  }

  private boolean isOurs(String host) {
    String name = host.strip().toLowerCase(Locale.ROOT);
    int port = name.lastIndexOf(':');
    if (port > name.lastIndexOf(']')) name = name.substring(0, port);
    if (name.equals("localhost") || rules.get().hosts().contains(name)) return true;
    InetAddress named;
    try {
      boolean isBracketed = name.startsWith("[") && name.endsWith("]");
      named = InetAddress.ofLiteral(isBracketed ? name.substring(1, name.length() - 1) : name);
    } catch (IllegalArgumentException e) {
      return false;
    }
    InetAddress address = bound.getAddress();
    return address.isAnyLocalAddress() || named.isLoopbackAddress() || named.equals(address);
  }

  private static boolean isOwn(String origin, String host) {
    try {
      return host.equalsIgnoreCase(new URI(origin).getRawAuthority());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /**
   * Who it is: the bearer of the token in this field, or without one whoever showed a certificate
   * that is listed.
   *
   * @throws Problem when nobody, not enough, or not now
   */
  Tokens.Token identify(@Nullable String authorization, Peer peer, AdminRole needed) {
    refuseThrottled(peer.address());
    Tokens.Token token = authorization == null ? listed(peer) : known(authorization);
    if (token == null) {
      if (authorization != null) failed(peer.address());
      throw new Problem(
              Problem.Kind.UNAUTHORIZED,
              authorization == null ? nobody(peer) : "the token is unknown, revoked or expired")
          .header("WWW-Authenticate", "Bearer realm=\"penstock\"");
    }
    if (!token.role().mayAct(needed))
      throw new Problem(
          Problem.Kind.FORBIDDEN,
          "this takes the role " + needed.text() + "; the token has " + token.role().text());
    return token;
  }

  private String nobody(Peer peer) {
    if (peer.certificate() == null) return "send Authorization: Bearer and a token";
    return "admin.clients lists none of " + String.join(", ", peer.names()) + "; send a token";
  }

  /** The first entry of {@code admin.clients} that names it. */
  private Tokens.@Nullable Token listed(Peer peer) {
    Set<String> names = peer.names();
    for (Map.Entry<String, AdminRole> each : rules.get().clients().entrySet())
      if (names.contains(each.getKey()))
        return new Tokens.Token("certificate", each.getKey(), each.getValue(), "", 0, null, null);
    return null;
  }

  private Tokens.@Nullable Token known(String authorization) {
    if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) return null;
    String secret = authorization.substring(7).strip();
    if (secret.isEmpty() || secret.length() > 200) return null;
    String configured = rules.get().token();
    Tokens.Token found = tokens.find(secret, clock.wallMillis());
    if (configured != null && isSame(configured, secret))
      return new Tokens.Token("configured", "admin.token", AdminRole.ADMIN, "", 0, null, null);
    return found;
  }

  private static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(
        Tokens.digest(one).getBytes(StandardCharsets.ISO_8859_1),
        Tokens.digest(other).getBytes(StandardCharsets.ISO_8859_1));
  }

  private synchronized void refuseThrottled(String address) {
    Deque<Long> times = failures.get(address);
    if (times == null) return;
    long since = clock.wallMillis() - WINDOW_MILLIS;
    while (!times.isEmpty() && times.getFirst() <= since) times.removeFirst();
    if (times.isEmpty()) failures.remove(address);
    if (times.size() < MOST_FAILURES) return;
    long waitMillis = times.getFirst() - since;
    throw new Problem(
            Problem.Kind.THROTTLED, "too many failed sign-ins from this address; wait a while")
        .header("Retry-After", Long.toString(waitMillis / 1000 + 1));
  }

  private synchronized void failed(String address) {
    if (failures.size() >= MOST_ADDRESSES)
      failures.remove(List.copyOf(failures.keySet()).getFirst());
    failures.computeIfAbsent(address, a -> new ArrayDeque<>()).addLast(clock.wallMillis());
  }
}
