package dev.penstock.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A12, T4, T7: the admin address speaks https, and knows operators by their certificates. */
final class AdminTlsTest {
  private static final String YAML =
      "routes: { hello: { match: { path: /hello }, respond: 204 } }\n";

  @TempDir private static Path made;
  private static TestCertificates certificates;

  @TempDir private Path folder;
  private TestAdmin admin;

  @BeforeAll
  static void make() {
    certificates =
        new TestCertificates(made)
            .make("site", "EC", "127.0.0.1", "localhost")
            .make("renewed", "EC", "127.0.0.1")
            .make("ops", "EC")
            .make("watch", "EC", "screen.example.com")
            .make("stranger", "EC");
  }

  @BeforeEach
  void start() throws IOException {
    for (String file : List.of("ca.pem", "site.pem", "site.key"))
      Files.copy(made.resolve(file), folder.resolve(file));
    admin =
        TestAdmin.start(
            folder,
            YAML,
            "token: \""
                + TestAdmin.TOKEN
                + "\", state: state, tls: { certificates: [{ chain: site.pem, key: site.key }],"
                + " client-certificates: { authorities: ca.pem, demand: request } }, clients: { \"CN=ops\": admin, \"DNS:screen.example.com\": viewer }");
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private URI uri(String path) {
    return URI.create("https://127.0.0.1:" + admin.gateway().adminAddress().getPort() + path);
  }

  /** What {@code own} is answered, or whoever has none. */
  private HttpResponse<String> send(String own, String method, String path, String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path)).method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) request.headers(headers);
    try (HttpClient client =
        HttpClient.newBuilder()
            .sslContext(certificates.context(own.isEmpty() ? null : own))
            .build()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTokenWorksOverTls() throws IOException {
    assertThat(send("", "GET", "/livez").statusCode()).isEqualTo(200);
    assertThat(send("", "GET", "/api/v1/me").statusCode()).isEqualTo(401);
    String bearer = "Bearer " + TestAdmin.TOKEN;
    assertThat(send("", "GET", "/api/v1/me", "Authorization", bearer).body())
        .contains("\"role\":\"admin\"");
  }

  @Test
  void whoSpeaksPlainHttpGetsNothing() {
    assertThatThrownBy(() -> admin.get("/livez")).isInstanceOf(java.io.UncheckedIOException.class);
  }

  @Test
  void aListedCertificateComesInByItsRole() throws IOException {
    assertThat(send("ops", "GET", "/api/v1/me").body()).contains("\"role\":\"admin\"", "CN=ops");
    assertThat(send("watch", "GET", "/api/v1/me").body()).contains("\"role\":\"viewer\"");
    HttpResponse<String> refused = send("watch", "DELETE", "/api/v1/tokens/1");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("takes the role admin; the token has viewer");
  }

  @Test
  void aCertificateThatIsNotListedIsToldSo() throws IOException {
    HttpResponse<String> answer = send("stranger", "GET", "/api/v1/me");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("admin.clients lists none of CN=stranger");
  }

  /** A browser shows its user's certificate to whatever page asks. */
  @Test
  void aCertificateDoesNotOpenTheDoorToOtherSites() throws IOException {
    assertThat(send("ops", "DELETE", "/api/v1/tokens/1", "Sec-Fetch-Site", "cross-site").body())
        .contains("another site sends this request");
    assertThat(send("ops", "DELETE", "/api/v1/tokens/1", "Origin", "https://evil.example").body())
        .contains("the origin is not this server's");
  }

  @Test
  void certificatesAreListedWithTheirEnd() throws Exception {
    String listed = send("watch", "GET", "/api/v1/certificates").body();
    X509Certificate site =
        (X509Certificate)
            send("", "GET", "/livez").sslSession().orElseThrow().getPeerCertificates()[0];
    assertThat(listed)
        .contains(
            "\"total\":1",
            "\"names\":[\"127.0.0.1\",\"localhost\"]",
            "\"issuer\":\"CN=Test Authority\"",
            "\"key\":\"EC\"",
            "\"listeners\":[\"admin\"]",
            "\"notAfter\":\"" + Fields.time(site.getNotAfter().toInstant().toEpochMilli()));
  }

  @Test
  void theAuditLogNamesWhoCameByCertificate() throws IOException {
    assertThat(send("ops", "DELETE", "/api/v1/tokens/1").statusCode()).isEqualTo(404);
    assertThat(send("ops", "GET", "/api/v1/audit").body()).contains("\"actor\":\"CN=ops\"");
  }

  /** T4: the next connection is shown what lies there after a reload. */
  @Test
  void aRenewedCertificateIsShownAfterAReload() throws Exception {
    for (String end : List.of(".pem", ".key"))
      Files.copy(
          made.resolve("renewed" + end),
          folder.resolve("site" + end),
          StandardCopyOption.REPLACE_EXISTING);
    assertThat(admin.gateway().reload(folder.resolve("gateway.yaml"))).isEmpty();
    HttpResponse<String> answer = send("", "GET", "/livez");
    X509Certificate shown =
        (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
    assertThat(shown.getEncoded()).isEqualTo(certificates.encoded("renewed"));
  }

  @Test
  void aReloadThatTakesTlsAwayIsFollowed() throws IOException {
    Path file = folder.resolve("gateway.yaml");
    String text = Files.readString(file);
    int tls = text.indexOf(", tls:");
    Files.writeString(file, text.substring(0, tls) + " }\n");
    assertThat(admin.gateway().reload(file)).isEmpty();
    assertThat(admin.get("/api/v1/me").status()).isEqualTo(200);
  }

  @Test
  void anotherAddressWaitsForTheNextStartAndSaysSo() throws IOException {
    String bearer = "Bearer " + TestAdmin.TOKEN;
    HttpRequest.Builder move =
        HttpRequest.newBuilder(uri("/api/v1/config"))
            .header("Authorization", bearer)
            .header("Content-Type", "application/merge-patch+json")
            .method(
                "PATCH",
                HttpRequest.BodyPublishers.ofString("{\"admin\":{\"bind\":\"127.0.0.1:1\"}}"));
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(certificates.context(null)).build()) {
      HttpResponse<String> answer = client.send(move.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body())
          .contains("admin.bind: 127.0.0.1:1 from the next start on; until then 127.0.0.1:0");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
