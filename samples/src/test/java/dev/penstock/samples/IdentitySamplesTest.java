package dev.penstock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The configurations about who sends a request, and how much they may. */
final class IdentitySamplesTest {
  private static final String SECRET = "change-me-change-me-change-me-32";

  /** A sample's file of counts stands beside it as it would beside yours. */
  @AfterEach
  void removeCounts() throws IOException {
    Files.deleteIfExists(Path.of("quotas.txt"));
  }

  private static byte[] hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String url(byte... bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Test
  void programsHaveKeysRightsAndPlans() throws IOException {
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        TestGateway gateway = FilterSamplesTest.start("api-clients.yaml", app);
        RawClient client = gateway.connect()) {
      String shop = "X-Api-Key: shop-key-change-me";
      String batch = "X-Api-Key: batch-key-change-me";
      assertThat(FilterSamplesTest.ask(client, "GET /api/orders").status()).isEqualTo(401);
      assertThat(FilterSamplesTest.ask(client, "GET /api/orders", shop).status()).isEqualTo(200);
      assertThat(app.lastRequest().field("x-client")).isEqualTo("shop");
      assertThat(FilterSamplesTest.ask(client, "GET /api/reports", shop).status()).isEqualTo(403);
      assertThat(FilterSamplesTest.ask(client, "DELETE /api/reports/1", batch).status())
          .isEqualTo(403);
      for (int i = 0; i < 5; i++)
        assertThat(FilterSamplesTest.ask(client, "GET /api/reports", batch).status())
            .isEqualTo(200);
      assertThat(FilterSamplesTest.ask(client, "GET /api/reports", batch).status()).isEqualTo(429);
    }
    assertThat(Files.readString(Path.of("quotas.txt"))).contains("api-key%3Abatch");
  }

  @Test
  void whoItIsComesFromManySources() throws IOException {
    String head = url("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8));
    String claims =
        "{\"sub\":\"bert\",\"aud\":\"shop\",\"exp\":%d}"
            .formatted(Instant.now().getEpochSecond() + 60);
    String signed = head + '.' + url(claims.getBytes(StandardCharsets.UTF_8));
    String bearer = "Authorization: Bearer " + signed + '.' + url(hmac(signed));
    String params =
        "(\"@method\" \"@authority\" \"@path\" \"@query\");created=%d;keyid=\"shop\""
            .formatted(Instant.now().getEpochSecond());
    String base =
        "\"@method\": GET\n"
            + "\"@authority\": shop.test\n"
            + "\"@path\": /hooks/a\n"
            + "\"@query\": ?\n"
            + "\"@signature-params\": "
            + params;
    String signature = "Signature: s=:" + Base64.getEncoder().encodeToString(hmac(base)) + ":";
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        ScriptedUpstream policy =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nX-User: dora\r\nContent-Length: 0\r\n\r\n");
        TestGateway gateway = FilterSamplesTest.start("signed-in.yaml", app, policy);
        RawClient client = gateway.connect()) {
      assertThat(user(app, client, "/app/a", bearer)).isEqualTo("bert");
      assertThat(user(app, client, "/app/a", "Authorization: Basic YW5uYTpjaGFuZ2UtbWU="))
          .isEqualTo("anna");
      assertThat(FilterSamplesTest.ask(client, "GET /app/a").status()).isEqualTo(401);
      assertThat(
              user(
                  app,
                  client,
                  "/internal/a",
                  "X-Forwarded-Client-Cert: Hash=00;URI=spiffe://example/cron"))
          .isEqualTo("spiffe://example/cron");
      assertThat(user(app, client, "/hooks/a", "Signature-Input: s=" + params, signature))
          .isEqualTo("shop");
      assertThat(user(app, client, "/documents/7", "X-User: root")).isEqualTo("dora");
      assertThat(policy.onlyRequest().line()).isEqualTo("GET /may/documents/7 HTTP/1.1");
    }
  }

  private static String user(
      ScriptedUpstream app, RawClient client, String path, String... fields) {
    assertThat(FilterSamplesTest.ask(client, "GET " + path, fields).status()).isEqualTo(200);
    return String.valueOf(app.lastRequest().field("x-user"));
  }

  @Test
  void nobodyTakesItAll() throws IOException {
    try (ScriptedUpstream files = ScriptedUpstream.ok();
        TestGateway gateway = FilterSamplesTest.start("fair-share.yaml", files);
        RawClient client = gateway.connect()) {
      assertThat(FilterSamplesTest.ask(client, "GET /film").body()).isEqualTo("ok");
      client.send("PUT /uploads/a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nsmall");
      assertThat(client.readResponse().status()).isEqualTo(200);
      client.send("PUT /uploads/a HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(413);
    }
  }
}
