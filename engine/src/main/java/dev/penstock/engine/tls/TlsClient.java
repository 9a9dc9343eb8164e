package dev.penstock.engine.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How an upstream is spoken to in TLS. Sessions are resumed with the same upstream, name, and own
 * certificate only, since each has a context of its own (U22). Thread-safe.
 */
public final class TlsClient {
  private static final String[] PROBED = {"http/1.1"};
  private static final char[] NO_PASSWORD = new char[0];

  private final SSLContext context;
  private final Rules rules;

  /** By the name that is asked for: an upstream has few. */
  private final ConcurrentMap<String, SSLParameters> parameters = new ConcurrentHashMap<>();

  /**
   * How an upstream's endpoints are believed.
   *
   * @param name asked for and checked; null for the endpoint's host
   * @param authorities null for those of the Java runtime
   * @param verify false takes any certificate
   * @param own shown when asked for; null for none
   * @param protocols offered over it, best first (ALPN)
   */
  public record Rules(
      @Nullable String name,
      @Nullable List<X509Certificate> authorities,
      boolean verify,
      TlsVersion minimum,
      @Nullable ServerCertificate own,
      List<String> protocols) {
    public Rules {
      protocols = List.copyOf(protocols);
      authorities = authorities == null ? null : List.copyOf(authorities);
    }
  }

  public TlsClient(Rules rules) throws GeneralSecurityException {
    this.rules = rules;
    List<X509Certificate> authorities = rules.authorities;
    TrustManager @Nullable [] trust =
        !rules.verify
            ? new TrustManager[] {Anyone.INSTANCE}
            : authorities == null ? null : Protocols.trusting(authorities);
    context = SSLContext.getInstance("TLS");
    context.init(keys(rules.own), trust, null);
  }

  private static KeyManager @Nullable [] keys(@Nullable ServerCertificate own)
      throws GeneralSecurityException {
    if (own == null) return null;
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(X509Certificate[]::new));
      KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (IOException e) {
      throw new IllegalStateException("an empty store needs no input", e);
    }
  }

  /** For clients that make their connections themselves, and check names. */
  public SSLContext context() {
    return context;
  }

  /**
   * For a connection that was just made.
   *
   * @param host of the endpoint, as configured
   */
  public SSLEngine engine(String host, int port) {
    String name = nameOf(host);
    SSLEngine engine = context.createSSLEngine(name, port);
    engine.setUseClientMode(true);
    engine.setSSLParameters(parameters.computeIfAbsent(name, this::parametersOf));
    return engine;
  }

  private String nameOf(String host) {
    return rules.name == null ? host : rules.name;
  }

  private SSLParameters parametersOf(String name) {
    SSLParameters made = Protocols.parameters(context, rules.minimum);
    if (!isAddress(name)) made.setServerNames(List.of(new SNIHostName(name)));
    made.setApplicationProtocols(rules.protocols.toArray(String[]::new));
    if (rules.verify) made.setEndpointIdentificationAlgorithm("HTTPS");
    return made;
  }

  /** Addresses are not asked for by name (RFC 6066 §3). */
  private static boolean isAddress(String name) {
    if (name.indexOf(':') >= 0) return true;
    int last = name.lastIndexOf('.');
    return last > 0 && name.substring(last + 1).chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /**
   * The same over a blocking socket that is connected already, for probes, which speak HTTP/1.1.
   *
   * @return closes {@code socket} with itself
   */
  public Socket over(Socket socket, String host, int port) throws IOException {
    String name = nameOf(host);
    SSLSocket secured =
        (SSLSocket) context.getSocketFactory().createSocket(socket, name, port, true);
    secured.setUseClientMode(true);
    SSLParameters probing = parametersOf(name);
    probing.setApplicationProtocols(PROBED);
    secured.setSSLParameters(probing);
    return secured;
  }

  /** Whether connections of one are as good as those of the other. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsClient that && rules.equals(that.rules);
  }

  @Override
  public int hashCode() {
    return rules.hashCode();
  }

  /** Whom anyone can be, as the configuration says. */
  private static final class Anyone extends X509ExtendedTrustManager {
    static final Anyone INSTANCE = new Anyone();

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
