package dev.penstock.engine.io;

import dev.penstock.engine.observe.ListenerMetrics;
import dev.penstock.engine.observe.ListenerMetrics.Refusal;
import dev.penstock.engine.plan.Http2Policy.Mode;
import dev.penstock.engine.plan.ListenerPolicy;
import dev.penstock.engine.plan.ListenerPolicy.ProxyProtocol;
import dev.penstock.engine.proxy.ClientConnection;
import dev.penstock.engine.proxy.ClientIdentity;
import dev.penstock.engine.proxy.DownstreamHttp1;
import dev.penstock.engine.proxy.DownstreamHttp2;
import dev.penstock.engine.proxy.Http1Decoders;
import dev.penstock.engine.proxy.TlsFacts;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.tls.TlsConnection;
import dev.penstock.engine.tls.TlsServer;
import dev.penstock.engine.wire.Connection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One worker's socket of a listener: accepts connections and gives each to a protocol.
 * Worker-confined.
 */
final class ListenerSocket implements Ready {
  private static final Logger LOG = LogManager.getLogger(ListenerSocket.class);
  private static final int MAX_ACCEPTS_A_TURN = 64;
  private static final long RESOURCE_PAUSE_NS = 100_000_000L;
  private static final long SAY_EVERY_NS = 10_000_000_000L;

  private final ServingWorker home;
  private final Worker worker;
  private final ServerSocketChannel channel;
  private final ConnectionLimits limits;
  private final ListenerMetrics metrics;
  private Http1Decoders decoders;
  private ListenerPolicy policy;
  private @Nullable SelectionKey key;
  private final DescriptorReserve reserve = new DescriptorReserve();
  private long sayShortageNs = Long.MIN_VALUE;
  private int batch = 1;
  private int handshakes;

  ListenerSocket(
      ServingWorker home,
      ServerSocketChannel channel,
      ConnectionLimits limits,
      ListenerPolicy policy) {
    this.home = home;
    this.worker = home.worker();
    this.channel = channel;
    this.limits = limits;
    this.policy = policy;
    this.decoders = new Http1Decoders(policy, home.observer());
    this.metrics = home.observer().metrics().listener(policy.name());
  }

  void open() throws IOException {
    key = worker.register(channel, SelectionKey.OP_ACCEPT, this);
    reserve.fill();
  }

  /** Treats clients like this from now on, those that are connected from their next request on. */
  Http1Decoders policy(ListenerPolicy now) {
    policy = now;
    decoders = new Http1Decoders(now, home.observer());
    return decoders;
  }

  boolean isOn(ServerSocketChannel other) {
    return channel == other;
  }

  String name() {
    return policy.name();
  }

