package dev.penstock.engine.proxy;

import dev.penstock.engine.observe.EndpointMetrics;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.ProxyError.Kind;
import dev.penstock.engine.tls.TlsClient;
import dev.penstock.engine.tls.TlsConnection;
import dev.penstock.engine.tls.TlsWorker;
import dev.penstock.engine.upstream.EndpointConnect;
import dev.penstock.engine.upstream.UpstreamEndpoint;
import dev.penstock.engine.upstream.UpstreamRules;
import dev.penstock.engine.upstream.UpstreamRules.Protocol;
import dev.penstock.engine.upstream.UpstreamWorker;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;

/**
 * A connection on its way to an endpoint, and the attempts that wait for it: one, or as many as
 * will share it when it turns out to speak HTTP/2.
 */
final class UpstreamConnecting implements Transport.ConnectCallback {
  private final UpstreamPools.Lane lane;
  private final UpstreamWorker upstream;
  private final UpstreamEndpoint endpoint;
  private final boolean isJoinable;
  private final ArrayDeque<Attempt> waiting = new ArrayDeque<>(2);
  private final long beganNs;
  private Runnable cancel = () -> {};
  private boolean isOver;

  UpstreamConnecting(
      UpstreamPools.Lane lane,
      UpstreamWorker upstream,
      UpstreamEndpoint endpoint,
      boolean isJoinable) {
    this.lane = lane;
    this.upstream = upstream;
    this.endpoint = endpoint;
    this.isJoinable = isJoinable;
    this.beganNs = lane.nowNs();
  }

  void begin(TlsWorker tls, List<InetSocketAddress> addresses, byte[] preface, Attempt first) {
    add(first);
    cancel =
        EndpointConnect.begin(
            tls,
            upstream.upstream().tls(),
            endpoint.where(),
            addresses,
            preface,
            upstream.upstream().rules().timeouts(),
            this);
  }

  /** Lets {@code attempt} wait too; false when it has to look for another connection. */
  boolean join(UpstreamWorker by, UpstreamEndpoint to, Attempt attempt) {
    boolean fits = isJoinable && !isOver && by == upstream && to == endpoint;
    if (!fits || waiting.size() >= UpstreamHttp2.ASSUMED_STREAMS) return false;
    add(attempt);
    return true;
  }

  private void add(Attempt attempt) {
    waiting.addLast(attempt);
    attempt.cancelWith(() -> forget(attempt));
  }

  private void forget(Attempt attempt) {
    waiting.remove(attempt);
    if (isOver || !waiting.isEmpty()) return;
    cancel.run();
    end();
    upstream.connectionClosed(endpoint);
  }

  private void end() {
    isOver = true;
    lane.ended(this);
  }

  @Override
  public void onConnected(Connection connection) {
    end();
    EndpointMetrics counting = lane.counts(upstream, endpoint);
    counting.connected(lane.nowNs() - beganNs);
    Runnable gone =
        () -> {
          upstream.connectionClosed(endpoint);
          counting.disconnected();
        };
    UpstreamRules rules = upstream.upstream().rules();
    TlsClient secure = upstream.upstream().tls();
    String agreed = connection instanceof TlsConnection secured ? secured.protocol() : "";
    boolean isHttp2 = secure == null ? rules.protocol() == Protocol.HTTP2 : "h2".equals(agreed);
    if (isHttp2) {
      share(lane.openHttp2(connection, secure, rules, gone));
    } else if (rules.protocol() == Protocol.HTTP2) {
      gone.run();
      connection.close(false);
      fail(ProxyError.of(Kind.TLS_FAILED, "the endpoint has not agreed to HTTP/2"));
    } else {
      Attempt first = waiting.pollFirst();
      UpstreamHttp1 opened = lane.openHttp1(connection, secure, gone);
      if (first != null) {
        opened.begin(first);
        first.onStream(opened);
      }
      againAll();
    }
  }

  private void share(UpstreamHttp2 opened) {
    while (!waiting.isEmpty() && opened.canOpen()) {
      Attempt next = waiting.removeFirst();
      next.onStream(opened.open(next));
    }
    againAll();
  }

  private void againAll() {
    while (!waiting.isEmpty()) waiting.removeFirst().wishAgain();
  }

  @Override
  public void onConnectFailed(IOException cause) {
    end();
    upstream.connectionClosed(endpoint);
    fail(UpstreamPools.errorOf(cause));
  }

  private void fail(ProxyError error) {
    while (!waiting.isEmpty()) waiting.removeFirst().onNoStream(error);
  }
}
