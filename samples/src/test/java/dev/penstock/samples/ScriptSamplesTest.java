package dev.penstock.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.Peer;
import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each script in {@code scripts} does what its first line says, in a gateway, over sockets. */
@Timeout(120)
final class ScriptSamplesTest {
  private static final Path FOLDER = Path.of("scripts");
  private static final List<String> TESTED =
      List.of(
          "ab-split.js",
          "aggregate.js",
          "balancer.js",
          "basic-auth.js",
          "coalesce.js",
          "events.js",
          "geo-header.js",
          "html-rewrite.js",
          "json-rewrite.js",
          "jwt-check.js",
          "redirects.js",
          "retry.js",
          "rewrite.js",
          "tenant-routing.js",
          "throttle.js",
          "waf.js",
          "webhook.ts");

  private static final AtomicInteger REPORTS = new AtomicInteger();
  private static final AtomicInteger LOST = new AtomicInteger();
  private static ScriptGateway gateway;

  @BeforeAll
  static void start() throws IOException {
    gateway = ScriptGateway.of(FOLDER, ScriptSamplesTest::reply);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static void reply(ScriptedUpstream.Request request, Peer peer) throws IOException {
    String path = request.line().split(" ")[1];
    switch (path) {
      case "/html/page" -> {
        // The tag is cut in two.
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "10\r\n<head><p>x</p></\r\n");
        peer.send("8\r\nhead>end\r\n0\r\n\r\n");
      }
      case "/json/user" ->
          ScriptGateway.typed(
              peer, "application/json", "{\"name\":\"Ada\",\"passwordHash\":\"x\",\"ssn\":1}");
      case "/users/7" -> ScriptGateway.typed(peer, "application/json", "{\"name\":\"Ada\"}");
      case "/reports/sales" -> ScriptGateway.text(peer, "report " + REPORTS.incrementAndGet());
      case "/retry/lost" -> {
        if (LOST.incrementAndGet() < 3) peer.reset();
        else ScriptGateway.text(peer, "found");
      }
      case "/retry/gone" -> peer.reset();
      default -> ScriptGateway.text(peer, "one");
    }
  }

