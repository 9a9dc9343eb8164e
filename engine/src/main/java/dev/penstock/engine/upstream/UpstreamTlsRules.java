package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.Config.Secret;
import dev.penstock.engine.tls.TlsVersion;
import org.jspecify.annotations.Nullable;

/** The {@code tls:} of an upstream (U22). */
@Doc("Speaks https to the endpoints. Their certificates are checked, unless verify says otherwise.")
public record UpstreamTlsRules(
    @Doc(
            "The name that is asked for (SNI) and that the certificate must stand for. Absent: the host"
                + " of the endpoint's address.")
        @Nullable String name,
    @Doc("PEM file with the authorities that are believed. Absent: those of the Java runtime.")
        @Nullable String authorities,
    @Doc(
            "Whether the certificate must be valid and stand for the name; false takes anyone's, which protects"
                + " from listeners only, not from impostors.")
        @Default("true")
        boolean verify,
    @Doc("The oldest version that is spoken: \"1.2\" or \"1.3\".") @Default("\"1.2\"")
        TlsVersion minVersion,
    @Doc("What the gateway shows when an endpoint asks who it is (mTLS). Absent: nothing.")
        @Nullable Certificate certificate) {

  public UpstreamTlsRules {
    if (name != null && name.isBlank())
      throw new IllegalArgumentException("name is a host name, as the certificate has it");
    if (!verify && authorities != null)
      throw new IllegalArgumentException("authorities are for verify: true");
  }

  /** A client certificate with its key. */
  @Doc("A private key and the certificates for it.")
  public record Certificate(
      @Doc("PEM file with the gateway's certificate, then those that lead up to an authority.")
          String chain,
      @Doc("PEM file with the private key. Absent: it stands in the file of the chain.")
          @Nullable String key,
      @Doc("Of the encrypted key.") @Secret @Nullable String password) {}
}
