package dev.penstock.plugins.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code signed-request}, over sockets. */
final class SignedRequestTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String FILTER =
      "{ signed-request: { keys: { shop: { secret: %s, groups: [ orders ] } }, headers: { x-who: \"{identity}/{groups}\" } } }"
          .formatted(SECRET);
  private static final String COVERED = "(\"@method\" \"@authority\" \"@path\" \"@query\")";

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  private static String base(String target, String params, String... more) {
    int query = target.indexOf('?');
    StringBuilder base = new StringBuilder("\"@method\": GET\n\"@authority\": shop.example\n");
    base.append("\"@path\": ").append(query < 0 ? target : target.substring(0, query));
    base.append("\n\"@query\": ").append(query < 0 ? "?" : target.substring(query)).append('\n');
    for (String line : more) base.append(line).append('\n');
    return base.append("\"@signature-params\": ").append(params).toString();
  }

  private static String mac(String secret, String base) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(base.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String[] fields(String params, String base) {
    return new String[] {
      "Signature-Input: sig1=" + params, "Signature: sig1=:" + mac(SECRET, base) + ":"
    };
  }

  private static String params(String more) {
    return COVERED + ";created=" + now() + ";keyid=\"shop\"" + more;
  }

  @Test
  void aSignatureIsGoodOnce() {
    String params = params(";nonce=\"1\";alg=\"hmac-sha256\"");
    String[] signed = fields(params, base("/a?b=c", params));
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, FILTER);
        RawClient client = gateway.connect()) {
      assertThat(Wire.ask(client, "GET /a?b=c").status()).isEqualTo(401);
      assertThat(Wire.ask(client, "GET /a?b=d", signed).status())
          .as("another query")
          .isEqualTo(401);
      assertThat(Wire.ask(client, "GET /b?b=c", signed).status()).as("another path").isEqualTo(401);
      assertThat(Wire.ask(client, "DELETE /a?b=c", signed).status()).isEqualTo(401);
      assertThat(upstream.requests()).isEmpty();
      assertThat(Wire.ask(client, "GET /a?b=c", signed).status()).isEqualTo(200);
      assertThat(upstream.lastRequest().field("x-who")).isEqualTo("shop/orders");
      assertThat(Wire.ask(client, "GET /a?b=c", signed).status()).as("replayed").isEqualTo(401);
      gateway.reload(Wire.yaml(upstream, FILTER, "max-body: 2MiB"));
      assertThat(Wire.ask(client, "GET /a?b=c", signed).status())
          .as("replayed after a reload")
          .isEqualTo(401);
      String again = params(";nonce=\"2\"");
      assertThat(Wire.ask(client, "GET /", fields(again, base("/", again))).status())
          .isEqualTo(200);
    }
  }

  @Test
  void timesCount() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, FILTER);
        RawClient client = gateway.connect()) {
      long now = now();
      String[] refused = {
        ";created=" + (now - 1000),
        ";created=" + (now + 1000),
        ";created=" + now + ";expires=" + (now - 100),
        ";created=\"" + now + "\"x",
        ";created=99999999999999999999",
        ";expires=" + (now + 100)
      };
      for (String times : refused) {
        String params = COVERED + times + ";keyid=\"shop\"";
        assertThat(Wire.ask(client, "GET /", fields(params, base("/", params))).status())
            .as(times)
            .isEqualTo(401);
      }
      String params = COVERED + ";created=" + (now - 100) + ";keyid=\"shop\"";
      assertThat(Wire.ask(client, "GET /", fields(params, base("/", params))).status())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sig1",
        "sig1=",
        "sig1=()",
        "sig1=(\"@method\"",
        "sig1=(\"@method\" \"@path\");created=%d;keyid=\"shop\"", // not all that it must
        "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\" \"@path\");created=%d;keyid=\"shop\"",
        "sig1=(\"@method\"  \"@authority\" \"@path\" \"@query\");created=%d;keyid=\"shop\"",
        "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\");created=%d;keyid=\"other\"",
        "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\");created=%d;keyid=\"shop\";keyid=\"shop\"",
        "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\");created=%d;keyid=\"shop\";alg=\"rsa-v1_5-sha256\"",
        "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\" \"@status\");created=%d;keyid=\"shop\"",
        "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\" \"x-missing\");created=%d;keyid=\"shop\"",
        "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\";req);created=%d;keyid=\"shop\"",
        "sig1=(\"@method\" \"@authority\" \"@path\" \"@query\");created=%d;keyid=\"shop\", sig2=()",
        "sig2=(\"@method\" \"@authority\" \"@path\" \"@query\");created=%d;keyid=\"shop\""
      })
  void whatIsNotUnderstoodIsNotVerified(String input) {
    String told = input.replace("%d", Long.toString(now()));
    String params = told.substring(told.indexOf('=') + 1);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, FILTER);
        RawClient client = gateway.connect()) {
      String signature = "Signature: sig1=:" + mac(SECRET, base("/", params)) + ":";
      assertThat(Wire.ask(client, "GET /", "Signature-Input: " + told, signature).status())
          .isEqualTo(401);
      assertThat(Wire.ask(client, "GET /", signature).status()).isEqualTo(400);
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void fieldsMayBeCovered() {
    String params = COVERED.replace(")", " \"x-order\")") + ";created=" + now() + ";keyid=\"shop\"";
    String[] signed = fields(params, base("/", params, "\"x-order\": 1, 2"));
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, FILTER);
        RawClient client = gateway.connect()) {
      assertThat(Wire.ask(client, "GET /", signed[0], signed[1], "X-Order: 1, 3").status())
          .isEqualTo(401);
      assertThat(
              Wire.ask(client, "GET /", signed[0], signed[1], "X-Order:  1", "X-Order: 2 ")
                  .status())
          .isEqualTo(200);
    }
  }

  // ---- bodies

  private static String digest(String body) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
    return "sha-256=:" + Base64.getEncoder().encodeToString(hash) + ":";
  }

  private static String post(String covers, String digest, String framing) {
    String params =
        COVERED.replace(")", covers + ")")
            + ";created="
            + now()
            + ";keyid=\"shop\";nonce=\""
            + framing.hashCode()
            + digest.hashCode()
            + '"';
    String[] more =
        covers.isEmpty() ? new String[0] : new String[] {"\"content-digest\": " + digest};
    String base = base("/", params, more).replace("\"@method\": GET", "\"@method\": POST");
    String[] signed = fields(params, base);
    return "POST / HTTP/1.1\r\nHost: shop.example\r\nContent-Digest: "
        + digest
        + "\r\n"
        + signed[0]
        + "\r\n"
        + signed[1]
        + "\r\n"
        + framing;
  }

  @Test
  void aBodyIsTheOneThatWasSigned() throws Exception {
    String covers = " \"content-digest\"";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, FILTER)) {
      String[] refused = {
        post(covers, digest("order 1"), "Content-Length: 7\r\n\r\norder 2"),
        post(covers, digest("order 1"), "Content-Length: 0\r\n\r\n"),
        post("", digest("order 1"), "Content-Length: 7\r\n\r\norder 1"), // not covered
        post("", digest("x"), "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
        post(covers, "md5=:AAAA:", "Content-Length: 7\r\n\r\norder 1")
      };
      for (String request : refused) {
        try (RawClient client = gateway.connect()) {
          assertThat(client.send(request).readResponse().status()).as(request).isEqualTo(401);
        }
      }
      try (RawClient client = gateway.connect()) {
        String taken = post(covers, digest("order 1"), "\r\n");
        assertThat(client.send(taken).readResponse().status())
            .as("the body was taken away")
            .isEqualTo(411);
      }
      assertThat(upstream.requests()).isEmpty();
      try (RawClient client = gateway.connect()) {
        String good = post(covers, digest("order 1"), "Content-Length: 7\r\n\r\norder 1");
        assertThat(client.send(good).readResponse().status()).isEqualTo(200);
        assertThat(upstream.onlyRequest().body()).isEqualTo("order 1");
      }
    }
  }

  @Test
  void whatIsRememberedIsBoundedAndForgotten() {
    Replays replays = new Replays(1000, 2);
    assertThat(replays.see(digest(1), 0)).isEqualTo(Replays.Outcome.NEW);
    assertThat(replays.see(digest(1), 500)).isEqualTo(Replays.Outcome.SEEN);
    assertThat(replays.see(digest(2), 500)).isEqualTo(Replays.Outcome.NEW);
    assertThat(replays.see(digest(3), 500)).isEqualTo(Replays.Outcome.FULL);
    assertThat(replays.see(digest(3), 1000)).isEqualTo(Replays.Outcome.NEW);
    assertThat(replays.see(digest(2), 1499))
        .as("as long as it is good")
        .isEqualTo(Replays.Outcome.SEEN);
    assertThat(replays.see(digest(2), 2000)).isEqualTo(Replays.Outcome.NEW);
  }

  private static Digest digest(int number) {
    return new Digest(new byte[] {(byte) number, 0, 0, 0});
  }
}
