package dev.penstock.plugins.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code client-certificate}, over sockets. */
final class ClientCertificateTest {
  private static byte[] certificate = {};
  private static String field = "";
  private static String hash = "";

  @BeforeAll
  static void make(@TempDir Path folder) throws Exception {
    Path store = folder.resolve("store");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=anna, OU=dev, O=Example",
                "-ext",
                "san=dns:anna.example,uri:spiffe://example/anna,email:anna@example.test",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = new FileInputStream(store.toFile())) {
      keys.load(in, "changeit".toCharArray());
    }
    certificate = keys.getCertificate("a").getEncoded();
    field = "Client-Cert: :" + Base64.getEncoder().encodeToString(certificate) + ":";
    hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate));
  }

  private static String seen(String settings, String... fields) {
    String filter =
        "{ client-certificate: { headers: { x-who: \"{identity}\" }%s } }".formatted(settings);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      int status = Wire.ask(client, "GET /", fields).status();
      if (status == 200) return String.valueOf(upstream.lastRequest().field("x-who"));
      assertThat(upstream.requests()).isEmpty();
      return Integer.toString(status);
    }
  }

  @Test
  void theSubjectIsWhatIsAskedFor() {
    assertThat(seen("", field)).isEqualTo("CN=anna,OU=dev,O=Example");
    assertThat(seen(", subject: cn", field)).isEqualTo("anna");
    assertThat(seen(", subject: dns", field)).isEqualTo("anna.example");
    assertThat(seen(", subject: uri", field)).isEqualTo("spiffe://example/anna");
    assertThat(seen(", subject: email", field)).isEqualTo("anna@example.test");
    assertThat(seen(", subject: fingerprint", field)).isEqualTo(hash);
  }

  @Test
  void issuersAndFingerprintsMayBeNamed() {
    assertThat(seen(", subject: cn, issuers: \"CN=anna,OU=dev,O=Example\"", field))
        .isEqualTo("anna");
    assertThat(seen(", issuers: CN=other", field)).isEqualTo("403");
    assertThat(seen(", subject: cn, fingerprints: \"" + hash + "\"", field)).isEqualTo("anna");
    assertThat(seen(", fingerprints: \"" + "0".repeat(64) + "\"", field)).isEqualTo("403");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "::", ":AAAA:", "x", ":!!!:", ":MIIB", "anna"})
  void whatIsNoCertificateIsRefused(String value) {
    assertThat(seen("", "Client-Cert: " + value)).isEqualTo("403");
  }

  @Test
  void nobodyPassesOnlyWhereThatIsOptional() {
    assertThat(seen("")).isEqualTo("403");
    assertThat(seen(", optional: true", "X-Who: root")).isEqualTo("null");
    assertThat(seen("", field, field)).isEqualTo("400");
  }

  /** H10: the client itself has no say. */
  @Test
  void whoIsNoTrustedProxyCannotTellACertificate() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            Wire.start(
                Wire.yaml(upstream, "{ client-certificate: {} }")
                    .replace("127.0.0.0/8", "192.0.2.1"));
        RawClient client = gateway.connect()) {
      assertThat(Wire.ask(client, "GET /", field).status()).isEqualTo(403);
      assertThat(Wire.ask(client, "GET /", field.replace("Client-Cert", "Client_Cert")).status())
          .isEqualTo(403);
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void envoysFieldIsUnderstood() {
    String source = ", source: x-forwarded-client-cert";
    String told =
        "X-Forwarded-Client-Cert: By=spiffe://us;Hash=%s;Subject=\"CN=anna,O=\\\"Ex, Inc\\\"\";URI=spiffe://example/anna;DNS=a.example;DNS=b.example"
            .formatted(hash);
    assertThat(seen(source + ", subject: uri", told)).isEqualTo("spiffe://example/anna");
    assertThat(seen(source + ", subject: dns", told)).isEqualTo("a.example");
    assertThat(seen(source + ", subject: fingerprint", told)).isEqualTo(hash);
    String forged =
        "X-Forwarded-Client-Cert: Hash=00;URI=spiffe://example/root,Hash=%s;URI=spiffe://example/anna"
            .formatted(hash);
    assertThat(seen(source + ", subject: uri", forged))
        .as("the element of the proxy next to us counts")
        .isEqualTo("spiffe://example/anna");
    for (String bad : new String[] {"", "x", "Hash=", "URI=a", "Hash=a;Hash=b;URI=c", "Hash=\"a"})
      assertThat(seen(source + ", subject: uri", "X-Forwarded-Client-Cert: " + bad))
          .as(bad)
          .isEqualTo("403");
  }
}
