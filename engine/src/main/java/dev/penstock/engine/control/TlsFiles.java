package dev.penstock.engine.control;

import dev.penstock.engine.tls.ServerCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The files that a configuration's TLS names: found, watched, read. */
final class TlsFiles {
  private final Function<String, Path> watch;
  private final Instant now;

  /**
   * @param watch resolves a file and asks to be reloaded when it changes
   * @param now decides what has expired
   */
  TlsFiles(Function<String, Path> watch, Instant now) {
    this.watch = watch;
    this.now = now;
  }

  Instant now() {
    return now;
  }

  /**
   * A key with its certificates.
   *
   * @param chain null when {@code keyStore} is given
   * @param key null for the chain's own file
   * @throws IOException with a sentence for the user
   */
  ServerCertificate read(
      @Nullable String chain,
      @Nullable String key,
      @Nullable String keyStore,
      @Nullable String password)
      throws IOException {
    if (chain != null) {
      Path certificates = watch.apply(chain);
      return ServerCertificate.ofPem(
          certificates, key == null ? certificates : watch.apply(key), password);
    }
    if (keyStore == null) throw new IOException("there is neither chain nor key-store");
    return ServerCertificate.ofKeyStore(watch.apply(keyStore), password == null ? "" : password);
  }

  /**
   * The authorities of a PEM file.
   *
   * @throws IOException with a sentence for the user
   */
  List<X509Certificate> authorities(String file) throws IOException {
    return ServerCertificate.authorities(watch.apply(file));
  }
}
