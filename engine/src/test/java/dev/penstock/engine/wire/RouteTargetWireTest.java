package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What routes do with requests other than passing them on unchanged. */
final class RouteTargetWireTest {
  private static RawResponse ask(TestGateway gateway, String request) {
    try (RawClient client = gateway.connect()) {
      client.send(request);
      return client.readResponse(request.startsWith("HEAD"));
    }
  }

  @Test
  void aRouteCanAnswerItself() {
    try (TestGateway gateway =
            TestGateway.start(
                """
                routes:
                  text: { match: /text, respond: { status: 201, body: "hello", headers: { X-A: [ b, c ] } } }
                  none: { match: /none, respond: 204 }
                  same: { match: /same, respond: { status: 304, headers: { ETag: '"x"' } } }
                """);
        RawClient client = gateway.connect()) {
      RawResponse text = client.get("/text");
      assertThat(text.status()).isEqualTo(201);
      assertThat(text.body()).isEqualTo("hello");
      assertThat(text.all("X-A")).containsExactly("b", "c");
      assertThat(text.field("Via")).isNull();
      RawResponse none = client.get("/none");
      assertThat(none.status()).isEqualTo(204);
      assertThat(none.field("Content-Length")).isNull();
      RawResponse same = client.get("/same");
      assertThat(same.status()).isEqualTo(304);
      assertThat(same.field("Content-Length")).isNull();
      client.send("HEAD /text HTTP/1.1\r\nHost: a\r\n\r\n");
      RawResponse head = client.readResponse(true);
      assertThat(head.field("Content-Length")).isEqualTo("5");
      assertThat(client.get("/text").body()).isEqualTo("hello");
    }
  }

  /** F17: what nobody wants is read past, and the next request is found where it begins. */
  @Test
  void theBodyOfARequestThatIsAnsweredHereIsReadPast() {
    try (TestGateway gateway = TestGateway.start("routes: { all: { respond: { body: hello } } }");
        RawClient client = gateway.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 33\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: b\r\n"
              + "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
      assertThat(client.readResponse().body()).isEqualTo("hello");
      assertThat(client.readResponse().body()).isEqualTo("hello");
      client.expectSilence(20);
      client.send("0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse().body()).isEqualTo("hello");
      gateway.awaitIdle();
    }
  }

  @Test
  void aRouteCanRedirect() {
    try (TestGateway gateway =
        TestGateway.start(
            """
            routes:
              all: { match: "/old/{rest**}", redirect: "https://{host}/new/{rest}" }
            """)) {
      RawResponse answer = ask(gateway, "GET /old/a/b?c=d HTTP/1.1\r\nHost: a.test:81\r\n\r\n");
      assertThat(answer.status()).isEqualTo(308);
      assertThat(answer.field("Location")).startsWith("https://a.test/new/a/b");
    }
  }

  @Test
  void aSplitKeepsAClientOnOneUpstreamAndDividesTheRest() {
    try (ScriptedUpstream one =
            ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        ScriptedUpstream two =
            ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams:
                  one: { endpoints: [ "%s" ] }
                  two: { endpoints: [ "%s" ] }
                routes:
                  all: { split: { between: [ one, { upstream: two, weight: 1 } ], key: "header:X-User" } }
                """
                    .formatted(one.address(), two.address()));
        RawClient client = gateway.connect()) {
      StringBuilder seen = new StringBuilder();
      for (int user = 0; user < 30; user++) {
        String request = "GET / HTTP/1.1\r\nHost: a\r\nX-User: u" + user + "\r\n\r\n";
        String first = client.send(request).readResponse().body();
        assertThat(client.send(request).readResponse().body()).isEqualTo(first);
        seen.append(first);
      }
      assertThat(seen.toString()).contains("1").contains("2");
      gateway.awaitIdle("one", "two");
    }
  }

  @Test
  void aMirrorGetsACopyAndItsAnswerGoesToNobody() {
    try (ScriptedUpstream real = ScriptedUpstream.ok();
        ScriptedUpstream copy =
            ScriptedUpstream.answering("HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nevil");
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams:
                  real: { endpoints: [ "%s" ] }
                  copy: { endpoints: [ "%s" ] }
                routes:
                  all: { upstream: real, mirror: { upstream: copy, max-body: 10 } }
                """
                    .formatted(real.address(), copy.address()));
        RawClient client = gateway.connect()) {
      assertThat(client.get("/a?b=c").body()).isEqualTo("ok");
      copy.awaitRequests(1);
      client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
      assertThat(client.readResponse().body()).isEqualTo("ok");
      copy.awaitRequests(2);
      client.send("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n" + "x".repeat(20));
      assertThat(client.readResponse().body()).isEqualTo("ok");
      assertThat(client.get("/last").body()).isEqualTo("ok");
      copy.awaitRequests(3);
      assertThat(copy.requests())
          .extracting(ScriptedUpstream.Request::line)
          .containsExactly("GET /a?b=c HTTP/1.1", "POST /p HTTP/1.1", "GET /last HTTP/1.1");
      assertThat(copy.requests().get(1).body()).isEqualTo("body");
      assertThat(real.requests()).hasSize(4);
      gateway.awaitIdle("real", "copy");
    }
  }

