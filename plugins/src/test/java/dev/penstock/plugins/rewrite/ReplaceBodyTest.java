package dev.penstock.plugins.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ReplaceBodyTest {
  private static final String RULES =
      "{ replace-body: { replace: [ { find: in.test, with: out.example }, { regex: \"v([0-9])\", with: \"version $1\" } ] } }";

  private static RawResponse ask(String filters, String head, String body) {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 "
                    + head
                    + "\r\nContent-Length: "
                    + body.length()
                    + "\r\nETag: \"1\"\r\n\r\n"
                    + body);
        TestGateway gateway = Wire.gateway(upstream, filters);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nRange: bytes=0-1\r\n\r\n");
      RawResponse response = client.readResponse();
      assertThat(upstream.onlyRequest().field("Accept-Encoding")).isEqualTo("identity");
      assertThat(upstream.onlyRequest().field("Range")).isNull();
      gateway.awaitIdle("up");
      return response;
    }
  }

  @Test
  void replacesAndSaysThatTheBytesAreOthers() {
    RawResponse answer =
        ask(
            RULES,
            "200 OK\r\nContent-Type: text/html\r\nAccept-Ranges: bytes\r\nContent-MD5: x",
            "see in.test v2 and in.test");
    assertThat(answer.body()).isEqualTo("see out.example version 2 and out.example");
    assertThat(answer.field("Content-Length")).isNull();
    assertThat(answer.field("ETag")).isEqualTo("W/\"1\"");
    assertThat(answer.field("Accept-Ranges")).isNull();
    assertThat(answer.field("Content-MD5")).isNull();
  }

  @Test
  void whatCannotBeLookedIntoPassesWithItsFraming() {
    for (String head :
        new String[] {
          "200 OK\r\nContent-Type: image/png",
          "200 OK",
          "200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip",
          "206 Partial Content\r\nContent-Type: text/html\r\nContent-Range: bytes 0-6/9",
          "200 OK\r\nContent-Type: text/html\r\nCache-Control: public, no-transform",
          "200 OK\r\nContent-Type: text/html; charset=utf-16",
          "200 OK\r\nContent-Type: text/html; charset=shift_jis"
        }) {
      RawResponse answer = ask(RULES, head, "in.test");
      assertThat(answer.body()).as(head).isEqualTo("in.test");
      assertThat(answer.field("Content-Length")).as(head).isEqualTo("7");
      assertThat(answer.field("ETag")).as(head).isEqualTo("\"1\"");
    }
  }

  @Test
  void theCharacterSetOfTheResponseCounts() {
    String filter = "{ replace-body: { replace: { find: \"\u00fc\", with: \"\u00f6\" } } }";
    RawResponse latin =
        ask(filter, "200 OK\r\nContent-Type: text/plain; charset=\"ISO-8859-1\"", "x\u00fcy");
    assertThat(latin.bytes()).isEqualTo("x\u00f6y".getBytes(StandardCharsets.ISO_8859_1));
    String wire =
        new String("x\u00fcy".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    RawResponse utf8 = ask(filter, "200 OK\r\nContent-Type: text/plain", wire);
    assertThat(utf8.bytes()).isEqualTo("x\u00f6y".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aMatchMayLieAcrossChunks() {
    String body = "12 in.test 34";
    for (int cut = 1; cut < body.length(); cut++) {
      String chunks =
          Integer.toHexString(cut)
              + "\r\n"
              + body.substring(0, cut)
              + "\r\n"
              + Integer.toHexString(body.length() - cut)
              + "\r\n"
              + body.substring(cut)
              + "\r\n0\r\n\r\n";
      int half = chunks.indexOf("\r\n", 4) + 1;
      try (ScriptedUpstream upstream =
              ScriptedUpstream.replying((request, peer) -> {
                peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
                peer.send(chunks.substring(0, half));
                peer.awaitMore();
                peer.send(chunks.substring(half));
              });
          TestGateway gateway = Wire.gateway(upstream, RULES);
          RawClient client = gateway.connect()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        upstream.connection(0).goOn();
        assertThat(client.readResponse().body()).isEqualTo("12 out.example 34");
      }
    }
  }

  @Test
  void aBodyThatGrowsTooMuchIsBrokenOff() {
    String filter =
        "{ replace-body: { replace: { find: a, with: \"%s\" }, max-growth: 10KiB } }"
            .formatted("b".repeat(1000));
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n"
                    + "a".repeat(100));
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readToEnd()).doesNotContain("\r\n0\r\n\r\n").hasSizeLessThan(12_000);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void aHeadRequestIsToldWhatAGetWouldBe() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\nETag: \"a\"\r\n\r\n");
        TestGateway gateway = Wire.gateway(upstream, RULES);
        RawClient client = gateway.connect()) {
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      RawResponse answer = client.readResponse(true);
      assertThat(answer.field("Content-Length")).isNull();
      assertThat(answer.field("ETag")).isEqualTo("W/\"a\"");
    }
  }

  @Test
  void aClientOfHttp10GetsTheChangedBodyToo() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nin.test");
        TestGateway gateway = Wire.gateway(upstream, RULES);
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
      assertThat(client.readToEnd()).endsWith("\r\n\r\nout.example");
    }
  }

  @Test
  void onlyOnTheExchangesThatAreMeant() {
    String filter =
        "{ replace-body: { when: { paths: /site, statuses: 200 }, replace: { find: ok, with: fine } } }";
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok");
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      assertThat(client.get("/site/a").body()).isEqualTo("fine");
      assertThat(client.get("/sitemap").body()).isEqualTo("ok");
    }
  }

  @Test
  void rulesThatCannotWorkAreRefusedWithTheirPlace() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok()) {
      assertThatThrownBy(
              () -> Wire.gateway(upstream, "{ replace-body: [ { find: a, regex: b, with: c } ] }"))
          .hasMessageContaining("either \"find\" or \"regex\"");
      assertThatThrownBy(
              () -> Wire.gateway(upstream, "{ replace-body: [ { regex: \"(\", with: c } ] }"))
          .hasMessageContaining("is no expression");
      assertThatThrownBy(() ->
              Wire.gateway(
                  upstream, "{ replace-body: { replace: { find: a, with: b }, charset: utf-16 } }"))
          .hasMessageContaining("not supported");
    }
  }
}
