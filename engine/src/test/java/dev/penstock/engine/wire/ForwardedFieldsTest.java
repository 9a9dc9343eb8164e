package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What endpoints are told about the client, and what neither side is told (H1 to H15). */
final class ForwardedFieldsTest {
  private static final String OPEN =
      """
      listeners: { web: { bind: "127.0.0.1:0", trusted-proxies: %s } }
      forwarding: %s
      upstreams: { up: { endpoints: [ "%s" ] } }
      routes: { all: { upstream: up } }
      """;

  private static ScriptedUpstream.Request forwarded(
      String trusted, String forwarding, String fields) {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(OPEN.formatted(trusted, forwarding, upstream.address()));
        RawClient client = gateway.connect()) {
      client.send("GET /a?b=c HTTP/1.1\r\nHost: a.test:81\r\n" + fields + "\r\n");
      RawResponse answer = client.readResponse();
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      return upstream.onlyRequest();
    }
  }

  private static ScriptedUpstream.Request forwarded(String fields) {
    return forwarded("[]", "{}", fields);
  }

  /** H1. */
  @Test
  void fieldsForOneConnectionStay() {
    ScriptedUpstream.Request request =
        forwarded(
            "Connection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\n"
                + "TE: gzip\r\nProxy-Authorization: Basic eA==\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\nX-Ours: 2\r\n");
    for (String name :
        List.of(
            "X-Mine",
            "Keep-Alive",
            "Proxy-Connection",
            "TE",
            "Proxy-Authorization",
            "Upgrade",
            "HTTP2-Settings",
            "Connection")) assertThat(request.all(name)).as(name).isEmpty();
    assertThat(request.field("X-Ours")).isEqualTo("2");
  }

  /** E7: the token of HTTP/2 without TLS is taken out, the request goes on without it. */
  @Test
  void anUpgradeToH2cIsNotPassedOn() {
    ScriptedUpstream.Request request =
        forwarded(
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n");
    assertThat(request.head()).doesNotContainIgnoringCase("h2c").doesNotContain("HTTP2-Settings");
  }

  @Test
  void teTrailersIsPassedOn() {
    ScriptedUpstream.Request request =
        forwarded("TE: trailers, deflate;q=0.5\r\nConnection: TE\r\n");
    assertThat(request.field("TE")).isEqualTo("trailers");
    assertThat(request.field("Connection")).isEqualTo("TE");
  }

  /** H3, H4, H5. */
  @Test
  void whatAStrangerSaysOfTheClientIsReplaced() {
    ScriptedUpstream.Request request =
        forwarded(
            "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
                + "X-Forwarded-Port: 443\r\nX-Forwarded-Prefix: /x\r\nForwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\n");
    assertThat(request.field("X-Forwarded-For")).isEqualTo("127.0.0.1");
    assertThat(request.field("X-Forwarded-Proto")).isEqualTo("http");
    assertThat(request.field("X-Forwarded-Host")).isEqualTo("a.test:81");
    assertThat(request.field("X-Forwarded-Port")).isNotEqualTo("443");
    for (String name : List.of("X-Forwarded-Prefix", "Forwarded", "X-Real-IP"))
      assertThat(request.all(name)).as(name).isEmpty();
  }

  /** H3, H4. */
  @Test
  void whatATrustedProxySaysOfTheClientIsKept() {
    ScriptedUpstream.Request request =
        forwarded(
            "[ 127.0.0.0/8 ]",
            "{}",
            "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: front\r\n"
                + "X-Forwarded-Port: 443\r\nX-Request-Id: given\r\n");
    assertThat(request.field("X-Forwarded-For")).isEqualTo("1.2.3.4, 5.6.7.8, 127.0.0.1");
    assertThat(request.field("X-Forwarded-Proto")).isEqualTo("https");
    assertThat(request.field("X-Forwarded-Host")).isEqualTo("front");
    assertThat(request.field("X-Forwarded-Port")).isEqualTo("443");
    assertThat(request.field("X-Request-Id")).isEqualTo("given");
  }

  /** H3: the first address from the right that is not a trusted proxy is the client. */
  @Test
  void theClientBehindTrustedProxiesIsTheOneThatAccessRulesSee() {
    try (TestGateway gateway =
            TestGateway.start(
                """
                listeners: { web: { bind: "127.0.0.1:0", trusted-proxies: [ 127.0.0.0/8, 10.0.0.0/8 ] } }
                routes: { all: { respond: 200, access: { deny: [ 9.9.9.9 ] } } }
                """);
        RawClient client = gateway.connect()) {
      String start = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ";
      client.send(start + "9.9.9.9, 10.1.1.1\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(403);
      client.send(start + "9.9.9.9, 8.8.8.8, 10.1.1.1\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
      client.send(start + "9.9.9.9, nonsense, 10.1.1.1\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
    }
  }

  /** RFC 7239. */
  @Test
  void forwardedIsSentWhenItIsAskedFor() {
    assertThat(
            forwarded("[]", "{ forwarded: true, x-forwarded: false }", "Forwarded: for=evil\r\n")
                .field("Forwarded"))
        .isEqualTo("for=127.0.0.1;proto=http;host=\"a.test:81\"");
    assertThat(
            forwarded("[ 127.0.0.1 ]", "{ forwarded: true }", "Forwarded: for=1.2.3.4\r\n")
                .field("Forwarded"))
        .isEqualTo("for=1.2.3.4, for=127.0.0.1;proto=http;host=\"a.test:81\"");
  }

  /** H6, both directions. */
  @Test
  void viaNamesTheGateway() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nVia: 1.1 inner\r\nContent-Length: 0\r\n\r\n");
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.0\r\nHost: a\r\nVia: 1.0 outer\r\n\r\n");
      assertThat(client.readResponse().all("Via")).containsExactly("1.1 inner", "1.1 penstock");
      assertThat(upstream.onlyRequest().all("Via")).containsExactly("1.0 outer", "1.0 penstock");
    }
  }

  /** H7. */
  @Test
  void aRequestThatGoesInCirclesIsEnded() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(OPEN.formatted("[]", "{ max-loops: 2 }", upstream.address()));
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nCDN-Loop: penstock, x; y=1, penstock\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
      client.send(
          "GET / HTTP/1.1\r\nHost: a\r\nCDN-Loop: penstock;a=b, Penstock\r\nCDN-Loop: penstock\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(508);
      assertThat(upstream.onlyRequest().all("CDN-Loop"))
          .containsExactly("penstock, x; y=1, penstock", "penstock");
    }
  }

  /** H7: also where somebody on the way drops CDN-Loop. */
  @Test
  void aCircleShowsInViaToo() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(OPEN.formatted("[]", "{ max-loops: 2 }", upstream.address()));
        RawClient client = gateway.connect()) {
      String via = "GET / HTTP/1.1\r\nHost: a\r\nVia: %s\r\n\r\n";
      for (String passes :
          new String[] {
            "1.1 penstock, 1.1 penstock",
            "1.1 penstock, 1.1 penstock, 1.1 penstock2, 1.1 apenstock, 1.1 x penstock, penstock",
            "1.1 penstock.test, 1.1 penstock:80, 1.1 penstock, ,,",
          }) {
        client.send(via.formatted(passes));
        assertThat(client.readResponse().status()).as(passes).isEqualTo(200);
      }
      for (String circle :
          new String[] {
            "1.1 penstock, 1.0 Penstock (x), HTTP/1.1\tpenstock",
            "1.1 penstock\r\nVia: 1.1 a,1.1 penstock,1.1  penstock",
          }) {
        client.send(via.formatted(circle));
        assertThat(client.readResponse().status()).as(circle).isEqualTo(508);
      }
    }
  }

  /** H8. */
  @Test
  void dateIsAddedWhereItIsMissingAndServerIsKept() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) ->
                peer.send(
                    request.line().contains("/dated")
                        ? "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: s\r\nContent-Length: 0\r\n\r\n"
                        : ScriptedUpstream.OK));
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      RawResponse dated = client.get("/dated");
      assertThat(dated.field("Date")).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
      assertThat(dated.field("Server")).isEqualTo("s");
      assertThat(client.get("/").field("Date"))
          .matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT");
    }
  }

  /** H9. */
  @Test
  void orderCaseAndRepetitionOfFieldsStay() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nset-COOKIE: a=1\r\nX-B: \u00e9\r\nSet-Cookie: b=2, c\r\nContent-Length: 0\r\n\r\n");
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nx-ONE: 1\r\nHost: a\r\nX-Two: 2\r\nX-One: \u00fc  \r\n\r\n");
      RawResponse answer = client.readResponse();
      assertThat(answer.fields())
          .containsSubsequence("set-COOKIE: a=1", "X-B: \u00e9", "Set-Cookie: b=2, c");
      assertThat(upstream.onlyRequest().head())
          .containsSubsequence("x-ONE: 1\r\n", "X-Two: 2\r\n", "X-One: \u00fc\r\n");
    }
  }

  /** H10, H11. */
  @Test
  void fieldsThatPretendToBeOursAreDropped() {
    ScriptedUpstream.Request request =
        forwarded(
            "Client-Cert: x\r\nX-Forwarded-Client-Cert: x\r\nX_Real_IP: 1\r\nX-Forwarded_For: 1\r\nProxy: http://evil\r\nX-Request-Id: mine\r\n");
    for (String name :
        List.of("Client-Cert", "X-Forwarded-Client-Cert", "X_Real_IP", "X-Forwarded_For", "Proxy"))
      assertThat(request.all(name)).as(name).isEmpty();
    assertThat(request.field("X-Request-Id"))
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  /** H12. */
  @Test
  void aValidTraceContextIsKeptAndAnyOtherReplaced() {
    String valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    ScriptedUpstream.Request kept = forwarded("traceparent: " + valid + "\r\ntracestate: a=b\r\n");
    assertThat(kept.field("traceparent")).isEqualTo(valid);
    assertThat(kept.field("tracestate")).isEqualTo("a=b");
    for (String wrong :
        List.of(
            valid.toUpperCase(java.util.Locale.ROOT),
            "00-" + "0".repeat(32) + "-b7ad6b7169203331-01",
            "x")) {
      ScriptedUpstream.Request replaced =
          forwarded("traceparent: " + wrong + "\r\ntracestate: a=b\r\n");
      assertThat(replaced.field("traceparent"))
          .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00")
          .isNotEqualTo(wrong);
      assertThat(replaced.field("tracestate")).isNull();
    }
  }

  /** H13, H14. */
  @Test
  void priorityAndEarlyDataPass() {
    ScriptedUpstream.Request request = forwarded("Priority: u=1, i\r\nEarly-Data: 1\r\n");
    assertThat(request.field("Priority")).isEqualTo("u=1, i");
    assertThat(request.field("Early-Data")).isEqualTo("1");
  }

  /** H15, U8. */
  @Test
  void errorsOfOursSayWhatHappenedWithoutAddresses() {
    try (TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "127.0.0.1:1" ] } }
                routes: { all: { match: /a, upstream: up } }
                """);
        RawClient client = gateway.connect()) {
      RawResponse refused = client.get("/a");
      assertThat(refused.status()).isEqualTo(502);
      assertThat(refused.field("Proxy-Status")).isEqualTo("penstock; error=connection_refused");
      assertThat(refused.toString()).doesNotContain("127.0.0.1");
      RawResponse missing = client.get("/b");
      assertThat(missing.status()).isEqualTo(404);
      assertThat(missing.field("Proxy-Status")).isEqualTo("penstock; error=destination_not_found");
    }
  }

  /** H1 on the way back. */
  @Test
  void fieldsForOurConnectionToTheEndpointGoNoFurther() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nConnection: X-Inner\r\nX-Inner: 1\r\nKeep-Alive: timeout=9\r\nProxy-Authenticate: Basic\r\n"
                    + "Alt-Svc: h3=\":443\"\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n");
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      RawResponse answer = client.get("/");
      for (String name :
          List.of(
              "Connection", "X-Inner", "Keep-Alive", "Proxy-Authenticate", "Alt-Svc", "Upgrade"))
        assertThat(answer.all(name)).as(name).isEmpty();
    }
  }

  /** F12: RFC 9112 §3.2.2. */
  @Test
  void theAuthorityOfAnAbsoluteTargetTakesThePlaceOfHost() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { right: { match: { hosts: [ right.test ] }, upstream: up } }
                """
                    .formatted(upstream.address()));
        RawClient client = gateway.connect()) {
      client.send("GET http://right.test:8080/a?b HTTP/1.1\r\nHost: wrong.test\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(upstream.onlyRequest().line()).isEqualTo("GET /a?b HTTP/1.1");
      assertThat(upstream.onlyRequest().field("Host")).isEqualTo("right.test:8080");
      client.send("GET http://wrong.test/ HTTP/1.1\r\nHost: right.test\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(404);
    }
  }

  @Test
  void optionsForTheWholeServerPasses() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(upstream.onlyRequest().line()).isEqualTo("OPTIONS * HTTP/1.1");
    }
  }
}
