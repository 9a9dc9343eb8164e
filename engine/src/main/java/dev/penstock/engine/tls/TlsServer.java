package dev.penstock.engine.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How a listener does TLS, as one snapshot has it. Thread-safe.
 *
 * <p>Ticket keys live as long as the listener keeps its name and what it asks of clients: they are
 * shared by all workers and over reloads, and by no other listener, so that a session without a
 * client certificate cannot be resumed where one is required (T10).
 */
public final class TlsServer {
  /** Whether clients show a certificate. */
  public enum ClientAuth {
    NONE,
    REQUEST,
    REQUIRE
  }

  /**
   * What is asked of clients.
   *
   * @param authorities whose certificates clients may show; empty exactly when they need none
   */
  public record Clients(ClientAuth auth, List<X509Certificate> authorities) {
    public static final Clients ANY = new Clients(ClientAuth.NONE, List.of());

    public Clients {
      authorities = List.copyOf(authorities);
    }
  }

  /**
   * What a listener is to do.
   *
   * @param certificates the default in front
   * @param refusesUnknown whether a client that asks for another name is refused (T2)
   * @param handshakeTimeoutNs L8
   * @param maxHandshakes at once on each worker
   * @param http2 whether HTTP/2 is offered, before HTTP/1.1 (T3)
   */
  public record Rules(
      List<ServerCertificate> certificates,
      boolean refusesUnknown,
      TlsVersion minimum,
      Clients clients,
      long handshakeTimeoutNs,
      int maxHandshakes,
      boolean http2) {
    public Rules {
      certificates = List.copyOf(certificates);
      if (certificates.isEmpty()) throw new IllegalArgumentException("TLS needs a certificate");
    }
  }

  /** What outlives snapshots: the contexts with their ticket keys. */
  public static final class Registry {
    private final ConcurrentMap<Key, Context> contexts = new ConcurrentHashMap<>();

    private record Key(String listener, Clients clients) {}

    private record Context(SSLContext tls, ListenerKeys keys) {}

    /** For a new snapshot; nothing changes for clients before {@link TlsServer#activate}. */
    public TlsServer prepare(String listener, Rules rules) throws GeneralSecurityException {
      Certificates certificates = new Certificates(rules.certificates, rules.refusesUnknown);
      Key key = new Key(listener, rules.clients);
      Context context = contexts.get(key);
      if (context == null) {
        Context fresh = context(rules.clients, certificates);
        Context other = contexts.putIfAbsent(key, fresh);
        context = other == null ? fresh : other;
      }
      return new TlsServer(context, certificates, rules);
    }

    /** Forgets listeners that are not among these. */
    public void retain(Set<String> listeners) {
      contexts.keySet().removeIf(each -> !listeners.contains(each.listener));
    }

    private static Context context(Clients clients, Certificates certificates)
        throws GeneralSecurityException {
      ListenerKeys keys = new ListenerKeys(certificates);
      SSLContext tls = SSLContext.getInstance("TLS");
      TrustManager[] trust =
          clients.authorities.isEmpty()
              ? new TrustManager[0]
              : Protocols.trusting(clients.authorities);
      tls.init(new KeyManager[] {keys}, trust, null);
      SSLSessionContext sessions = tls.getServerSessionContext();
      sessions.setSessionTimeout(SESSION_SECONDS);
      sessions.setSessionCacheSize(MAX_SESSIONS);
      return new Context(tls, keys);
    }
  }

  private static final int SESSION_SECONDS = 3600;
  private static final int MAX_SESSIONS = 20_480;

  private final Registry.Context context;
  private final Certificates certificates;
  private final Rules rules;
  private final SSLParameters parameters;

  private TlsServer(Registry.Context context, Certificates certificates, Rules rules) {
    this.context = context;
    this.certificates = certificates;
    this.rules = rules;
    parameters = Protocols.parameters(context.tls, rules.minimum);
    if (rules.http2) parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    parameters.setSNIMatchers(List.of(context.keys.matcher()));
    switch (rules.clients.auth) {
      case REQUEST -> parameters.setWantClientAuth(true);
      case REQUIRE -> parameters.setNeedClientAuth(true);
      case NONE -> {}
    }
  }

  /** Handshakes that begin from now on are shown these certificates (T4). */
  public void activate() {
    context.keys.use(certificates);
  }

  public Rules rules() {
    return rules;
  }

  /**
   * Whether a request for {@code host} may come on a connection that was made for {@code
   * serverName}: the certificate shown there stands for both (F13, RFC 9113 §9.1.1).
   *
   * @param serverName null for a client that named none, of which nothing can be said
   */
  public boolean isAuthoritative(@Nullable String serverName, String host) {
    return serverName == null || certificates.isSame(serverName, host);
  }

  /** For a connection that was just accepted. */
  public SSLEngine engine() {
    SSLEngine engine = context.tls.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
