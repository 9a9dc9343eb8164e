package dev.penstock.plugins.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.ScriptedUpstream.Request;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;

/** rewrite, cookies and map-back, over sockets. */
final class RewriteFiltersTest {
  private static Request sent(String filters, String target, String... fields) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filters);
        RawClient client = gateway.connect()) {
      client.send(
          "GET "
              + target
              + " HTTP/1.1\r\nHost: shop.example\r\n"
              + String.join("", List.of(fields).stream().map(f -> f + "\r\n").toList())
              + "\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
      return upstream.onlyRequest();
    }
  }

  private static RawResponse received(String filters, String... fields) {
    String lines = String.join("", List.of(fields).stream().map(f -> f + "\r\n").toList());
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, filters);
        RawClient client = gateway.connect()) {
      String answer =
          "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
              + lines.replace("ENDPOINT", upstream.address())
              + "\r\n";
      upstream.script(peer -> {
        while (peer.readRequest() != null) peer.send(answer);
      });
      client.send("GET /a HTTP/1.1\r\nHost: Shop.example:8080\r\n\r\n");
      return client.readResponse();
    }
  }

  // ---- rewrite

  @Test
  void pathQueryHostAndFieldsAreChanged() {
    Request request =
        sent(
            "{ rewrite: { path: { strip-prefix: /api, add-prefix: /v2 }, host: \"in-{host}\","
                + " query: { remove: [ utm_*, token ], set: { from: \"{header.x-app}\" }, add: { v: \"2\" } },"
                + " request-headers: { rename: { x-old: x-new }, remove: x-drop, set: { x-ip: \"{client-ip}\" }, append: { via-app: b } } } }",
            "/api/users?utm_source=a&q=1&%74oken=secret&token=2&utm_x",
            "X-Old: 1",
            "X-Old: 2",
            "X-Drop: 1",
            "X-App: a&b=c",
            "Via-App: a");
    assertThat(request.line()).isEqualTo("GET /v2/users?q=1&from=a%26b%3Dc&v=2 HTTP/1.1");
    assertThat(request.field("Host")).isEqualTo("in-shop.example");
    assertThat(request.all("X-New")).containsExactly("1", "2");
    assertThat(request.all("X-Old")).isEmpty();
    assertThat(request.field("X-Drop")).isNull();
    assertThat(request.field("X-Ip")).isEqualTo("127.0.0.1");
    assertThat(request.field("Via-App")).isEqualTo("a, b");
  }

  @Test
  void onlyNamedParametersCanBeKept() {
    assertThat(sent("{ rewrite: { query: { keep: [ a, b ] } } }", "/?a=1&c=2&%62=3&&x").line())
        .isEqualTo("GET /?a=1&%62=3 HTTP/1.1");
    assertThat(sent("{ rewrite: { query: { keep: z } } }", "/?a=1").line())
        .isEqualTo("GET / HTTP/1.1");
    assertThat(sent("{ rewrite: { query: { set: { a: \"1\" } } } }", "/x").line())
        .isEqualTo("GET /x?a=1 HTTP/1.1");
  }

  @Test
  void aLaterFilterSeesWhatAnEarlierOneMade() {
    Request request =
        sent(
            "{ rewrite: { path: { add-prefix: /a } } }, { rewrite: { when: { paths: /a/b }, request-headers: { set: { x-path: \"{path}\" } } } }",
            "/b");
    assertThat(request.field("x-path")).isEqualTo("/a/b");
  }

  @Test
  void conditionsDecide() {
    String filter =
        "{ rewrite: { when: { methods: GET, headers: { x-app: \"~^i\", x-no: absent } }, request-headers: { set: { x-hit: \"1\" } } } }";
    assertThat(sent(filter, "/", "X-App: ios").field("x-hit")).isEqualTo("1");
    assertThat(sent(filter, "/", "X-App: android").field("x-hit")).isNull();
    assertThat(sent(filter, "/", "X-App: ios", "X-No: 1").field("x-hit")).isNull();
    assertThat(sent(filter, "/").field("x-hit")).isNull();
    RawResponse answer =
        received(
            "{ rewrite: { when: { statuses: 300-399 }, response-headers: { set: { x-hit: \"{method}\" }, rename: { x-a: x-b } } } },"
                + " { rewrite: { when: { statuses: 200 }, response-headers: { set: { x-miss: \"1\" } } } }",
            "X-A: 1");
    assertThat(answer.field("x-hit")).isEqualTo("GET");
    assertThat(answer.field("x-b")).isEqualTo("1");
    assertThat(answer.field("x-miss")).isNull();
  }

  @Test
  void noValueBreaksOutOfItsPlace() {
    Request request =
        sent(
            "{ rewrite: { request-headers: { set: { x-a: \"{path}|{query}|{header.x-in}\" } }, query: { set: { a: \"{path}&x={query}\" } } } }",
            "/p?b=%0d%0aX-Evil:%201",
            "X-In: a\tb");
    assertThat(request.all("X-Evil")).isEmpty();
    assertThat(request.head().lines().filter(line -> line.startsWith("X-Evil")).count()).isZero();
    assertThat(request.line())
        .isEqualTo(
            "GET /p?b=%0d%0aX-Evil:%201&a=%2Fp%26x%3Db%3D%250d%250aX-Evil%3A%25201 HTTP/1.1");
  }

  @Test
  void aHostThatIsNoneIsRefused() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, "{ rewrite: { host: \"{header.x-host}\" } }");
        RawClient client = gateway.connect()) {
      for (String host : List.of("a b", "a/b", "u@a", "")) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Host: " + host + "\r\n\r\n");
        assertThat(client.readResponse().status()).as(host).isEqualTo(400);
      }
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @Test
  void rulesThatCannotWorkAreRefused() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      for (String[] each :
          new String[][] {
            {"{ rewrite: {} }", "nothing is changed"},
            {"{ rewrite: { path: \"/{id}\" } }", "names \"{id}\""},
            {"{ rewrite: { request-headers: { rename: { host: x } } } }", "Host is changed by"},
            {
              "{ rewrite: { request-headers: { rename: { x: content-length } } } }",
              "frames the message"
            },
            {"{ rewrite: { request-headers: { set: { x: \"a\\r\\nb\" } } } }", "U+000D"},
            {"{ rewrite: { query: { keep: a, remove: b } } }", "no place beside it"},
            {"{ rewrite: { when: { statuses: 999 }, host: a } }", "is no status"},
            {"{ cookies: { path: { a: b } } }", "paths start with"},
            {"{ cookies: { same-site: none, secure: false } }", "without secure"},
            {"{ cookies: { rename: { a: x, b: x } } }", "same name"},
            {"{ map-back: { hosts: \"a/b\" } }", "is no host"},
            {"{ map-back: { addresses: { \"http://a@b/\": /x } } }", "is no address"},
          }) {
        assertThatThrownBy(() -> Wire.gateway(upstream, each[0]).close())
            .as(each[0])
            .hasMessageContaining(each[1])
            .hasMessageContaining("routes.all.filters[0]");
      }
    }
  }

  // ---- cookies

  @Test
  void cookiesFitTheAddressThatClientsSee() {
    RawResponse answer =
        received(
            "{ cookies: { rename: { SID: shop_sid }, domain: { app.internal: shop.example, other.internal: \"\" },"
                + " path: { /app: /shop }, secure: true, http-only: true, same-site: lax, remove: debug } }",
            "Set-Cookie: SID=1; Domain=.App.Internal; Path=/app/x; Max-Age=5; SameSite=None",
            "Set-Cookie: b=\"a=b\"; path=/apple; Secure; HttpOnly; domain=other.internal",
            "Set-Cookie: debug=1",
            "Set-Cookie: c=; Expires=Wed, 25 Nov 2026 12:00:00 GMT; Path=/app");
    assertThat(answer.all("Set-Cookie"))
        .containsExactly(
            "shop_sid=1; Domain=shop.example; Path=/shop/x; Max-Age=5; Secure; HttpOnly; SameSite=Lax",
            "b=\"a=b\"; Path=/apple; Secure; HttpOnly; SameSite=Lax",
            "c=; Expires=Wed, 25 Nov 2026 12:00:00 GMT; Path=/shop; Secure; HttpOnly; SameSite=Lax");
  }

  @Test
  void onlyNamedCookiesAreChanged() {
    assertThat(
            received(
                    "{ cookies: { names: [ a, x_* ], same-site: none } }",
                    "Set-Cookie: a=1",
                    "Set-Cookie: b=1; SameSite=Strict",
                    "Set-Cookie: x_1=1; Secure")
                .all("Set-Cookie"))
        .containsExactly(
            "a=1; Secure; SameSite=None", "b=1; SameSite=Strict", "x_1=1; Secure; SameSite=None");
  }

  @Test
  void requestsCarryTheNamesThatTheUpstreamKnows() {
    String filter = "{ cookies: { rename: { SID: shop_sid }, remove-from-request: [ track ] } }";
    assertThat(sent(filter, "/", "Cookie: a=1; shop_sid=x=y; track=2; SID=forged; z").all("Cookie"))
        .containsExactly("a=1; SID=x=y; z");
    assertThat(sent(filter, "/", "Cookie: track=2").all("Cookie")).isEmpty();
  }

  // ---- map-back

  private static String location(String config, String location) {
    return received("{ map-back: " + config + " }", "Location: " + location).field("Location");
  }

  @Test
  void redirectsLeadToTheAddressThatClientsUse() {
    String config =
        "{ hosts: [ app.internal ], paths: { /v2: /api }, addresses: { \"https://sso.internal/realm\": \"https://login.example\", \"http://old.internal\": /old } }";
    String here = "http://Shop.example:8080";
    assertThat(location(config, "http://ENDPOINT/v2/x?y#z")).isEqualTo(here + "/api/x?y#z");
    assertThat(location(config, "http://APP.internal:80/v2")).isEqualTo(here + "/api");
    assertThat(location(config, "//app.internal/v20")).isEqualTo(here + "/v20");
    assertThat(location(config, "https://app.internal")).isEqualTo(here);
    assertThat(location(config, "/v2/x")).isEqualTo("/api/x");
    assertThat(location(config, "x/y")).isEqualTo("x/y");
    assertThat(location(config, "https://sso.internal/realm/a"))
        .isEqualTo("https://login.example/a");
    assertThat(location(config, "http://old.internal/a")).isEqualTo(here + "/old/a");
  }

  @Test
  void addressesOfOthersStay() {
    for (String other :
        new String[] {
          "https://example.org/v2/x",
          "http://app.internal.evil.test/v2",
          "http://evil-app.internal/v2",
          "http://app.internal@evil.test/v2",
          "http://app.internal:8081/v2",
          "http://evil.test\\@app.internal/v2",
          "https://sso.internal/realmx",
          "javascript:alert(1)"
        }) {
      assertThat(
              location(
                  "{ hosts: app.internal, paths: { /v2: /api }, addresses: { \"https://sso.internal/realm\": \"https://login.example\" } }",
                  other))
          .isEqualTo(other);
    }
  }

  @Test
  void refreshAndContentLocationAreMappedToo() {
    RawResponse answer =
        received(
            "{ map-back: { hosts: app.internal } }",
            "Content-Location: http://app.internal/x",
            "Refresh: 5; URL='http://app.internal/y'");
    assertThat(answer.field("Content-Location")).isEqualTo("http://Shop.example:8080/x");
    assertThat(answer.field("Refresh")).isEqualTo("5; URL='http://Shop.example:8080/y'");
  }
}
