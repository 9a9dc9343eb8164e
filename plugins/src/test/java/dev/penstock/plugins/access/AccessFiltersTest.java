package dev.penstock.plugins.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses, user agents, CSRF and security fields, over sockets. */
final class AccessFiltersTest {
  @TempDir Path folder;

  private static RawResponse send(RawClient client, String method, String... fields) {
    StringBuilder text = new StringBuilder(method + " /a HTTP/1.1\r\nHost: shop.example\r\n");
    for (String field : fields) text.append(field).append("\r\n");
    client.send(text + (method.equals("POST") ? "Content-Length: 0\r\n\r\n" : "\r\n"));
    return client.readResponse();
  }

  private static int status(String filter, String method, String... fields) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      return send(client, method, fields).status();
    }
  }

  // ---- addresses

  @Test
  void addressesComeFromTheConfigurationAndFromFiles() throws IOException {
    Path file = folder.resolve("blocked.txt");
    Files.writeString(file, "# bad\n198.51.100.0/24 # since May\n\n2001:db8:bad::/48\n");
    String filter =
        "{ addresses: { allow: [ 192.0.2.0/24, 198.51.0.0/16, \"2001:db8::/32\" ], deny-files: \"%s\" } }"
            .formatted(file);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(send(client, "GET", "X-Forwarded-For: 192.0.2.1").status()).isEqualTo(200);
      assertThat(send(client, "GET", "X-Forwarded-For: 198.51.100.9").status()).isEqualTo(403);
      assertThat(send(client, "GET", "X-Forwarded-For: 198.51.101.9").status()).isEqualTo(200);
      assertThat(send(client, "GET", "X-Forwarded-For: 2001:db8:bad::1").status()).isEqualTo(403);
      assertThat(send(client, "GET", "X-Forwarded-For: 203.0.113.1").status()).isEqualTo(403);
    }
  }

  @Test
  void aBadLineOfAFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("list.txt"), "192.0.2.0/24\n192.0.2.300\n");
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      assertThatThrownBy(() ->
              Wire.gateway(upstream, "{ addresses: { allow-files: \"%s\" } }".formatted(file)))
          .hasMessageContaining("list.txt:2")
          .hasMessageContaining("192.0.2.300");
      assertThatThrownBy(() -> Wire.gateway(upstream, "{ addresses: {} }"))
          .hasMessageContaining("name networks");
    }
  }

  // ---- user agents

  @Test
  void programsAreRefusedByName() {
    String filter =
        "{ user-agents: { kinds: [ scanners, http-libraries ], deny: [ BadBot, \"~^x+y$\" ], allow: [ okhttp ],"
            + " deny-missing: true } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        assertThat(send(client, "GET", "User-Agent: Mozilla/5.0").status()).isEqualTo(200);
        assertThat(send(client, "GET", "User-Agent: SQLMap/1.7").status()).isEqualTo(403);
        assertThat(send(client, "GET", "User-Agent: a badbot b").status()).isEqualTo(403);
        assertThat(send(client, "GET", "User-Agent: xxxY").status()).isEqualTo(403);
        assertThat(send(client, "GET", "User-Agent: curl/8 okhttp").status()).isEqualTo(200);
        assertThat(send(client, "GET").status()).isEqualTo(403);
        assertThat(send(client, "GET", "User-Agent: good", "User-Agent: nikto").status())
            .as("hidden in a second field")
            .isEqualTo(403);
      }
    }
  }

  @Test
  void anExpressionThatWouldExplodeElsewhereTakesLinearTime() {
    String filter = "{ user-agents: { deny: [ \"~(a+)+$\", \"~(a|a)*b\", \"~(.*)*x\" ] } }";
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      long began = System.nanoTime();
      assertThat(send(client, "GET", "User-Agent: " + "a".repeat(4000) + "!").status())
          .isEqualTo(200);
      assertThat(System.nanoTime() - began).isLessThan(5_000_000_000L);
    }
  }

  @Test
  void aFoundProgramCanBeNotedOnly() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            Wire.start(
                Wire.yaml(
                    upstream,
                    "{ user-agents: { kinds: ai-crawlers, action: note } }",
                    "rewrite: { request-headers: { set: { x-bot: \"{var.ua.match}\" } } }"));
        RawClient client = gateway.connect()) {
      assertThat(send(client, "GET", "User-Agent: x GPTBot/1").status()).isEqualTo(200);
      assertThat(upstream.onlyRequest().field("x-bot")).isEqualTo("gptbot");
    }
  }

  // ---- CSRF

  @Test
  void otherSitesCannotMakeABrowserPost() {
    String csrf = "{ csrf: { trusted: [ \"https://partner.example\" ] } }";
    assertThat(status(csrf, "POST", "Sec-Fetch-Site: same-origin")).isEqualTo(200);
    assertThat(status(csrf, "POST", "Sec-Fetch-Site: none")).isEqualTo(200);
    assertThat(status(csrf, "POST", "Sec-Fetch-Site: same-site")).isEqualTo(403);
    assertThat(status(csrf, "POST", "Sec-Fetch-Site: cross-site")).isEqualTo(403);
    assertThat(status(csrf, "POST", "Sec-Fetch-Site: Same-Origin")).isEqualTo(403);
    assertThat(
            status(csrf, "POST", "Sec-Fetch-Site: cross-site", "Origin: https://partner.example"))
        .isEqualTo(200);
    assertThat(status(csrf, "POST", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"))
        .isEqualTo(403);
    assertThat(status(csrf, "GET", "Sec-Fetch-Site: cross-site")).isEqualTo(200);
    assertThat(status("{ csrf: { same-site: true } }", "POST", "Sec-Fetch-Site: same-site"))
        .isEqualTo(200);
  }

  @Test
  void oldBrowsersAreJudgedByTheirOrigin() {
    String csrf = "{ csrf: {} }";
    assertThat(status(csrf, "POST", "Origin: http://shop.example")).isEqualTo(200);
    assertThat(status(csrf, "POST")).as("no browser").isEqualTo(200);
    assertThat(status("{ csrf: { require-origin: true } }", "POST")).isEqualTo(403);
    for (String origin :
        new String[] {
          "null",
          "https://shop.example",
          "http://shop.example:8080",
          "http://evil-shop.example",
          "http://shop.example.evil.test",
          "http://xshop.example",
          "HTTP://SHOP.EXAMPLE",
          ""
        }) {
      assertThat(status(csrf, "POST", "Origin: " + origin)).as(origin).isEqualTo(403);
    }
    assertThat(status(csrf, "POST", "Origin: http://shop.example", "Origin: http://evil.example"))
        .isEqualTo(403);
  }

  @Test
  void aWebSocketIsNotOpenedForAnotherSite() {
    assertThat(
            status(
                "{ csrf: {} }",
                "GET",
                "Origin: https://evil.example",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "Sec-WebSocket-Version: 13"))
        .isEqualTo(403);
  }

  // ---- security fields

  private static final String LEAKY =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: Apache/2.4.1\r\nX-Powered-By: PHP/5\r\n"
          + "X-Frame-Options: ALLOWALL\r\nStrict-Transport-Security: max-age=1\r\n\r\nok";

  @Test
  void pagesAreProtectedAndServersNotTold() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(LEAKY);
        TestGateway gateway =
            Wire.gateway(
                upstream,
                "{ security-headers: { hsts: { max-age: 8760h, include-subdomains: true, preload: true },"
                    + " opener-policy: same-origin, csp: \"script-src 'nonce-{nonce}'\" } }");
        RawClient client = gateway.connect()) {
      RawResponse plain = send(client, "GET", "X-Csp-Nonce: mine");
      assertThat(plain.field("Server")).isNull();
      assertThat(plain.field("X-Powered-By")).isNull();
      assertThat(plain.field("X-Frame-Options")).isEqualTo("SAMEORIGIN");
      assertThat(plain.field("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(plain.field("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
      assertThat(plain.field("Strict-Transport-Security")).as("T8: not over http").isNull();
      String nonce = upstream.lastRequest().field("x-csp-nonce");
      assertThat(plain.field("Content-Security-Policy"))
          .isEqualTo("script-src 'nonce-" + nonce + "'");
      assertThat(nonce).hasSize(22).isNotEqualTo("mine");
      RawResponse secure = send(client, "GET", "X-Forwarded-Proto: https");
      assertThat(secure.field("Strict-Transport-Security"))
          .isEqualTo("max-age=31536000; includeSubDomains; preload");
      Set<String> nonces = new HashSet<>();
      for (int i = 0; i < 200; i++)
        nonces.add(send(client, "GET").field("Content-Security-Policy"));
      assertThat(nonces).hasSize(200);
    }
  }

  @Test
  void anUpstreamsOwnFieldsCanStay() {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(LEAKY);
        TestGateway gateway =
            Wire.gateway(upstream, "{ security-headers: { keep-upstream: true, remove: [] } }");
        RawClient client = gateway.connect()) {
      RawResponse answer = send(client, "GET");
      assertThat(answer.field("X-Frame-Options")).isEqualTo("ALLOWALL");
      assertThat(answer.field("Server")).isEqualTo("Apache/2.4.1");
    }
  }

  @Test
  void settingsThatCannotWorkAreRefused() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      assertThatThrownBy(
              () -> Wire.gateway(upstream, "{ security-headers: { hsts: { preload: true } } }"))
          .hasMessageContaining("include-subdomains");
      assertThatThrownBy(
              () -> Wire.gateway(upstream, "{ security-headers: { csp: \"a\\r\\nX-Evil: b\" } }"))
          .hasMessageContaining("U+000D");
      assertThatThrownBy(() -> Wire.gateway(upstream, "{ csrf: { trusted: \"*\" } }"))
          .hasMessageContaining("trusts every site");
      assertThatThrownBy(() -> Wire.gateway(upstream, "{ user-agents: { deny: \" \" } }"))
          .hasMessageContaining("empty text");
    }
  }
}
