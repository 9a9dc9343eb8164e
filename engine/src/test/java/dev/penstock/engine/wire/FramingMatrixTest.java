package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each version and framing of a request against each of a response: all come through whole. */
final class FramingMatrixTest {
  private static final ScriptedUpstream UPSTREAM =
      ScriptedUpstream.replying(FramingMatrixTest::reply);
  private static final TestGateway GATEWAY = TestGateway.to(UPSTREAM);

  @AfterAll
  static void close() {
    GATEWAY.close();
    UPSTREAM.close();
  }

  private static void reply(ScriptedUpstream.Request request, Peer peer)
      throws java.io.IOException {
    String kind = request.line().replaceAll("^[A-Z]+ /([a-z0-9-]+).*", "$1");
    String body = "the answer to " + request.body();
    String start = kind.startsWith("old") ? "HTTP/1.0 200 OK\r\n" : "HTTP/1.1 200 OK\r\n";
    switch (kind.substring(4)) {
      case "none" -> peer.send(start + "Content-Length: 0\r\n\r\n");
      case "length" -> peer.send(start + "Content-Length: " + body.length() + "\r\n\r\n" + body);
      case "chunked" ->
          peer.send(
              start
                  + "Transfer-Encoding: chunked\r\n\r\n3\r\nthe\r\n"
                  + Integer.toHexString(body.length() - 3)
                  + "\r\n"
                  + body.substring(3)
                  + "\r\n0\r\n\r\n");
      case "close" -> {
        peer.send(start + "\r\n" + body);
        peer.close();
      }
      default -> throw new AssertionError(kind);
    }
    if (kind.startsWith("old")) peer.close();
  }

