package dev.penstock.engine.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A private key with the certificate for it and those that lead up to an authority.
 *
 * @param chain the server's own in front
 */
public record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {
  private static final int SAN_DNS = 2;
  private static final int SAN_IP = 7;

  public ServerCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * From two PEM files, or one that holds both.
   *
   * @param password of an encrypted key; null for none
   * @throws IOException with a sentence for the user
   */
  public static ServerCertificate ofPem(Path chain, Path key, @Nullable String password)
      throws IOException {
    ServerCertificate read =
        new ServerCertificate(PemFile.key(key, password), PemFile.certificates(chain));
    read.check(chain + " and " + key);
    return read;
  }

  /**
   * From the first key entry of a PKCS#12 file.
   *
   * @throws IOException with a sentence for the user
   */
  public static ServerCertificate ofKeyStore(Path file, String password) throws IOException {
    char[] secret = password.toCharArray();
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      load(store, in, secret, file);
      for (String alias : Collections.list(store.aliases())) {
        if (!(store.getKey(alias, secret) instanceof PrivateKey key)) continue;
        List<X509Certificate> chain =
            Arrays.stream(store.getCertificateChain(alias))
                .map(X509Certificate.class::cast)
                .toList();
        ServerCertificate read = new ServerCertificate(key, chain);
        read.check(file.toString());
        return read;
      }
      throw new IOException(file + " holds no private key");
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    } catch (GeneralSecurityException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void load(KeyStore store, InputStream in, char[] secret, Path file)
      throws IOException, GeneralSecurityException {
    try {
      store.load(in, secret);
    } catch (IOException e) {
      throw new IOException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * The certificates of a PEM file, to believe in.
   *
   * @throws IOException with a sentence for the user
   */
  public static List<X509Certificate> authorities(Path file) throws IOException {
    return PemFile.certificates(file);
  }

  /** A key of another certificate would fail each handshake only when clients come. */
  private void check(String where) throws IOException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "EdDSA";
          default -> "SHA256withRSA";
        };
    boolean isPair = false;
    try {
      PublicKey told = chain.getFirst().getPublicKey();
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update((byte) 1);
      byte[] signed = signature.sign();
      signature.initVerify(told);
      signature.update((byte) 1);
      isPair = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // A key of another kind.
    }
    if (!isPair)
      throw new IOException(
          where
              + ": the key is not that of the first certificate; the chain begins with the server's own");
  }

  public X509Certificate leaf() {
    return chain.getFirst();
  }

  /** Host names and addresses that it stands for, in lower case; {@code *.example.com} as it is. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    try {
      Collection<List<?>> all = leaf().getSubjectAlternativeNames();
      if (all == null) return names;
      for (List<?> each : all) {
        if (each.size() < 2 || !(each.get(0) instanceof Integer kind)) continue;
        if (kind == SAN_DNS || kind == SAN_IP)
          names.add(String.valueOf(each.get(1)).toLowerCase(Locale.ROOT));
      }
    } catch (CertificateParsingException e) {
      // Then it stands for nothing that we can tell.
    }
    return names;
  }
}