  @Test
  void pathsHostsAndFieldsAreRewritten() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nX-Inner: 1\r\nContent-Length: 0\r\n\r\n");
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes:
                  users:
                    match: { path: "/users/{id}" }
                    upstream: up
                    rewrite:
                      path: "/v2/people/{id}"
                      host: inner.test
                      request-headers: { remove: [ x-old ], set: { X-Client: "{client-ip}" } }
                      response-headers: { remove: [ x-inner ], add: { X-Outer: "2" } }
                """
                    .formatted(upstream.address()))) {
      RawResponse answer =
          ask(
              gateway,
              "GET /users/7?a=b HTTP/1.1\r\nHost: a.test\r\nX-Old: 1\r\nX-Client: evil\r\n\r\n");
      assertThat(upstream.onlyRequest().line()).isEqualTo("GET /v2/people/7?a=b HTTP/1.1");
      assertThat(upstream.onlyRequest().field("Host")).isEqualTo("inner.test");
      assertThat(upstream.onlyRequest().field("X-Old")).isNull();
      assertThat(upstream.onlyRequest().field("X-Client")).isEqualTo("127.0.0.1");
      assertThat(answer.field("X-Inner")).isNull();
      assertThat(answer.field("X-Outer")).isEqualTo("2");
    }
  }

  /** C10: routes, rules and upstream see one path. */
  @Test
  void everyoneSeesTheCanonicalPath() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes:
                  admin: { match: /admin/**, respond: 403 }
                  all: { upstream: up }
                """
                    .formatted(upstream.address()));
        RawClient client = gateway.connect()) {
      for (String path :
          List.of(
              "/admin/x",
              "//admin/x",
              "/a/../admin/x",
              "/a/%2e%2e/admin/x",
              "/./admin/x",
              "/%61dmin/x",
              "/a/.%2E/admin/",
              "/admin/../admin")) assertThat(client.get(path).status()).as(path).isEqualTo(403);
      client.send("GET http://a.test/b/../admin HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(403);
      assertThat(upstream.received()).isEmpty();
      assertThat(client.get("/x/%7Euser/../y?q=/../admin").status()).isEqualTo(200);
      assertThat(upstream.onlyRequest().line()).isEqualTo("GET /x/y?q=/../admin HTTP/1.1");
    }
  }

  /** F14, RFC 9110 §15.5.6. */
  @Test
  void aMethodThatNoRouteTakesIs405WithAllow() {
    try (TestGateway gateway =
            TestGateway.start(
                """
                routes:
                  read: { match: { path: /a, methods: [ GET ] }, respond: 200 }
                  odd: { match: { path: /a, methods: [ BREW ] }, respond: 299 }
                """);
        RawClient client = gateway.connect()) {
      for (String method : List.of("POST", "TRACE")) {
        client.send(method + " /a HTTP/1.1\r\nHost: a\r\n\r\n");
        RawResponse answer = client.readResponse();
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.field("Allow")).contains("GET").contains("HEAD").contains("BREW");
      }
      client.send("BREW /a HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(299);
      client.send("brew /a HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(405);
      client.send("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(405);
    }
  }

  /** L3. */
  @Test
  void aRouteCanDemandALength() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            TestGateway.start(
                """
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { upstream: up, require-length: true } }
                """
                    .formatted(upstream.address()));
        RawClient client = gateway.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(411);
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na");
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void accessRulesLookAtTheClientsAddress() {
    try (TestGateway gateway =
            TestGateway.start(
                """
                routes:
                  denied: { match: /denied, respond: 200, access: { deny: [ 127.0.0.0/8 ] } }
                  other: { match: /other, respond: 200, access: { allow: [ 10.0.0.0/8 ] } }
                  allowed: { match: /allowed, respond: 200, access: { allow: [ 127.0.0.1 ] } }
                """);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/denied").status()).isEqualTo(403);
      assertThat(client.get("/other").status()).isEqualTo(403);
      assertThat(client.get("/allowed").status()).isEqualTo(200);
    }
  }
}
