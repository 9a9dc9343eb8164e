package dev.penstock.engine.proxy;

import dev.penstock.engine.http.h1.Http1Encoder;
import dev.penstock.engine.observe.EndpointMetrics;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.tls.TlsClient;
import dev.penstock.engine.tls.TlsWorker;
import dev.penstock.engine.upstream.Destinations;
import dev.penstock.engine.upstream.PoolRules.Reuse;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import dev.penstock.engine.upstream.UpstreamRules;
import dev.penstock.engine.upstream.UpstreamRules.Protocol;
import dev.penstock.engine.upstream.UpstreamRules.ProxyHeader;
import dev.penstock.engine.upstream.UpstreamWorker;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.WorkerThread;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One worker's connections to endpoints: idle ones newest first, so that spare ones reach their
 * idle time and leave by themselves (U2). Kept by endpoint over all snapshots. Worker-confined.
 */
final class UpstreamPools {
  private static final byte[] NOTHING = {};
  private static final long NS_PER_S = 1_000_000_000L;

  private final WorkerThread worker;
  private final TlsWorker tls;
  private final Http2Worker http2;
  private final Observer observer;
  private final Http1Encoder encoder;
  private final RandomGenerator random;
  private final Map<Object, Lane> lanes = new HashMap<>();
  private long poisoned;
  private long hits;
  private long misses;

  UpstreamPools(
      WorkerThread worker,
      TlsWorker tls,
      Http2Worker http2,
      Observer observer,
      Http1Encoder encoder,
      RandomGenerator random) {
    this.worker = worker;
    this.tls = tls;
    this.http2 = http2;
    this.observer = observer;
    this.encoder = encoder;
    this.random = random;
  }

  /** Who wants a connection. */
  interface Taker {
    void onStream(UpstreamStream stream);

    void onNoStream(ProxyError error);
  }

  /**
   * Gives {@code attempt} an idle connection at once, or a new one later.
   *
   * @param repeatable whether any kept connection will do: otherwise only one that has been reused
   *     before (U3)
   */
  void take(
      UpstreamWorker upstream,
      UpstreamEndpoint endpoint,
      LiveExchange exchange,
      boolean repeatable) {
    Lane lane = lane(endpoint);
    lane.rules(upstream.upstream().rules(), observer.counts(upstream, endpoint));
    Attempt attempt = exchange.attempt;
    Protocol protocol = upstream.upstream().rules().protocol();
    if (protocol != Protocol.HTTP1 && lane.share(upstream, endpoint, exchange)) return;
    boolean needsNew = exchange.needsFresh || protocol == Protocol.HTTP2;
    UpstreamHttp1 idle =
        needsNew ? null : lane.take(endpoint, upstream.upstream().tls(), repeatable);
    if (idle != null) {
      hits++;
      idle.begin(attempt);
      attempt.onStream(idle);
      return;
    }
    misses++;
    if (!upstream.mayConnect()) {
      attempt.onNoStream(ProxyError.of(Kind.CIRCUIT_OPEN, "too many connections to the upstream"));
      return;
    }
    List<InetSocketAddress> addresses = endpoint.addresses();
    if (addresses.isEmpty()) {
      attempt.onNoStream(
          ProxyError.of(Kind.DNS_FAILED, "no address is known for " + endpoint.name()));
      return;
    }
    if (exchange.isGuarded) {
      addresses =
          addresses.stream().filter(a -> !Destinations.INTERNAL.contains(a.getAddress())).toList();
      if (addresses.isEmpty()) {
        attempt.onNoStream(
            ProxyError.of(Kind.DESTINATION_REFUSED, "the destination is in an internal network"));
        return;
      }
    }
    lane.connect(upstream, endpoint, addresses, exchange);
  }

  private Lane lane(UpstreamEndpoint endpoint) {
    Object key = endpoint.key();
    Lane lane = lanes.get(key);
    if (lane == null) lanes.put(key, lane = new Lane());
    return lane;
  }

