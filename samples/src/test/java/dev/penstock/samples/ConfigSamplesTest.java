package dev.penstock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.boot.Gateway;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Each configuration in {@code configs}, and {@code gateway.yaml}, does what its first line says.
 */
final class ConfigSamplesTest {
  private static final List<String> TESTED =
      List.of(
          "access.yaml",
          "api-clients.yaml", // with fair-share and signed-in: IdentitySamplesTest
          "browsers.yaml", // with visitors, foreign-app and careful-release: FilterSamplesTest
          "canary.yaml",
          "careful-release.yaml",
          "fair-share.yaml",
          "foreign-app.yaml",
          "mirror.yaml",
          "redirects.yaml",
          "retries.yaml",
          "rewrite.yaml",
          "signed-in.yaml",
          "static-site.yaml",
          "sticky.yaml",
          "visitors.yaml");

  private final List<ScriptedUpstream> upstreams = new ArrayList<>();

  @AfterEach
  void closeUpstreams() {
    upstreams.forEach(ScriptedUpstream::close);
  }

  private ScriptedUpstream says(String body) {
    ScriptedUpstream made =
        ScriptedUpstream.answering(
            "HTTP/1.1 200 OK\r\nX-Powered-By: test\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);
    upstreams.add(made);
    return made;
  }

  /** Ports are the system's, servers 9001, 9002 and so on those given; the rest stays. */
  private static TestGateway start(String file, ScriptedUpstream... servers) throws IOException {
    String yaml = Files.readString(Path.of(file));
    for (int i = 0; i < servers.length; i++)
      yaml = yaml.replace("127.0.0.1:900" + (i + 1), servers[i].address());
    return TestGateway.start(
        yaml.replace("127.0.0.1:8080", "127.0.0.1:0").replace("127.0.0.1:9000", "127.0.0.1:0"),
        Gateway.extensionsOnClassPath().toArray(dev.penstock.engine.spi.Extension[]::new));
  }

  private static RawResponse ask(RawClient client, String line, String fields) {
    return client.send(line + " HTTP/1.1\r\nHost: a.test\r\n" + fields + "\r\n").readResponse();
  }

  @Test
  void everyConfigurationHasATest() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("configs"))) {
      TreeSet<String> names = new TreeSet<>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      assertThat(names).containsExactlyElementsOf(TESTED);
    }
  }

  @Test
  void aSiteAndItsApiAreServedCompressedAndTheApisAnswersAreKept() throws IOException {
    String text = "to be kept for a minute, ".repeat(100);
    ScriptedUpstream api =
        ScriptedUpstream.answering(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: max-age=60\r\nContent-Length: "
                + text.length()
                + "\r\n\r\n"
                + text);
    upstreams.add(api);
    String yaml =
        Files.readString(Path.of("configs/static-site.yaml"))
            .replace("127.0.0.1:9001", api.address())
            .replace("127.0.0.1:8080", "127.0.0.1:0");
    try (Gateway gateway =
            Gateway.start(
                yaml + "access-log: { to: off }\nshutdown: { pre-stop: 0s, grace: 1s }\n",
                Path.of("configs"),
                Gateway.extensionsOnClassPath());
        RawClient client = RawClient.connect(gateway.address("web"))) {
      RawResponse page = ask(client, "GET /some/page/of/the/application", "");
      assertThat(page.body()).contains("Penstock sample site");
      assertThat(page.field("Cache-Control")).isEqualTo("no-cache");
      RawResponse script = ask(client, "GET /assets/app.js", "Accept-Encoding: gzip\r\n");
      assertThat(script.field("Content-Type")).startsWith("text/javascript");
      assertThat(script.field("Cache-Control")).isEqualTo("public, max-age=86400");
      for (int i = 0; i < 2; i++) {
        RawResponse answer = ask(client, "GET /api/hello", "Accept-Encoding: gzip\r\n");
        assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
        assertThat(answer.field("Vary")).containsIgnoringCase("accept-encoding");
      }
      assertThat(ask(client, "GET /api/hello", "").body()).isEqualTo(text);
      assertThat(api.requests()).hasSize(1);
    }
  }

  @Test
  void theSampleGatewayAnswersWhatItSuggestsToTry() throws IOException {
    ScriptedUpstream demo = says("a user");
    String yaml =
        Files.readString(Path.of("gateway.yaml"))
            .replaceAll("\"\\$\\{DEMO_[AB]:-[^}]*}\"", "\"" + demo.address() + "\"")
            .replace(demo.address() + "\", \"" + demo.address(), demo.address())
            .replace("127.0.0.1:8080", "127.0.0.1:0")
            .replace("127.0.0.1:9000", "127.0.0.1:0");
    try (TestGateway gateway = TestGateway.start(yaml);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/hello").body()).isEqualTo("Hello from Penstock\n");
      assertThat(client.get("/users/7").body()).isEqualTo("a user");
      assertThat(client.get("/nowhere").status()).isEqualTo(404);
      assertThat(ask(client, "DELETE /echo", "").status()).isEqualTo(405);
    }
  }

  @Test
  void accessLetsTheOfficeInAndKeepsOneNetworkOut() throws IOException {
    ScriptedUpstream app = says("app");
    String yaml =
        Files.readString(Path.of("configs/access.yaml"))
            .replace("127.0.0.1:8080", "127.0.0.1:0")
            .replace("127.0.0.1:9001", app.address())
            .replace("10.0.0.0/8", "127.0.0.0/8");
    try (TestGateway gateway = TestGateway.start(yaml);
        RawClient client = gateway.connect()) {
      String office = "X-Forwarded-For: 192.0.2.9\r\n";
      assertThat(ask(client, "GET /admin/x", office).status()).isEqualTo(200);
      assertThat(ask(client, "GET /admin/x", "X-Forwarded-For: 203.0.113.9\r\n").status())
          .isEqualTo(403);
      assertThat(ask(client, "GET /x", "X-Forwarded-For: 203.0.113.9\r\n").status()).isEqualTo(200);
      assertThat(ask(client, "GET /x", "X-Forwarded-For: 198.51.100.9\r\n").status())
          .isEqualTo(403);
    }
  }

  @Test
  void canaryKeepsAClientOnOneVersionAndLetsTestersChoose() throws IOException {
    try (TestGateway gateway = start("configs/canary.yaml", says("stable"), says("canary"));
        RawClient client = gateway.connect()) {
      String first = client.get("/").body();
      for (int i = 0; i < 20; i++) assertThat(client.get("/" + i).body()).isEqualTo(first);
      assertThat(ask(client, "GET /", "X-Canary: yes\r\n").body()).isEqualTo("canary");
    }
  }

  @Test
  void mirrorAnswersFromTheLiveServiceAndCopiesSome() throws IOException {
    ScriptedUpstream rewritten = says("rewritten");
    try (TestGateway gateway = start("configs/mirror.yaml", says("live"), rewritten);
        RawClient client = gateway.connect()) {
      // None of 400 copied at one in ten is one chance in 10^18.
      for (int i = 0; i < 400; i++) assertThat(client.get("/orders/" + i).body()).isEqualTo("live");
      rewritten.awaitRequests(1);
      assertThat(rewritten.requests()).hasSizeLessThan(200);
    }
  }

  @Test
  void redirectsMovesClients() throws IOException {
    try (TestGateway gateway = start("configs/redirects.yaml");
        RawClient client = gateway.connect()) {
      RawResponse www =
          client.send("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\n\r\n").readResponse();
      assertThat(www.field("Location")).isEqualTo("https://www.example.com/a?b=c");
      assertThat(client.get("/people/7").field("Location")).endsWith("/users/7");
      RawResponse sale = client.get("/sale");
      assertThat(sale.status()).isEqualTo(307);
      assertThat(sale.field("Location")).endsWith("/autumn");
      assertThat(client.get("/else").body()).isEqualTo("Nothing here\n");
    }
  }

  @Test
  void retriesHidesAServerThatIsDown() throws IOException {
    ScriptedUpstream down = says("never");
    down.stopListening();
    try (TestGateway gateway = start("configs/retries.yaml", down, says("two"), says("backup"));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 20; i++) assertThat(client.get("/quotes/1").body()).isEqualTo("two");
    }
  }

  @Test
  void rewriteShowsTheServersOtherPathsHostsAndFields() throws IOException {
    ScriptedUpstream users = says("user");
    try (TestGateway gateway = start("configs/rewrite.yaml", users);
        RawClient client = gateway.connect()) {
      RawResponse answer = ask(client, "GET /api/users/7?x=1", "X-Debug-Level: 9\r\n");
      assertThat(answer.field("X-Powered-By")).isNull();
      assertThat(answer.field("X-Frame-Options")).isEqualTo("DENY");
      ScriptedUpstream.Request seen = users.lastRequest();
      assertThat(seen.line()).isEqualTo("GET /v2/users/7?x=1 HTTP/1.1");
      assertThat(seen.field("Host")).isEqualTo("users.internal");
      assertThat(seen.field("X-Debug-Level")).isNull();
      assertThat(seen.field("X-Client")).isEqualTo("127.0.0.1");
      client.get("/user/9/profile");
      assertThat(users.lastRequest().line()).isEqualTo("GET /v2/users/9 HTTP/1.1");
    }
  }

  @Test
  void stickyKeepsAClientOnItsServerByACookieThatHidesTheAddress() throws IOException {
    ScriptedUpstream one = says("one");
    try (TestGateway gateway = start("configs/sticky.yaml", one, says("two"));
        RawClient client = gateway.connect()) {
      RawResponse first = client.get("/");
      String cookie = String.valueOf(first.field("Set-Cookie"));
      assertThat(cookie).startsWith("shop-server=").doesNotContain("127.0.0.1");
      String pair = cookie.substring(0, cookie.indexOf(';'));
      for (int i = 0; i < 10; i++)
        assertThat(ask(client, "GET /" + i, "Cookie: " + pair + "\r\n").body())
            .isEqualTo(first.body());
    }
  }
}