  /** Takes no more connections; those there are stay. */
  void close() {
    // Clients that wait in the backlog have been promised a connection by the kernel.
    for (SocketChannel waiting; (waiting = accept()) != null; ) take(waiting);
    reserve.release();
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("closing listener {} failed", policy.name(), e);
    }
  }

  @Override
  public void onReady(int ops) {
    // One accept for a lone client, more when there is a crowd: each try in vain is a system call.
    for (int i = 0; i < batch; i++) {
      SocketChannel accepted = accept();
      if (accepted == null) {
        batch = 1;
        return;
      }
      take(accepted);
    }
    batch = Math.min(MAX_ACCEPTS_A_TURN, batch * 2);
  }

  private @Nullable SocketChannel accept() {
    try {
      return channel.accept();
    } catch (IOException e) {
      if (channel.isOpen()) onShortage(e);
      return null;
    }
  }

  /**
   * No descriptor is left (L10): waiting clients wait until one is free; accepting in a loop would
   * help nobody. What is said of it needs descriptors itself, so the reserve is opened.
   */
  private void onShortage(IOException cause) {
    metrics.refused(Refusal.RESOURCES);
    reserve.release();
    long nowNs = worker.clock().nanoTime();
    if (sayShortageNs == Long.MIN_VALUE || nowNs - sayShortageNs > 0) {
      sayShortageNs = nowNs + SAY_EVERY_NS;
      LOG.warn(
          "listener {} cannot accept: {}; raise the limit of open files",
          name(),
          cause.getMessage());
    }
    SelectionKey mine = key;
    if (mine == null) return;
    mine.interestOps(0);
    worker
        .timers()
        .schedule(
            new TimerWheel.Timer() {
              @Override
              protected void onTimer() {
                reserve.fill();
                if (mine.isValid()) mine.interestOps(SelectionKey.OP_ACCEPT);
              }
            },
            nowNs + RESOURCE_PAUSE_NS);
  }

  private void take(SocketChannel accepted) {
    Runnable leave = () -> {};
    try {
      accepted.configureBlocking(false);
      InetSocketAddress peer = (InetSocketAddress) accepted.getRemoteAddress();
      if (!admit(accepted, peer.getAddress())) return;
      metrics.accepted();
      boolean counted = policy.maxConnectionsPerClient() > 0;
      Runnable gone =
          () -> {
            limits.leave(peer.getAddress(), counted);
            metrics.closed();
          };
      leave = gone;
      SocketConnection connection =
          new SocketConnection(worker, accepted, ProxyHeaderReader.UNCLAIMED);
      if (policy.proxyProtocol() == ProxyProtocol.OFF) {
        secure(connection, peer, connection.local(), gone, decoders);
      } else {
        readProxyHeader(connection, gone);
      }
    } catch (IOException e) {
      LOG.debug("a connection ended before it began", e);
      closeQuietly(accepted);
      leave.run();
    }
  }

  private boolean admit(SocketChannel accepted, InetAddress client) {
    Refusal refusal =
        switch (limits.enter(client, policy, worker.clock().nanoTime())) {
          case OK -> null;
          case TOO_MANY -> Refusal.TOO_MANY;
          case TOO_MANY_OF_CLIENT -> Refusal.TOO_MANY_OF_CLIENT;
          case TOO_FAST -> Refusal.TOO_FAST;
        };
    if (refusal == null) return true;
    metrics.refused(refusal);
    closeQuietly(accepted);
    return false;
  }

  private void readProxyHeader(SocketConnection connection, Runnable gone) {
    Http1Decoders then = decoders;
    new ProxyHeaderReader(
            worker,
            connection,
            policy.proxyProtocol(),
            policy.proxyTrusted(),
            policy.proxyTimeoutNs(),
            (source, destination) -> secure(connection, source, destination, gone, then),
            reason -> {
              LOG.debug("PROXY header from {}: {}", connection.remote(), reason);
              metrics.refused(Refusal.PROXY_HEADER);
              gone.run();
            })
        .start();
  }

  /** Agrees on TLS first, where the listener speaks it. */
  private void secure(
      SocketConnection connection,
      InetSocketAddress peer,
      InetSocketAddress local,
      Runnable gone,
      Http1Decoders how) {
    TlsServer tls = how.policy().tls();
    if (tls == null) {
      serve(connection, peer, local, gone, how);
      return;
    }
    if (handshakes >= tls.rules().maxHandshakes()) {
      connection.close(true);
      onNoTls(peer, new IOException("too many handshakes at once"), gone);
      return;
    }
    handshakes++;
    var _ =
        TlsConnection.begin(
            home.driver().tls(),
            connection,
            tls.engine(),
            tls.rules().handshakeTimeoutNs(),
            new TlsConnection.Handshake() {
              @Override
              public void onSecure(TlsConnection secured) {
                handshakes--;
                serve(secured, peer, local, gone, how);
              }

              @Override
              public void onHandshakeFailed(IOException cause) {
                handshakes--;
                onNoTls(peer, cause, gone);
              }
            });
  }

  private void onNoTls(InetSocketAddress peer, IOException cause, Runnable gone) {
    LOG.debug("TLS with {} on listener {}: {}", peer, name(), cause.getMessage());
    metrics.refused(Refusal.TLS);
    gone.run();
  }

  private void serve(
      Connection connection,
      InetSocketAddress peer,
      InetSocketAddress local,
      Runnable gone,
      Http1Decoders how) {
    ClientIdentity identity =
        new ClientIdentity(
            peer,
            local,
            connection instanceof TlsConnection secure ? TlsFacts.of(secure) : null,
            home.nextConnection());
    Mode http2 = how.policy().http2().mode();
    if (connection instanceof TlsConnection secure) {
      var _ = serve(connection, identity, gone, how, "h2".equals(secure.protocol()));
    } else if (http2 == Mode.ON) {
      var _ =
          new PrefaceReader(
              worker,
              connection,
              how.policy().keepAliveNs(),
              isHttp2 -> serve(connection, identity, gone, how, isHttp2),
              gone);
    } else {
      var _ = serve(connection, identity, gone, how, false);
    }
  }

  private ClientConnection serve(
      Connection connection,
      ClientIdentity identity,
      Runnable gone,
      Http1Decoders how,
      boolean isHttp2) {
    return home.add(
        name(),
        onGone ->
            isHttp2
                ? new DownstreamHttp2(home.driver(), how, connection, identity, onGone)
                : new DownstreamHttp1(home.driver(), how, connection, identity, onGone),
        gone);
  }

  private static void closeQuietly(SocketChannel accepted) {
    try {
      accepted.close();
    } catch (IOException e) {
      LOG.debug("closing failed", e);
    }
  }
}