  /** Forgets endpoints that have no connection, so that changes of configuration leave nothing. */
  void prune() {
    lanes.values().removeIf(lane -> lane.open.isEmpty() && lane.connecting.isEmpty());
  }

  /** Connections that wait for a request. */
  int idle() {
    int idle = 0;
    for (Lane lane : lanes.values()) idle += lane.size;
    return idle;
  }

  long poisoned() {
    return poisoned;
  }

  long hits() {
    return hits;
  }

  long misses() {
    return misses;
  }

  /** Closes all idle connections. */
  void close() {
    for (Lane lane : lanes.values()) lane.closeIdle();
  }

  /** The connections to one endpoint. */
  final class Lane {
    private @Nullable UpstreamRules rules;
    private @Nullable EndpointMetrics counts;
    private @Nullable UpstreamHttp1 newest;
    private int size;
    private final List<UpstreamConnecting> connecting = new ArrayList<>();
    private final List<UpstreamHttp2> shared = new ArrayList<>();
    private final Map<Object, Runnable> open = new HashMap<>();

    /** Whether the endpoint that was asked last, or not at all, speaks HTTP/1.1 only. */
    private boolean speaksOne;

    void rules(UpstreamRules now, EndpointMetrics counting) {
      rules = now;
      counts = counting;
    }

    boolean isSingleUse() {
      UpstreamRules now = rules;
      return now == null
          || now.pool().reuse() == Reuse.NEVER
          || now.sendProxyProtocol() != ProxyHeader.OFF;
    }

    TimerWheel timers() {
      return worker.timers();
    }

    long nowNs() {
      return worker.clock().nanoTime();
    }

    @Nullable UpstreamHttp1 take(
        UpstreamEndpoint endpoint, @Nullable TlsClient secure, boolean repeatable) {
      boolean anyWillDo = repeatable || rules == null || rules.pool().reuse() == Reuse.ALWAYS;
      long nowNs = nowNs();
      UpstreamHttp1 before = null;
      for (UpstreamHttp1 each = newest; each != null; each = each.older) {
        if (each.isFresh(nowNs)
            && (anyWillDo || each.served() > 1)
            && (each.tls() == secure || Objects.equals(each.tls(), secure))
            && endpoint.isAt(each.connection().remote())) {
          unlink(before, each);
          return each;
        }
        before = each;
      }
      return null;
    }

    void keep(UpstreamHttp1 connection, long hintSeconds) {
      UpstreamRules now = rules;
      if (now == null || size >= now.pool().maxIdle()) {
        connection.connection().close(false);
        return;
      }
      long nowNs = nowNs();
      long idleNs = now.timeouts().keepAlive().toNanos();
      // Leave before the endpoint does (U2).
      if (hintSeconds >= 0) idleNs = Math.min(idleNs, Math.max(0, hintSeconds - 1) * NS_PER_S);
      long ageNs = now.pool().maxAge().toNanos();
      long endNs = connection.openedNs() + ageNs - (long) (random.nextDouble() * 0.1 * ageNs);
      long untilNs = Math.min(nowNs + idleNs, endNs);
      if (untilNs <= nowNs) {
        connection.connection().close(false);
        return;
      }
      connection.older = newest;
      newest = connection;
      resized(1);
      connection.idleUntil(untilNs);
    }

    /** Takes {@code connection} out of the idle ones, if it is among them. */
    void forget(UpstreamHttp1 connection) {
      UpstreamHttp1 before = null;
      for (UpstreamHttp1 each = newest; each != null; each = each.older) {
        if (each == connection) {
          unlink(before, each);
          return;
        }
        before = each;
      }
    }

    private void unlink(@Nullable UpstreamHttp1 before, UpstreamHttp1 connection) {
      if (before == null) newest = connection.older;
      else before.older = connection.older;
      connection.older = null;
      resized(-1);
    }

    /** So many connections more, or less, wait for a request. */
    void resized(int by) {
      size += by;
      if (counts != null) counts.idle(size);
    }

    void onPoisoned(UpstreamHttp1 connection) {
      poisoned++;
    }

