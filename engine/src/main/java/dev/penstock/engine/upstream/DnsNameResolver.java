package dev.penstock.engine.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.hosts.HostsFileParser;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Asks the DNS servers of the system: literals and {@code localhost} (RFC 6761 §6.3) are answered
 * here, then comes the hosts file, then A and AAAA at once (U19). Keeps nothing: who asks knows the
 * TTL.
 */
public final class DnsNameResolver implements NameResolver {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /**
   * What is known without asking anybody holds; it is looked at again all the same, for the hosts
   * file may change.
   */
  private static final Duration LOCAL_TTL = Duration.ofSeconds(5);

  private static final InetAddress LOOPBACK_4 = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress LOOPBACK_6 = InetAddress.ofLiteral("::1");

  private final LookupSession session;
  private final HostsFileParser hosts;

  private DnsNameResolver(LookupSession session, HostsFileParser hosts) {
    this.session = session;
    this.hosts = hosts;
  }

  /** Asks the servers that the system is set up with, with its search path. */
  public static DnsNameResolver ofSystem() {
    ExtendedResolver servers = new ExtendedResolver();
    servers.setTimeout(TIMEOUT);
    ResolverConfig config = ResolverConfig.getCurrentConfig();
    LookupSession session =
        LookupSession.builder()
            .resolver(servers)
            .searchPath(config.searchPath())
            .ndots(config.ndots())
            .build();
    return new DnsNameResolver(session, new HostsFileParser());
  }

  /** Asks {@code server} only, with this hosts file. */
  static DnsNameResolver of(Resolver server, HostsFileParser hosts) {
    return new DnsNameResolver(LookupSession.builder().resolver(server).build(), hosts);
  }

  @Override
  public CompletableFuture<Answer> resolve(String host, DiscoveryRules.Family family) {
    boolean wants4 = family != DiscoveryRules.Family.IPV6;
    boolean wants6 = family != DiscoveryRules.Family.IPV4;
    try {
      List<InetAddress> local = local(host, wants4, wants6);
      if (!local.isEmpty()) {
        return CompletableFuture.completedFuture(new Answer(local, LOCAL_TTL));
      }
      Name name = Name.fromString(host);
      CompletableFuture<Found> v4 = wants4 ? ask(name, Type.A) : Found.NOTHING;
      CompletableFuture<Found> v6 = wants6 ? ask(name, Type.AAAA) : Found.NOTHING;
      return v4.thenCombine(v6, (four, six) -> join(host, four, six));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * What one question gave; {@code failure} is null when the answer is good, even if it holds no
   * address.
   */
  private record Found(List<InetAddress> addresses, long ttlSeconds, @Nullable Throwable failure) {
    static final CompletableFuture<Found> NOTHING =
        CompletableFuture.completedFuture(new Found(List.of(), Long.MAX_VALUE, null));
  }

  private List<InetAddress> local(String host, boolean wants4, boolean wants6) throws IOException {
    List<InetAddress> found = new ArrayList<>(2);
    String lower = host.toLowerCase(Locale.ROOT);
    if (lower.equals("localhost") || lower.endsWith(".localhost")) {
      // IPv4 first: what listens on one of the two only, listens on that one nearly always.
      if (wants4) found.add(LOOPBACK_4);
      if (wants6) found.add(LOOPBACK_6);
      return found;
    }
    InetAddress literal = literal(lower);
    if (literal != null) return List.of(literal);
    Name name = absolute(lower);
    if (wants6) hosts.getAddressForHost(name, Type.AAAA).ifPresent(found::add);
    if (wants4) hosts.getAddressForHost(name, Type.A).ifPresent(found::add);
    return found;
  }

  private CompletableFuture<Found> ask(Name name, int type) {
    return session
        .lookupAsync(name, type)
        .handle((result, failure) ->
            failure == null ? found(result) : new Found(List.of(), Long.MAX_VALUE, failure))
        .toCompletableFuture();
  }

  private static Found found(LookupResult result) {
    List<InetAddress> addresses = new ArrayList<>();
    long ttl = Long.MAX_VALUE;
    for (Record each : result.getRecords()) {
      if (each instanceof ARecord a) addresses.add(a.getAddress());
      else if (each instanceof AAAARecord aaaa) addresses.add(aaaa.getAddress());
      else continue;
      ttl = Math.min(ttl, each.getTTL());
    }
    return new Found(addresses, ttl, null);
  }

  /** One family is enough: that the other fails, or does not exist, does not matter then. */
  private static Answer join(String host, Found four, Found six) {
    List<InetAddress> addresses = interleave(six.addresses, four.addresses);
    if (!addresses.isEmpty()) {
      long ttl = Math.min(four.ttlSeconds, six.ttlSeconds);
      return new Answer(addresses, Duration.ofSeconds(ttl));
    }
    Throwable why = isTrouble(four.failure) ? four.failure : six.failure;
    IOException failure =
        isTrouble(why)
            ? new IOException(host + ": " + why, why)
            : new UnknownHostException(host + " has no address");
    throw new CompletionException(failure);
  }

  /** Families take turns, IPv6 first (RFC 8305 §4). */
  static List<InetAddress> interleave(List<InetAddress> six, List<InetAddress> four) {
    List<InetAddress> turns = new ArrayList<>(six.size() + four.size());
    for (int i = 0; i < Math.max(six.size(), four.size()); i++) {
      if (i < six.size()) turns.add(six.get(i));
      if (i < four.size()) turns.add(four.get(i));
    }
    return turns;
  }

  private static boolean isTrouble(@Nullable Throwable failure) {
    Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
    return cause != null
        && !(cause instanceof NoSuchDomainException)
        && !(cause instanceof NoSuchRRSetException);
  }

  private static Name absolute(String host) throws TextParseException {
    return Name.fromString(host, Name.root);
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
