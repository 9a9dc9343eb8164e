package dev.penstock.engine.wire;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** An authority and certificates of it, made by the JDK's keytool in a folder of the test's. */
public final class TestCertificates {
  private static final String PASSWORD = "changeit";
  private static final String CA = "authority";

  private final Path folder;
  private final Path store;

  /** Makes the authority; its certificate is in {@code ca.pem}. */
  public TestCertificates(Path folder) {
    this.folder = folder;
    this.store = folder.resolve("made.p12");
    generate(CA, "EC", "CN=Test Authority", "-ext", "bc:c", "-ext", "ku=keyCertSign,cRLSign");
    write("ca.pem", pem("CERTIFICATE", certificate(CA)));
  }

  /**
   * Makes {@code NAME.pem} and {@code NAME.key} for these host names.
   *
   * @param algorithm {@code EC} or {@code RSA}
   */
  public TestCertificates make(String name, String algorithm, String... hosts) {
    StringBuilder names = new StringBuilder();
    for (String host : hosts) {
      boolean isAddress = Character.isDigit(host.charAt(0));
      names.append(names.isEmpty() ? "san=" : ",").append(isAddress ? "ip:" : "dns:").append(host);
    }
    String[] extensions = names.isEmpty() ? new String[0] : new String[] {"-ext", names.toString()};
    generate(name, algorithm, "CN=" + name, concat(extensions, "-signer", CA));
    write(name + ".pem", pem("CERTIFICATE", certificate(name)));
    write(name + ".key", pem("PRIVATE KEY", key(name).getEncoded()));
    return this;
  }

  private static String[] concat(String[] some, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(some));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  private void generate(String alias, String algorithm, String subject, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                alias,
                "-keyalg",
                algorithm,
                "-dname",
                subject,
                "-validity",
                "30"));
    if (algorithm.equals("EC")) command.addAll(List.of("-groupname", "secp256r1"));
    command.addAll(Arrays.asList(more));
    try {
      Process made = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (made.waitFor() != 0) throw new AssertionError(said);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private KeyStore load() {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore loaded = KeyStore.getInstance("PKCS12");
      loaded.load(in, PASSWORD.toCharArray());
      return loaded;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] certificate(String alias) {
    try {
      return load().getCertificate(alias).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public Key key(String alias) {
    try {
      return load().getKey(alias, PASSWORD.toCharArray());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public static String pem(String label, byte[] bytes) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, body, label);
  }

  public void write(String file, String text) {
    try {
      Files.writeString(folder.resolve(file), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Copies {@code from} over {@code to}, key and certificate, as a renewal does. */
  public void replace(String to, String from) {
    for (String end : List.of(".pem", ".key")) {
      try {
        write(to + end, Files.readString(folder.resolve(from + end)));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Believes this authority only.
   *
   * @param own shown when asked for; null for none
   */
  public SSLContext context(@Nullable String own) {
    try {
      KeyStore believed = KeyStore.getInstance("PKCS12");
      believed.load(null, null);
      believed.setCertificateEntry(CA, load().getCertificate(CA));
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(believed);
      KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
      KeyStore shown = KeyStore.getInstance("PKCS12");
      shown.load(null, null);
      if (own != null)
        shown.setKeyEntry(
            own, key(own), new char[0], new Certificate[] {load().getCertificate(own)});
      keys.init(shown, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The certificate's bytes, to compare with what a client was shown. */
  public byte[] encoded(String name) throws CertificateEncodingException {
    return certificate(name);
  }
}
