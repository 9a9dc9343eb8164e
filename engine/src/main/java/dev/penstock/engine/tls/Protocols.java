package dev.penstock.engine.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** What we offer and accept on either side (T1, RFC 9325). */
final class Protocols {
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
  private static final String[] GROUPS = {"x25519", "secp256r1", "secp384r1"};

  private Protocols() {}

  /**
   * Versions from {@code minimum} on, suites with forward secrecy and authenticated encryption
   * only, in our order.
   */
  static SSLParameters parameters(SSLContext context, TlsVersion minimum) {
    SSLParameters parameters = context.getDefaultSSLParameters();
    List<String> known = List.of(context.getSupportedSSLParameters().getCipherSuites());
    parameters.setCipherSuites(CIPHERS.stream().filter(known::contains).toArray(String[]::new));
    parameters.setProtocols(minimum.orLater());
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNamedGroups(GROUPS);
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    return parameters;
  }

  /** Believes certificates that lead up to one of these. */
  static TrustManager[] trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++)
        store.setCertificateEntry("authority-" + i, authorities.get(i));
      factory.init(store);
    } catch (IOException e) {
      throw new IllegalStateException("an empty store needs no input", e);
    }
    return factory.getTrustManagers();
  }
}
