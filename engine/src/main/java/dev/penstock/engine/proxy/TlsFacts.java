package dev.penstock.engine.proxy;

import dev.penstock.engine.tls.TlsConnection;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What a client's TLS connection tells about each of its requests.
 *
 * @param version {@code TLSv1.3}
 * @param cipher the suite, by its standard name
 * @param serverName what the client asked for; null for nothing
 * @param certificate the client's own, verified, as {@code Client-Cert} has it (RFC 9440 §2.2);
 *     null when it showed none
 */
public record TlsFacts(
    String version, String cipher, @Nullable String serverName, @Nullable String certificate) {

  public static TlsFacts of(TlsConnection connection) {
    SSLSession session = connection.session();
    return new TlsFacts(
        session.getProtocol(), session.getCipherSuite(), nameOf(session), certificateOf(session));
  }

  private static @Nullable String nameOf(SSLSession session) {
    if (!(session instanceof ExtendedSSLSession extended)) return null;
    for (SNIServerName name : extended.getRequestedServerNames()) {
      if (name instanceof SNIHostName host) return host.getAsciiName();
    }
    return null;
  }

  private static @Nullable String certificateOf(SSLSession session) {
    try {
      byte[] encoded = session.getPeerCertificates()[0].getEncoded();
      return ":" + Base64.getEncoder().encodeToString(encoded) + ":";
    } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
      return null;
    }
  }
}
