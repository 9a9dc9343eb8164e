package dev.penstock.plugins.auth;

import dev.penstock.engine.spi.Config.Default;
import dev.penstock.engine.spi.Config.Doc;
import dev.penstock.engine.spi.ConfigException;
import java.util.List;
import java.util.Map;

/** The client's certificate, as a trusted proxy tells it. */
@Doc(
    "Knows clients by the certificate that a proxy of trusted-proxies has verified and tells in a field. From others the"
        + " fields are taken out before any filter sees them. Whoever has none gets 403.")
public record ClientCertificateConfig(
    @Doc(
            "The field: client-cert (RFC 9440), or x-forwarded-client-cert (Envoy's; of several elements the last, which the proxy next to"
                + " us has added).")
        @Default("client-cert")
        Source source,
    @Doc(
            "What the subject is: dn (all of it), cn, dns, uri, email (the first such alternative name), or fingerprint (SHA-256 of the"
                + " certificate).")
        @Default("dn")
        Subject subject,
    @Doc("Distinguished names of issuers, one of which it has; with client-cert only.")
        @Default("[]")
        List<String> issuers,
    @Doc("SHA-256 of certificates in hexadecimal, one of which it is.") @Default("[]")
        List<String> fingerprints,
    @Doc("Lets requests without a certificate pass as nobody's.") @Default("false")
        boolean optional,
    @Doc("Asks even if a filter before knows already who it is.") @Default("false") boolean always,
    @Doc("Sends the field on to the upstream.") @Default("true") boolean forward,
    @Doc("Fields that tell the upstream who it is; a client's own are taken out.") @Default("{}")
        Map<String, String> headers) {

  /** Where the certificate is told. */
  public enum Source {
    CLIENT_CERT,
    X_FORWARDED_CLIENT_CERT
  }

  /** By what the client is called. */
  public enum Subject {
    DN,
    CN,
    DNS,
    URI,
    EMAIL,
    FINGERPRINT
  }

  public ClientCertificateConfig {
    issuers = List.copyOf(issuers);
    fingerprints =
        fingerprints.stream()
            .map(text -> text.replace(":", "").toLowerCase(java.util.Locale.ROOT))
            .toList();
    headers = Map.copyOf(headers);
    fingerprints.forEach(ApiKeyConfig::checkHash);
    if (source == Source.X_FORWARDED_CLIENT_CERT && !issuers.isEmpty())
      throw new ConfigException("x-forwarded-client-cert does not tell issuers");
    if (source == Source.X_FORWARDED_CLIENT_CERT && subject == Subject.EMAIL)
      throw new ConfigException("x-forwarded-client-cert does not tell addresses of mail");
  }
}