  @Test
  void everyScriptHasATest() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      TreeSet<String> names = new TreeSet<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[a-z-]+\\.[jt]s"))
          .forEach(names::add);
      assertThat(names).containsExactlyElementsOf(TESTED);
    }
  }

  @Test
  void tenantsAreRouted() {
    assertThat(gateway.ask("GET /tenants/x", "X-Tenant: acme").body()).isEqualTo("two");
    assertThat(gateway.ask("GET /tenants/x").status()).isEqualTo(400);
    assertThat(gateway.ask("GET /tenants/x", "X-Tenant: nobody").status()).isEqualTo(404);
  }

  private static String hmac(String key, String text, boolean hex) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] sum = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return hex
          ? HexFormat.of().formatHex(sum)
          : Base64.getUrlEncoder().withoutPadding().encodeToString(sum);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String token(String key, String claims) {
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String text =
        encoder.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    return text + "." + hmac(key, text, false);
  }

  @Test
  void tokensAreChecked() {
    String claims = "{\"sub\":\"ada\",\"exp\":4000000000}";
    String bearer = "Authorization: Bearer ";
    assertThat(
            gateway
                .ask("GET /jwt/in", bearer + token("not so secret", claims), "X-User: root")
                .status())
        .isEqualTo(200);
    assertThat(seenByOne("/jwt/in").field("x-user")).isEqualTo("ada");
    assertThat(gateway.ask("GET /jwt/x", bearer + token("guessed", claims)).body())
        .isEqualTo("the token is not ours\n");
    assertThat(gateway.ask("GET /jwt/x").status()).isEqualTo(401);
    String old = token("not so secret", "{\"sub\":\"ada\",\"exp\":1}");
    assertThat(gateway.ask("GET /jwt/x", bearer + old).body()).isEqualTo("the token has expired\n");
  }

  private static ScriptedUpstream.Request seenByOne(String target) {
    return gateway.one.requests().stream()
        .filter(request -> request.line().split(" ")[1].equals(target))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nobody asked for " + target));
  }

  @Test
  void clientsAreSplitAndStay() {
    assertThat(gateway.ask("GET /ab/x", "Cookie: variant=b").body()).isEqualTo("two");
    assertThat(gateway.ask("GET /ab/x", "Cookie: x=y; variant=a").body()).isEqualTo("one");
    RawResponse fresh = gateway.ask("GET /ab/x");
    String variant = fresh.body().equals("one") ? "a" : "b";
    assertThat(fresh.field("Set-Cookie")).startsWith("variant=" + variant + "; Path=/");
  }

  @Test
  void pathsAndFieldsAreRewritten() {
    RawResponse answer =
        gateway.ask("GET /api/v1/things?a=b", "X-Debug: 1", "X-Forwarded-For: 192.0.2.77");
    assertThat(answer.field("X-Powered-By")).isNull();
    assertThat(answer.field("X-Frame-Options")).isEqualTo("DENY");
    ScriptedUpstream.Request seen = seenByOne("/internal/things?a=b");
    assertThat(seen.field("X-Client")).isEqualTo("192.0.2.77");
    assertThat(seen.field("X-Debug")).isNull();
  }

  @Test
  void pagesAreRewrittenWhileTheyStream() {
    RawResponse page = gateway.ask("GET /html/page", "Accept-Encoding: gzip");
    assertThat(page.body())
        .isEqualTo("<head><p>x</p><script src=\"/consent.js\" defer></script></head>end");
    assertThat(seenByOne("/html/page").field("Accept-Encoding")).isNull();
  }

  @Test
  void secretsLeaveJson() {
    assertThat(gateway.ask("GET /json/user").body()).isEqualTo("{\"name\":\"Ada\"}");
  }

  @Test
  void manyClientsAreOneRequest() {
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(gateway.connect().send("GET /reports/sales HTTP/1.1\r\nHost: a.test\r\n\r\n"));
    }
    for (RawClient client : clients) {
      assertThat(client.readResponse().body()).isEqualTo("report 1");
      client.close();
    }
    assertThat(REPORTS).hasValue(1);
  }

  @Test
  void attacksAreRefused() {
    assertThat(gateway.ask("GET /waf/?q=1+union+select+2").status()).isEqualTo(403);
    assertThat(gateway.ask("GET /waf/?q=trade+union").body()).isEqualTo("one");
  }

  @Test
  void theUpstreamLearnsTheCountry() {
    gateway.ask("GET /geo/de", "X-Forwarded-For: 192.0.2.1");
    assertThat(seenByOne("/geo/de").field("X-Country")).isEqualTo("DE");
    assertThat(seenByOne("/geo/de").field("X-Currency")).isEqualTo("EUR");
    gateway.ask("GET /geo/none", "X-Forwarded-For: 127.0.0.1");
    assertThat(seenByOne("/geo/none").field("X-Country")).isEqualTo("XX");
  }

  @Test
  void cartsStayAndOthersAreSpread() {
    TreeSet<String> homes = new TreeSet<>();
    for (int cart = 0; cart < 40; cart++) {
      String home = gateway.ask("GET /carts/", "X-Cart: " + cart).body();
      assertThat(gateway.ask("GET /carts/", "X-Cart: " + cart).body()).isEqualTo(home);
      homes.add(home);
    }
    // One home for forty carts is one chance in 10^12, and the hash does not roll dice.
    assertThat(homes).containsExactly("one", "two");
    assertThat(gateway.ask("GET /carts/").status()).isEqualTo(200);
  }

  @Test
  void lostConnectionsAreHidden() {
    assertThat(gateway.ask("GET /retry/lost").body()).isEqualTo("found");
    RawResponse gone = gateway.ask("GET /retry/gone");
    assertThat(gone.status()).isEqualTo(503);
    assertThat(gone.field("Retry-After")).isEqualTo("5");
    assertThat(gone.body()).contains("\"attempts\":3");
  }

  @Test
  void twoServicesAreOneAnswer() {
    // Reviews are no JSON here, and therefore left out.
    assertThat(gateway.ask("GET /profiles/7").body())
        .isEqualTo("{\"name\":\"Ada\",\"reviews\":[]}");
    assertThat(gateway.two.requests())
        .anyMatch(request -> request.line().startsWith("GET /reviews?user=7 "));
  }

  @Test
  void eventsAreSent() {
    RawResponse events = gateway.ask("GET /events?count=3");
    assertThat(events.field("Content-Type")).isEqualTo("text/event-stream");
    assertThat(events.body())
        .isEqualTo(
            "id: 1\nevent: tick\ndata: {\"n\":1}\n\nid: 2\nevent: tick\ndata: {\"n\":2}\n\n"
                + "id: 3\nevent: tick\ndata: {\"n\":3}\n\n");
  }

  @Test
  void theTeamKnowsThePassword() {
    assertThat(gateway.ask("GET /team/x").field("WWW-Authenticate")).startsWith("Basic realm=");
    assertThat(gateway.ask("GET /team/x", basic("ada:wrong")).status()).isEqualTo(401);
    assertThat(gateway.ask("GET /team/in", basic("ada:correct horse")).body()).isEqualTo("one");
    assertThat(seenByOne("/team/in").field("Authorization")).isNull();
  }

  private static String basic(String pair) {
    return "Authorization: Basic "
        + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void signedWebhooksPass() {
    String body = "{\"paid\":true}";
    String good = "X-Signature-256: sha256=" + hmac("s3cret", body, true);
    assertThat(gateway.askWith(body, "POST /hooks/paid", good).body()).isEqualTo("one");
    assertThat(seenByOne("/hooks/paid").body()).isEqualTo(body);
    assertThat(gateway.askWith(body + " ", "POST /hooks/paid", good).status()).isEqualTo(401);
  }

  @Test
  void keysHaveTheirCounts() {
    RawResponse first = gateway.ask("GET /limited/x", "X-Api-Key: k");
    assertThat(first.field("X-Requests-Left")).isEqualTo("59");
    int refused = 0;
    // A minute may end within: then there are two counts.
    for (int i = 0; i < 125; i++)
      if (gateway.ask("GET /limited/x", "X-Api-Key: k").status() == 429) refused++;
    assertThat(refused).isPositive();
    assertThat(gateway.ask("GET /limited/x", "X-Api-Key: other").status()).isEqualTo(200);
  }

  @Test
  void oldAddressesLeadToNewOnes() {
    RawResponse moved = gateway.ask("GET /about-us?a=b");
    assertThat(moved.status()).isEqualTo(301);
    assertThat(moved.field("Location")).isEqualTo("/company?a=b");
    assertThat(gateway.ask("GET /contact").body()).isEqualTo("one");
  }
}
