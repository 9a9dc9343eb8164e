package dev.penstock.engine.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a listener's certificate for each handshake by the name that the client asks for. The set
 * is exchanged while handshakes are under way: those that have chosen end with what they chose.
 * Thread-safe.
 */
final class ListenerKeys extends X509ExtendedKeyManager {
  private volatile Certificates current;
  private volatile Certificates before;

  ListenerKeys(Certificates first) {
    current = first;
    before = first;
  }

  void use(Certificates now) {
    if (now == current) return;
    before = current;
    current = now;
  }

  /** Lets handshakes for names that nothing stands for end with {@code unrecognized_name}. */
  SNIMatcher matcher() {
    return new SNIMatcher(StandardConstants.SNI_HOST_NAME) {
      @Override
      public boolean matches(SNIServerName name) {
        return current.takes(hostOf(name));
      }
    };
  }

  private static String hostOf(SNIServerName name) {
    return name instanceof SNIHostName host
        ? host.getAsciiName()
        : new SNIHostName(name.getEncoded()).getAsciiName();
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    String asked = null;
    if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
      for (SNIServerName name : session.getRequestedServerNames()) asked = hostOf(name);
    }
    return current.choose(asked, keyType);
  }

  private @Nullable ServerCertificate find(String alias) {
    ServerCertificate found = current.find(alias);
    return found == null ? before.find(alias) : found;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    ServerCertificate found = find(alias);
    return found == null ? null : found.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    ServerCertificate found = find(alias);
    return found == null ? null : found.key();
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
