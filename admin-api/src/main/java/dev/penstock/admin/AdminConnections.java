package dev.penstock.admin;

import dev.penstock.engine.tls.TlsServer;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes what speaks to a client that has just connected: HTTP/1.1, over TLS where the configuration
 * that is in force says so. A reload decides for the connections after it, as for listeners (T4).
 */
final class AdminConnections extends AbstractConnectionFactory {
  private final Supplier<@Nullable TlsServer> tls;
  private final HttpConnectionFactory plain;
  private final SslConnectionFactory secure;

  AdminConnections(HttpConfiguration http, Supplier<@Nullable TlsServer> tls) {
    super("admin");
    this.tls = tls;
    // Which host it may be is the gatekeeper's question; of the certificate it only tells.
    http.addCustomizer(new SecureRequestCustomizer(false));
    plain = new HttpConnectionFactory(http);
    secure = new SslConnectionFactory(new Engines(), plain.getProtocol());
    installBean(plain);
    installBean(secure);
  }

  /** Both are asked for by name, the one within the other. */
  HttpConnectionFactory plain() {
    return plain;
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint end) {
    return tls.get() == null
        ? plain.newConnection(connector, end)
        : secure.newConnection(connector, end);
  }

  /**
   * Jetty's TLS, with engines of ours. Where the configuration has none, Jetty still asks for one
   * at its start; it has no key, so that nobody could complete a handshake with it.
   */
  private final class Engines extends SslContextFactory.Server {
    @Override
    public SSLEngine newSSLEngine() {
      TlsServer now = tls.get();
      return now == null ? super.newSSLEngine() : now.engine();
    }

    @Override
    public SSLEngine newSSLEngine(InetSocketAddress client) {
      return newSSLEngine();
    }

    @Override
    public SSLEngine newSSLEngine(String host, int port) {
      return newSSLEngine();
    }
  }
}
