package dev.penstock.engine.upstream;

import dev.penstock.engine.tls.TlsClient;
import dev.penstock.engine.tls.TlsConnection;
import dev.penstock.engine.tls.TlsWorker;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.Transport.ConnectCallback;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a connection to an endpoint usable: TCP to the first address that answers, the PROXY header
 * if there is one, then TLS if the upstream speaks it. Worker-confined.
 */
public final class EndpointConnect implements ConnectCallback, TlsConnection.Handshake {
  private final TlsWorker tls;
  private final @Nullable TlsClient client;
  private final HostPort endpoint;
  private final byte[] preface;
  private final long tlsTimeoutNs;
  private final ConnectCallback callback;
  private Runnable cancelConnect = () -> {};
  private @Nullable TlsConnection securing;
  private boolean isOver;

  private EndpointConnect(
      TlsWorker tls,
      @Nullable TlsClient client,
      HostPort endpoint,
      byte[] preface,
      long tlsTimeoutNs,
      ConnectCallback callback) {
    this.tls = tls;
    this.client = client;
    this.endpoint = endpoint;
    this.preface = preface;
    this.tlsTimeoutNs = tlsTimeoutNs;
    this.callback = callback;
  }

  /**
   * Begins; one method of {@code callback} is called later.
   *
   * @param client null for plain connections
   * @param addresses of {@code endpoint}; at least one, best first
   * @param preface sent before anything else; may be empty
   * @return cancels the attempt; neither method is called afterwards
   */
  public static Runnable begin(
      TlsWorker tls,
      @Nullable TlsClient client,
      HostPort endpoint,
      List<InetSocketAddress> addresses,
      byte[] preface,
      TimeoutRules timeouts,
      ConnectCallback callback) {
    long tlsNs = timeouts.tls().toNanos();
    EndpointConnect attempt = new EndpointConnect(tls, client, endpoint, preface, tlsNs, callback);
    attempt.cancelConnect =
        HappyEyeballs.connect(tls.thread(), addresses, timeouts.connect().toNanos(), attempt);
    return attempt::cancel;
  }

  private void cancel() {
    isOver = true;
    cancelConnect.run();
    TlsConnection underWay = securing;
    if (underWay != null) underWay.close(true);
  }

  @Override
  public void onConnected(Connection connection) {
    if (preface.length > 0) connection.write(preface, 0, preface.length);
    TlsClient secure = client;
    if (secure == null) {
      callback.onConnected(connection);
      return;
    }
    securing =
        TlsConnection.begin(
            tls, connection, secure.engine(endpoint.host(), endpoint.port()), tlsTimeoutNs, this);
  }

  @Override
  public void onConnectFailed(IOException cause) {
    callback.onConnectFailed(cause);
  }

  @Override
  public void onSecure(TlsConnection connection) {
    securing = null;
    if (!isOver) callback.onConnected(connection);
  }

  @Override
  public void onHandshakeFailed(IOException cause) {
    securing = null;
    if (!isOver) callback.onConnectFailed(cause);
  }
}