    void leaves(Object connection) {
      Runnable count = open.remove(connection);
      if (count != null) count.run();
    }

    /** Whether another connection may wait for requests. */
    boolean keepsMore() {
      UpstreamRules now = rules;
      return now != null && size < now.pool().maxIdle();
    }

    void closeIdle() {
      for (UpstreamHttp2 each : List.copyOf(shared)) each.shutDown();
      UpstreamHttp1 each;
      while ((each = newest) != null) {
        unlink(null, each);
        each.connection().close(false);
      }
    }

    /** Opens a connection for {@code exchange}, and for others that come meanwhile. */
    void connect(
        UpstreamWorker upstream,
        UpstreamEndpoint endpoint,
        List<InetSocketAddress> addresses,
        LiveExchange exchange) {
      upstream.connectionOpened(endpoint);
      UpstreamRules now = upstream.upstream().rules();
      byte[] preface =
          now.sendProxyProtocol() == ProxyHeader.OFF
              ? NOTHING
              : ProxyHeaderWriter.header(now.sendProxyProtocol(), exchange);
      boolean isJoinable =
          now.protocol() != Protocol.HTTP1
              && !speaksOne
              && !isSingleUse()
              && !exchange.isGuarded
              && !exchange.wantsUpgrade;
      UpstreamConnecting begun = new UpstreamConnecting(this, upstream, endpoint, isJoinable);
      connecting.add(begun);
      begun.begin(tls, addresses, preface, exchange.attempt);
    }

    /** Gives {@code attempt} a stream of a connection that others use; false when there is none. */
    boolean share(UpstreamWorker upstream, UpstreamEndpoint endpoint, LiveExchange exchange) {
      if (isSingleUse() || exchange.isGuarded) return false;
      TlsClient secure = upstream.upstream().tls();
      for (UpstreamHttp2 each : shared) {
        if (each.canOpen()
            && (!exchange.needsFresh || !each.isReused())
            && Objects.equals(each.tls(), secure)
            && endpoint.isAt(each.connection().remote())) {
          hits++;
          exchange.attempt.onStream(each.open(exchange.attempt));
          return true;
        }
      }
      for (UpstreamConnecting each : connecting) {
        if (each.join(upstream, endpoint, exchange.attempt)) {
          misses++;
          return true;
        }
      }
      return false;
    }

    /** {@code connecting} has come to an end, good or bad. */
    void ended(UpstreamConnecting one) {
      connecting.remove(one);
    }

    EndpointMetrics counts(UpstreamWorker upstream, UpstreamEndpoint endpoint) {
      return observer.counts(upstream, endpoint);
    }

    UpstreamHttp1 openHttp1(Connection connection, @Nullable TlsClient secure, Runnable gone) {
      speaksOne = true;
      UpstreamHttp1 opened = new UpstreamHttp1(this, connection, secure, encoder, nowNs());
      open.put(opened, gone);
      return opened;
    }

    UpstreamHttp2 openHttp2(
        Connection connection, @Nullable TlsClient secure, UpstreamRules by, Runnable gone) {
      speaksOne = false;
      long ageNs = by.pool().maxAge().toNanos();
      long endNs = nowNs() + ageNs - (long) (random.nextDouble() * 0.1 * ageNs);
      UpstreamHttp2 opened = new UpstreamHttp2(this, connection, secure, http2, by, endNs);
      open.put(opened, gone);
      shared.add(opened);
      return opened;
    }

    /** It takes no more requests. */
    void unshare(UpstreamHttp2 connection) {
      shared.remove(connection);
    }

    WorkerThread worker() {
      return worker;
    }
  }

  static ProxyError errorOf(IOException cause) {
    String reason =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    Kind kind =
        cause instanceof SocketTimeoutException
            ? Kind.CONNECT_TIMEOUT
            : cause instanceof ConnectException
                ? Kind.CONNECT_REFUSED
                : cause instanceof SSLException ? Kind.TLS_FAILED : Kind.CONNECT_FAILED;
    return ProxyError.of(kind, reason);
  }
}
