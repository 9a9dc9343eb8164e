package dev.penstock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.spi.Extension;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The configurations that show the built-in filters do what their first lines say. */
final class FilterSamplesTest {
  static TestGateway start(String name, ScriptedUpstream... servers) throws IOException {
    String yaml =
        Files.readString(Path.of("configs", name))
            .replace("127.0.0.1:8080", "127.0.0.1:0")
            .replace("../data/", "data/")
            .replace("10.0.0.0/8", "127.0.0.0/8");
    for (int i = 0; i < servers.length; i++)
      yaml = yaml.replace("127.0.0.1:900" + (i + 1), servers[i].address());
    return TestGateway.start(yaml, Gateway.extensionsOnClassPath().toArray(Extension[]::new));
  }

  static RawResponse ask(RawClient client, String line, String... fields) {
    StringBuilder text = new StringBuilder(line + " HTTP/1.1\r\nHost: shop.test\r\n");
    for (String field : fields) text.append(field).append("\r\n");
    return client.send(text + "\r\n").readResponse();
  }

  private static ScriptedUpstream says(String body) {
    return ScriptedUpstream.answering(
        "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
  }

  @Test
  void browsersAreToldWhatASiteAllows() throws IOException {
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        TestGateway gateway = start("browsers.yaml", app);
        RawClient client = gateway.connect()) {
      RawResponse preflight =
          ask(
              client,
              "OPTIONS /api/x",
              "Origin: https://app.example.com",
              "Access-Control-Request-Method: DELETE",
              "Access-Control-Request-Headers: x-token");
      assertThat(preflight.status()).isEqualTo(204);
      assertThat(
              ask(client, "GET /api/x", "Origin: https://a.partners.example")
                  .field("Access-Control-Allow-Origin"))
          .isEqualTo("https://a.partners.example");
      assertThat(
              ask(client, "POST /buy", "Content-Length: 0", "Sec-Fetch-Site: cross-site").status())
          .isEqualTo(403);
      RawResponse page = ask(client, "GET /");
      assertThat(page.field("Content-Security-Policy"))
          .contains(String.valueOf(app.lastRequest().field("x-csp-nonce")));
    }
  }

  @Test
  void visitorsAreChosenAndPlaced() throws IOException {
    try (ScriptedUpstream app = ScriptedUpstream.ok();
        TestGateway gateway = start("visitors.yaml", app);
        RawClient client = gateway.connect()) {
      assertThat(ask(client, "GET /", "X-Forwarded-For: 192.0.2.1").status()).isEqualTo(200);
      assertThat(app.lastRequest().field("x-country")).isEqualTo("DE");
      assertThat(ask(client, "GET /", "X-Forwarded-For: 203.0.113.1").status()).isEqualTo(403);
      assertThat(ask(client, "GET /", "X-Forwarded-For: 198.51.100.1").status()).isEqualTo(403);
      assertThat(ask(client, "GET /", "User-Agent: sqlmap/1.8").status()).isEqualTo(403);
    }
  }

  @Test
  void anAppBelievesToLiveElsewhere() throws IOException {
    String page = "<a href=\"http://wiki.internal/a\"><img src=\"/b.png\">";
    try (ScriptedUpstream wiki =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\n"
                    + "Content-Type: text/html\r\n"
                    + "Location: http://wiki.internal/Start\r\n"
                    + "Set-Cookie: sid=1; Domain=wiki.internal; Path=/\r\n"
                    + "Content-Length: "
                    + page.length()
                    + "\r\n\r\n"
                    + page);
        TestGateway gateway = start("foreign-app.yaml", wiki);
        RawClient client = gateway.connect()) {
      RawResponse answer = ask(client, "GET /wiki/Home?utm_source=x&a=1");
      assertThat(wiki.lastRequest().line()).isEqualTo("GET /Home?a=1 HTTP/1.1");
      assertThat(wiki.lastRequest().field("Host")).isEqualTo("wiki.internal");
      assertThat(answer.field("Location")).isEqualTo("http://shop.test/wiki/Start");
      assertThat(answer.field("Set-Cookie")).isEqualTo("sid=1; Path=/wiki/; SameSite=Lax");
      assertThat(answer.body()).isEqualTo("<a href=\"/wiki/a\"><img src=\"/wiki/b.png\">");
    }
  }

  @Test
  void aReleaseIsCareful() throws IOException {
    try (ScriptedUpstream stable = says("stable");
        ScriptedUpstream next = says("next");
        TestGateway gateway = start("careful-release.yaml", stable, next);
        RawClient client = gateway.connect()) {
      RawResponse closed = ask(client, "GET /checkout/1");
      assertThat(closed.status()).isEqualTo(503);
      assertThat(closed.field("Retry-After")).isEqualTo("600");
      assertThat(ask(client, "GET /checkout/1", "Cookie: preview=change-me").status())
          .isEqualTo(200);
      assertThat(ask(client, "GET /", "X-Canary: always").body()).isEqualTo("next");
      RawResponse first = ask(client, "GET /");
      String cookie = String.valueOf(first.field("Set-Cookie"));
      assertThat(ask(client, "GET /", "Cookie: " + cookie.substring(0, 14)).body())
          .isEqualTo(first.body());
      int failed = 0;
      for (int i = 0; i < 40; i++) if (ask(client, "GET /", "X-Fault: 1").status() == 503) failed++;
      assertThat(failed).isBetween(1, 39); // wrong once in 10^12
    }
  }
}
