package dev.penstock.engine.control;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Range;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.spi.Config.Shorthand;
import dev.penstock.engine.tls.TlsVersion;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code tls:} of a listener. */
@Doc("Ends TLS here: clients speak https to this listener.")
public record TlsConfig(
    @Doc(
            "Who the gateway is, by the name that a client asks for: exact before *.wildcard. The first is shown"
                + " to clients that ask for none. A name may have an RSA and an EC certificate.")
        List<Certificate> certificates,
    @Doc("What becomes of a client that asks for a name that no certificate stands for.")
        @Default("refuse")
        UnknownName unknownName,
    @Doc("The oldest version that is spoken: \"1.2\" or \"1.3\".") @Default("\"1.2\"")
        TlsVersion minVersion,
    @Doc("Whether clients must show a certificate, and whose. Absent: no.")
        @Nullable ClientCertificates clientCertificates,
    @Doc("How long a handshake may take (L8).") @Default("5s") @Range("100ms..60s")
        Duration handshakeTimeout,
    @Doc("Handshakes at once on each worker; connections beyond are closed.")
        @Default("1000")
        @Range("1..1000000")
        int maxHandshakes) {

  public TlsConfig {
    certificates = List.copyOf(certificates);
    if (certificates.isEmpty())
      throw new IllegalArgumentException(
          "TLS needs a certificate: { chain: site.pem, key: site.key }, or { key-store: site.p12, password: ... }");
  }

  /** For names that no certificate stands for (T2). */
  public enum UnknownName {
    REFUSE,
    DEFAULT
  }

  /** A key and its certificates: two PEM files, or a PKCS#12 file. */
  @Doc("A private key and the certificates for it.")
  public record Certificate(
      @Doc("PEM file with the server's certificate, then those that lead up to an authority.")
          @Nullable String chain,
      @Doc("PEM file with the private key. Absent: it stands in the file of the chain.")
          @Nullable String key,
      @Doc("PKCS#12 file with both, instead of PEM files.") @Nullable String keyStore,
      @Doc("Of the encrypted key, or of the PKCS#12 file.") @Secret @Nullable String password) {

    public Certificate {
      if ((chain == null) == (keyStore == null))
        throw new IllegalArgumentException(
            "a certificate is either { chain: site.pem, key: site.key } or { key-store: site.p12, password: ... }");
      if (keyStore != null && key != null)
        throw new IllegalArgumentException(
            "the key of a key-store is inside; key belongs to chain");
      if (keyStore != null && password == null)
        throw new IllegalArgumentException("a key-store needs its password");
    }
  }

  /** mTLS (T7). */
  @Doc("Asks clients for a certificate.")
  public record ClientCertificates(
      @Doc("PEM file with the authorities whose certificates are believed.") @Shorthand
          String authorities,
      @Doc("Whether a client may go on without one.") @Default("require") Demand demand) {

    /** How much a certificate is wanted. */
    public enum Demand {
      REQUEST,
      REQUIRE
    }
  }
}