  static Stream<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    for (String version : List.of("1.0", "1.1")) {
      for (String request : List.of("none", "length", "empty", "chunked")) {
        if (version.equals("1.0") && request.equals("chunked")) continue; // F3
        for (String response :
            List.of(
                "new-none",
                "new-length",
                "new-chunked",
                "new-close",
                "old-none",
                "old-length",
                "old-close")) all.add(arguments(version, request, response));
      }
    }
    return all.stream();
  }

  private static String request(String version, String framing, String response) {
    String start =
        (framing.equals("none") ? "GET /" : "POST /")
            + response
            + " HTTP/"
            + version
            + "\r\nHost: a.test\r\n";
    return switch (framing) {
      case "none" -> start + "\r\n";
      case "length" -> start + "Content-Length: 8\r\n\r\nquestion";
      case "empty" -> start + "Content-Length: 0\r\n\r\n";
      case "chunked" ->
          start + "Transfer-Encoding: chunked\r\n\r\n4\r\nques\r\n4;x=y\r\ntion\r\n0\r\n\r\n";
      default -> throw new AssertionError(framing);
    };
  }

  private static void check(RawResponse answer, String version, String framing, String response) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    boolean hasBody = framing.equals("length") || framing.equals("chunked");
    String expected =
        response.endsWith("none") ? "" : "the answer to " + (hasBody ? "question" : "");
    assertThat(answer.body()).isEqualTo(expected);
    if (version.equals("1.0")) assertThat(answer.field("Transfer-Encoding")).isNull();
  }

  @ParameterizedTest(name = "HTTP/{0} with {1} and a response {2}")
  @MethodSource("cases")
  void passesWhole(String version, String framing, String response) {
    try (RawClient client = GATEWAY.connect()) {
      client.send(request(version, framing, response));
      check(client.readResponse(), version, framing, response);
      if (version.equals("1.0")) {
        client.expectClosed();
      } else {
        client.send(request(version, framing, response));
        check(client.readResponse(), version, framing, response);
      }
    }
    if (framing.equals("empty"))
      assertThat(UPSTREAM.lastRequest().field("Content-Length")).isEqualTo("0");
    if (framing.equals("none")) {
      assertThat(UPSTREAM.lastRequest().field("Content-Length")).isNull();
      assertThat(UPSTREAM.lastRequest().field("Transfer-Encoding")).isNull();
    }
  }

  @ParameterizedTest(name = "HTTP/{0} with {1} and a response {2}")
  @MethodSource("cases")
  void passesWholeByteByByte(String version, String framing, String response) {
    try (RawClient client = GATEWAY.connect()) {
      String request = request(version, framing, response);
      for (int i = 0; i < request.length(); i++) client.send(request.substring(i, i + 1));
      check(client.readResponse(), version, framing, response);
    }
  }

  /** F19: what comes in one packet is answered in order, whatever lies between. */
  @Test
  void pipelinedRequestsWithMixedBodiesAreAnsweredInOrder() {
    List<String> framings =
        List.of("none", "length", "chunked", "empty", "none", "chunked", "length");
    List<String> responses =
        List.of(
            "new-length",
            "new-chunked",
            "new-close",
            "old-length",
            "new-none",
            "new-length",
            "new-chunked");
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < framings.size(); i++)
      all.append(request("1.1", framings.get(i), responses.get(i)));
    try (RawClient client = GATEWAY.connect()) {
      client.send(all.toString());
      for (int i = 0; i < framings.size(); i++)
        check(client.readResponse(), "1.1", framings.get(i), responses.get(i));
      assertThat(client.get("/new-length").body()).isEqualTo("the answer to ");
    }
  }

  /** F19: a crowd of requests in few packets. */
  @Test
  void manyPipelinedRequestsAreAnsweredAndNoneIsLost() {
    try (RawClient client = GATEWAY.connect()) {
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 50; i++)
                  client.send(request("1.1", "length", "new-length").repeat(10));
              });
      for (int i = 0; i < 500; i++) check(client.readResponse(), "1.1", "length", "new-length");
      assertThat(sender.isAlive()).isFalse();
    }
  }

  /** Two connections at once would mean that one request overtakes the other (F19). */
  @Test
  void aPipelinedRequestWaitsForTheOneBeforeIt() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              peer.awaitMore();
              peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
      upstream.awaitRequests(1);
      client.expectSilence(30);
      assertThat(upstream.requests()).hasSize(1);
      upstream.connection(0).goOn();
      assertThat(client.readResponse().status()).isEqualTo(200);
      upstream.awaitRequests(2);
      upstream.connection(0).goOn();
      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }

  @Test
  void aClientOfHttp10ThatAsksForItIsKept() {
    try (RawClient client = GATEWAY.connect()) {
      for (int i = 0; i < 2; i++) {
        client.send("GET /new-length HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
        RawResponse answer = client.readResponse();
        assertThat(answer.body()).isEqualTo("the answer to ");
        assertThat(answer.field("Connection")).isEqualTo("keep-alive");
      }
      client.send("GET /new-chunked HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
      RawResponse last = client.readResponse();
      assertThat(last.body()).isEqualTo("the answer to ");
      assertThat(last.field("Connection")).isEqualTo("close");
    }
  }

  @Test
  void aRequestOfHttp10WithoutHostIsServed() {
    try (RawClient client = GATEWAY.connect()) {
      client.send("GET /new-length HTTP/1.0\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(200);
      client.expectClosed();
    }
  }

  @Test
  void connectionCloseEndsTheConnectionBehindTheResponse() {
    try (RawClient client = GATEWAY.connect()) {
      client.send(
          "GET /new-length HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /late HTTP/1.1\r\nHost: a\r\n\r\n");
      RawResponse answer = client.readResponse();
      assertThat(answer.field("Connection")).isEqualTo("close");
      client.expectClosed();
    }
    assertThat(UPSTREAM.received()).doesNotContain("/late");
  }

  /** RFC 9112 §9.6: a half-closed client still wants its answer. */
  @Test
  void aClientThatEndsItsSideBehindTheRequestGetsItsAnswer() {
    for (String framing : List.of("none", "length", "chunked")) {
      try (RawClient client = GATEWAY.connect()) {
        client.send(request("1.1", framing, "new-chunked")).halfClose();
        check(client.readResponse(), "1.1", framing, "new-chunked");
        client.expectClosed();
      }
    }
  }

  /** A client that has ended its side may be gone: it is believed for as long as configured. */
  @Test
  void anAnswerThatIsTooLateForAHalfClosedClientIsGivenUp() {
    try (ScriptedUpstream silent = ScriptedUpstream.running(Peer::readToEnd);
        TestGateway gateway =
            TestGateway.start(
                """
                listeners: { web: { bind: "127.0.0.1:0", timeouts: { half-close: 50ms } } }
                upstreams: { up: { endpoints: [ "%s" ] } }
                routes: { all: { upstream: up } }
                """
                    .formatted(silent.address()));
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").halfClose();
      client.expectClosed();
      silent.connection(0).awaitEnded();
      gateway.awaitIdle("up");
    }
  }

  @Test
  void pipelinedRequestsOfAClientThatEndsItsSideAreAllAnswered() {
    try (RawClient client = GATEWAY.connect()) {
      client.send(request("1.1", "length", "new-length").repeat(3)).halfClose();
      for (int i = 0; i < 3; i++) check(client.readResponse(), "1.1", "length", "new-length");
      client.expectClosed();
    }
  }

  /** F16. */
  @Test
  void headGetsTheFieldsOfGetAndNoBody() {
    try (RawClient client = GATEWAY.connect()) {
      client.send("HEAD /new-length HTTP/1.1\r\nHost: a\r\n\r\n");
      // The script sends a body, as a broken server would: the connection to it is not used again.
      RawResponse answer = client.readResponse(true);
      assertThat(answer.field("Content-Length")).isEqualTo("14");
      assertThat(client.get("/new-length").body()).isEqualTo("the answer to ");
    }
  }

  /** F15: the body of a GET is not dropped, or its bytes would be the next request upstream. */
  @Test
  void theBodyOfAGetIsForwardedWithItsFraming() {
    try (RawClient client = GATEWAY.connect()) {
      client.send("GET /new-length HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nquestion");
      assertThat(client.readResponse().body()).isEqualTo("the answer to question");
      client.send(
          "DELETE /new-length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n?\r\n0\r\n\r\n");
      assertThat(client.readResponse().body()).isEqualTo("the answer to ?");
    }
  }

  /** F11: one empty line before a request is passed over, as RFC 9112 §2.2 asks. */
  @Test
  void anEmptyLineBeforeARequestIsPassedOver() {
    try (RawClient client = GATEWAY.connect()) {
      client.send("\r\nGET /new-length HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse().body()).isEqualTo("the answer to ");
    }
  }

  @Test
  void largeBodiesPassBothWays() {
    String body = "0123456789abcdef".repeat(200_000);
    try (RawClient client = GATEWAY.connect()) {
      Thread sender =
          Thread.ofVirtual()
              .start(() ->
                  client.send(
                      "POST /new-length HTTP/1.1\r\nHost: a\r\nContent-Length: "
                          + body.length()
                          + "\r\n\r\n"
                          + body));
      assertThat(client.readResponse().body()).isEqualTo("the answer to " + body);
      assertThat(sender.isAlive()).isFalse();
    }
  }
}
