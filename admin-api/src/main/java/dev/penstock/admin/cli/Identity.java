package dev.penstock.admin.cli;

import dev.penstock.engine.tls.ServerCertificate;
import dev.penstock.engine.tls.TlsClient;
import dev.penstock.engine.tls.TlsVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Whom commands believe over https, and who they are there; PEM files.
 *
 * @param authority of the gateway's certificate; null for those of the Java runtime
 * @param certificate shown to the gateway; null for none
 * @param key of the certificate; null when it stands in the same file
 */
record Identity(@Nullable Path authority, @Nullable Path certificate, @Nullable Path key) {
  static final Identity NONE = new Identity(null, null, null);

  boolean isNone() {
    return equals(NONE);
  }

  /**
   * Reads the files.
   *
   * @throws IOException with a sentence for the user
   */
  SSLContext context() throws IOException {
    ServerCertificate own =
        certificate == null
            ? null
            : ServerCertificate.ofPem(certificate, key == null ? certificate : key, null);
    try {
      return new TlsClient(
              new TlsClient.Rules(
                  null,
                  authority == null ? null : ServerCertificate.authorities(authority),
                  true,
                  TlsVersion.V1_2,
                  own,
                  List.of("http/1.1")))
          .context();
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificates cannot be used: " + e.getMessage(), e);
    }
  }
}
