package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Exchange.Suspension;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters that look at bodies, change them, take them or put others in their place. */
final class BodyFilterTest {
  private static final String POST =
      "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nquestion";

  private static ScriptedUpstream echo() {
    return ScriptedUpstream.replying((request, peer) ->
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Length: "
                + request.body().length()
                + "\r\n\r\n"
                + request.body()));
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
  }

  private static ByteBuffer upper(ByteBuffer bytes) {
    return ByteBuffer.wrap(
        text(bytes).toUpperCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Probe transforming(Phase phase, BodyAccess access) {
    return new Probe("t")
        .bodies(access)
        .on(
            phase,
            (exchange, part) -> {
              if (part != null && part.bytes().hasRemaining()) part.replace(upper(part.bytes()));
              return Verdict.NEXT;
            });
  }

  @Test
  void readersSeeEveryByteAndTheFramingStays() {
    StringBuffer seen = new StringBuffer();
    Probe reader =
        new Probe("r")
            .on(
                Phase.ON_REQUEST_BODY,
                (exchange, part) -> {
                  seen.append(part == null ? "" : text(part.bytes()) + (part.isLast() ? "." : ""));
                  return Verdict.NEXT;
                })
            .on(
                Phase.ON_RESPONSE_BODY,
                (exchange, part) -> {
                  seen.append(part == null ? "" : text(part.bytes()) + (part.isLast() ? "!" : ""));
                  return Verdict.NEXT;
                });
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway = Probe.gateway(upstream, reader);
        RawClient client = gateway.connect()) {
      client.send(POST);
      RawResponse answer = client.readResponse();
      assertThat(answer.body()).isEqualTo("question");
      assertThat(answer.field("Content-Length")).isEqualTo("8");
      assertThat(upstream.onlyRequest().field("Content-Length")).isEqualTo("8");
      assertThat(seen).hasToString("question.question!");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void transformedBodiesAreFramedAnew() {
    for (Phase phase : List.of(Phase.ON_REQUEST_BODY, Phase.ON_RESPONSE_BODY)) {
      for (BodyAccess access : List.of(BodyAccess.TRANSFORM, BodyAccess.WHOLE)) {
        try (ScriptedUpstream upstream = echo();
            TestGateway gateway = Probe.gateway(upstream, transforming(phase, access));
            RawClient client = gateway.connect()) {
          client.send(
              POST
                  + "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nmore\r\n0\r\n\r\n");
          assertThat(client.readResponse().body()).as(phase + " " + access).isEqualTo("QUESTION");
          assertThat(client.readResponse().body()).as(phase + " " + access).isEqualTo("MORE");
          gateway.awaitIdle("up");
        }
      }
    }
  }

  @Test
  void aTransformedResponseToAClientOfHttp10EndsWithTheConnection() {
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway =
            Probe.gateway(upstream, transforming(Phase.ON_RESPONSE_BODY, BodyAccess.TRANSFORM));
        RawClient client = gateway.connect()) {
      client.send(POST.replace("1.1", "1.0"));
      RawResponse answer = client.readResponse();
      assertThat(answer.body()).isEqualTo("QUESTION");
      assertThat(answer.field("Content-Length")).isNull();
    }
  }

  @Test
  void aWholeBodyIsSeenOnceHoweverItComes() {
    List<String> seen = new CopyOnWriteArrayList<>();
    Probe whole =
        new Probe("w")
            .bodies(BodyAccess.WHOLE)
            .on(
                Phase.ON_REQUEST_BODY,
                (exchange, part) -> {
                  seen.add(part == null ? "" : text(part.bytes()));
                  return Verdict.NEXT;
                });
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway = Probe.gateway(upstream, whole);
        RawClient client = gateway.connect()) {
      client.send(
          "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertThat(client.readResponse().status()).isEqualTo(100);
      for (String part : List.of("4\r\nques\r\n", "4\r\ntion\r\n", "0\r\n\r\n")) client.send(part);
      assertThat(client.readResponse().body()).isEqualTo("question");
      assertThat(seen).containsExactly("question");
      assertThat(upstream.onlyRequest().field("Content-Length")).isEqualTo("8");
    }
  }

  /** L2, U8. */
  @Test
  void aBodyLargerThanAFilterTakesIs413OrBreaksOff() {
    Probe whole =
        new Probe("w")
            .bodies(BodyAccess.WHOLE)
            .maxWhole(4)
            .on(Phase.ON_REQUEST_BODY, (exchange, part) -> Verdict.NEXT);
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway = Probe.gateway(upstream, whole);
        RawClient client = gateway.connect()) {
      client.send(POST);
      assertThat(client.readResponse().status()).isEqualTo(413);
      assertThat(upstream.received()).isEmpty();
      assertThat(client.get("/b").status()).isEqualTo(200);
      gateway.awaitIdle("up");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFilterCanTakeTheRequestBodyAndAnswer(boolean early) {
    Probe taking =
        new Probe("t")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  Suspension suspension = exchange.suspend();
                  exchange.requestBody().start(new Collector(suspension));
                  return Verdict.SUSPEND;
                });
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway = Probe.gateway(upstream, taking);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 3; i++) {
        if (early) {
          client.send(POST);
        } else {
          client.send(POST.replace("Host", "Expect: 100-continue\r\nHost").replace("question", ""));
          assertThat(client.readResponse().status()).isEqualTo(100);
          for (String c : "question".split("")) client.send(c);
        }
        RawResponse answer = client.readResponse();
        assertThat(answer.status()).isEqualTo(299);
        assertThat(answer.body()).isEqualTo("took question");
      }
      client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse().body()).isEqualTo("took ");
      assertThat(upstream.received()).isEmpty();
      gateway.awaitIdle("up");
    }
  }

  /** Collects a body and answers with it. */
  private static final class Collector implements BodySink {
    private final StringBuilder text = new StringBuilder();
    private final Suspension suspension;

    Collector(Suspension suspension) {
      this.suspension = suspension;
    }

    @Override
    public boolean write(ByteBuffer part) {
      text.append(text(part));
      return true;
    }

    @Override
    public void end(@Nullable HeaderMap trailers) {
      suspension.resume(Verdict.respond(Response.text(299, "took " + text)));
    }

    @Override
    public void fail(ProxyError error) {
      suspension.resume(Verdict.reject(error));
    }
  }

  @Test
  void aFilterCanPutAnotherBodyInThePlaceOfTheRequests() {
    Probe replacing =
        new Probe("r")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  exchange.replaceRequestBody(new TextSource("an", "other"));
                  return Verdict.NEXT;
                });
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway = Probe.gateway(upstream, replacing);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        client.send(POST);
        assertThat(client.readResponse().body()).isEqualTo("another");
        assertThat(upstream.lastRequest().field("Content-Length")).isNull();
        assertThat(client.get("/none").body()).isEqualTo("another");
      }
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aFilterCanReadTheBodyAndSendItOn() {
    Probe reading =
        new Probe("r")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  Suspension suspension = exchange.suspend();
                  exchange
                      .requestBody()
                      .start(
                          new BodySink() {
                            private String text = "";

                            @Override
                            public boolean write(ByteBuffer bytes) {
                              text += StandardCharsets.UTF_8.decode(bytes);
                              return true;
                            }

                            @Override
                            public void end(@Nullable HeaderMap trailers) {
                              exchange.replaceRequestBody(new TextSource("read: ", text));
                              suspension.resume(Verdict.NEXT);
                            }

                            @Override
                            public void fail(ProxyError error) {
                              suspension.resume(Verdict.reject(error));
                            }
                          });
                  return Verdict.SUSPEND;
                });
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway = Probe.gateway(upstream, reading);
        RawClient client = gateway.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
      assertThat(client.readResponse().body()).isEqualTo("read: body");
      // Its end comes later than its head.
      client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("2\r\nbo\r\n").send("2\r\ndy\r\n0\r\n\r\n");
      assertThat(client.readResponse().body()).isEqualTo("read: body");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aFilterCanSendInterimResponsesToClientsThatKnowThem() {
    Probe hinting =
        new Probe("h")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  ResponseHead hints = new ResponseHead();
                  hints.status(103);
                  hints.headers().add("Link", "</a>");
                  exchange.sendInterim(hints);
                  return Verdict.NEXT;
                });
    try (ScriptedUpstream upstream = echo();
        TestGateway gateway = Probe.gateway(upstream, hinting);
        RawClient client = gateway.connect();
        RawClient old = gateway.connect()) {
      client.send(POST);
      assertThat(client.readResponse().toString()).contains("103").contains("</a>");
      assertThat(client.readResponse().body()).isEqualTo("question");
      old.send(POST.replace("1.1", "1.0"));
      assertThat(old.readResponse().body()).isEqualTo("question");
    }
  }

  @Test
  void aFilterCanHaveAFailedPostTriedAgainWithItsBody() {
    AtomicInteger failures = new AtomicInteger();
    Probe retrying =
        new Probe("r")
            .on(
                Phase.ON_UPSTREAM_ERROR,
                (exchange, part) -> {
                  assertThat(exchange.error()).isNotNull();
                  failures.incrementAndGet();
                  return Verdict.RETRY;
                });
    AtomicInteger tries = new AtomicInteger();
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (tries.incrementAndGet() < 3) peer.close();
              else peer.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n" + request.body());
            });
        TestGateway gateway = Probe.gateway(upstream, retrying);
        RawClient client = gateway.connect()) {
      client.send(POST);
      assertThat(client.readResponse().body()).isEqualTo("question");
      assertThat(failures).hasValue(2);
      assertThat(upstream.requests())
          .hasSize(3)
          .allMatch(request -> request.body().equals("question"));
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aFilterCanHaveAnotherResponseInThePlaceOfALargeOne() {
    Probe replacing =
        new Probe("r")
            .on(Phase.ON_RESPONSE, (exchange, part) -> Verdict.respond(Response.text(299, "mine")));
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + "x".repeat(3_000_000));
        TestGateway gateway = Probe.gateway(upstream, replacing);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 3; i++) assertThat(client.get("/a").body()).isEqualTo("mine");
      gateway.awaitIdle("up");
    }
  }

  /**
   * What one exchange left in its filters must not show in the next, which may reuse its object.
   */
  @Test
  void anAnswerThatAFilterBreaksOffLeavesNothingForTheNextExchange() {
    Probe breaking =
        new Probe("b")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) ->
                    exchange.request().path().equals("/mine")
                        ? Verdict.respond(Response.text(200, "secret".repeat(20_000)))
                        : Verdict.NEXT)
            .on(
                Phase.ON_RESPONSE_BODY,
                (exchange, part) ->
                    exchange.request().path().equals("/mine")
                        ? Verdict.reject(ProxyError.of(ProxyError.Kind.DENIED, "no"))
                        : Verdict.NEXT);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Probe.gateway(upstream, breaking)) {
      for (int i = 0; i < 3; i++) {
        try (RawClient client = gateway.connect()) {
          client.send("GET /mine HTTP/1.1\r\nHost: a\r\n\r\n");
          client.readToEnd();
        }
        try (RawClient client = gateway.connect()) {
          assertThat(client.get("/other").body()).isEqualTo("ok");
        }
      }
      gateway.awaitIdle("up");
    }
  }

  @Test
  void filtersRunForwardsOnTheWayInAndBackwardsOnTheWayOut() {
    List<String> calls = new CopyOnWriteArrayList<>();
    Probe[] probes = {tracing("a", calls), tracing("b", calls), tracing("c", calls)};
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Probe.gateway(upstream, probes);
        RawClient client = gateway.connect()) {
      client.get("/all");
      assertThat(calls)
          .containsExactly("a>", "b>", "c>", "a^", "b^", "c^", "c<", "b<", "a<", "a.", "b.", "c.");
      calls.clear();
      // Who answers ends the way in; those behind it have not seen the request nor see the answer.
      assertThat(client.get("/b").body()).isEqualTo("b");
      assertThat(calls).containsExactly("a>", "b>", "b<", "a<", "a.", "b.", "c.");
    }
  }

  private static Probe tracing(String name, List<String> calls) {
    return new Probe(name)
        .on(
            Phase.ON_REQUEST,
            (exchange, part) -> {
              calls.add(name + ">");
              return exchange.request().path().equals("/" + name)
                  ? Verdict.respond(Response.text(200, name))
                  : Verdict.NEXT;
            })
        .on(Phase.ON_UPSTREAM_REQUEST, (exchange, part) -> note(calls, name + "^"))
        .on(Phase.ON_RESPONSE, (exchange, part) -> note(calls, name + "<"))
        .on(Phase.ON_LOG, (exchange, part) -> note(calls, name + "."));
  }

  private static Verdict note(List<String> calls, String what) {
    calls.add(what);
    return Verdict.NEXT;
  }

  @Test
  void changesOfTheCopyForOneEndpointDoNotShowInTheNextAttempt() {
    AtomicInteger tries = new AtomicInteger();
    Probe marking =
        new Probe("m").on(Phase.ON_UPSTREAM_REQUEST, (exchange, part) -> mark(exchange));
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              if (tries.incrementAndGet() == 1) peer.close();
              else peer.send(ScriptedUpstream.OK);
            });
        TestGateway gateway = Probe.gateway(upstream, marking);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/a?b=c").body()).isEqualTo("ok");
      assertThat(upstream.requests()).extracting(r -> r.field("X-Try")).containsExactly("1", "2");
      assertThat(upstream.requests())
          .extracting(r -> r.field("Host"))
          .containsExactly("a.test", "a.test");
      assertThat(upstream.lastRequest().line()).isEqualTo("GET /a?b=c HTTP/1.1");
    }
  }

  private static Verdict mark(Exchange exchange) {
    exchange.upstreamRequest().headers().add("X-Try", String.valueOf(exchange.attempts()));
    return Verdict.NEXT;
  }

  /** S4: what a filter writes cannot become framing or another field. */
  @Test
  void framingFieldsOfFiltersAreNotSent() {
    Probe lying =
        new Probe("l")
            .on(
                Phase.ON_REQUEST,
                (exchange, part) -> {
                  exchange.request().headers().set(HeaderName.CONTENT_LENGTH, "99");
                  exchange.request().headers().set(HeaderName.TRANSFER_ENCODING, "chunked");
                  return Verdict.NEXT;
                })
            .on(
                Phase.ON_RESPONSE,
                (exchange, part) -> {
                  exchange.response().headers().set(HeaderName.CONTENT_LENGTH, "99");
                  exchange.response().headers().set(HeaderName.CONNECTION, "close");
                  return Verdict.NEXT;
                });
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Probe.gateway(upstream, lying);
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        RawResponse answer = client.get("/a");
        assertThat(answer.body()).isEqualTo("ok");
        assertThat(answer.field("Content-Length")).isEqualTo("2");
        assertThat(answer.field("Connection")).isNull();
        assertThat(upstream.lastRequest().field("Content-Length")).isNull();
        assertThat(upstream.lastRequest().field("Transfer-Encoding")).isNull();
      }
    }
  }
}
