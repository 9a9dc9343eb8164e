package dev.penstock.plugins.compression;

import static dev.penstock.plugins.compression.Bodies.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code compress}, over sockets. */
final class CompressTest {
  private static final String HTML = "200 OK\r\nContent-Type: text/html; charset=utf-8";

  private static RawResponse ask(
      String filter, String head, String body, String line, String... fields) {
    try (ScriptedUpstream upstream = Bodies.upstream(head, body);
        TestGateway gateway = Wire.gateway(upstream, filter);
        RawClient client = gateway.connect()) {
      StringBuilder request = new StringBuilder(line + " / HTTP/1.1\r\nHost: a\r\n");
      for (String field : fields) request.append(field).append("\r\n");
      client.send(request + "\r\n");
      RawResponse response = client.readResponse(line.equals("HEAD"));
      gateway.awaitIdle("up");
      return response;
    }
  }

  private static RawResponse get(String filter, String head, String body, String... fields) {
    return ask(filter, head, body, "GET", fields);
  }

  private static void assertUntouched(RawResponse answer, String body) {
    assertThat(answer.field("Content-Encoding")).isNull();
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.field("Content-Length")).isEqualTo("" + body.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
  void everyEncodingGivesTheSameBytesBackAndItsFieldsAreTrue(String encoding) {
    // Z3
    RawResponse answer =
        get(
            "compress",
            HTML + "\r\nETag: \"1\"\r\nAccept-Ranges: bytes\r\nContent-MD5: x\r\nRepr-Digest: y",
            TEXT,
            "Accept-Encoding: " + encoding);
    assertThat(answer.field("Content-Encoding")).isEqualTo(encoding);
    assertThat(Bodies.decoded(answer)).isEqualTo(TEXT);
    assertThat(answer.bytes().length).isLessThan(TEXT.length() / 10);
    assertThat(answer.field("Content-Length")).isNull();
    assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
    assertThat(answer.field("ETag")).isEqualTo("W/\"1\"");
    assertThat(answer.field("Accept-Ranges")).isNull();
    assertThat(answer.field("Content-MD5")).isNull();
    assertThat(answer.field("Repr-Digest")).isNull();
  }

  @Test
  void whoeverWantsItAsItIsGetsItAndCachesLearnThatOthersDoNot() {
    // Z3
    RawResponse answer = get("compress", HTML + "\r\nVary: Cookie\r\nETag: \"1\"", TEXT);
    assertUntouched(answer, TEXT);
    assertThat(answer.field("Vary")).isEqualTo("Cookie, Accept-Encoding");
    assertThat(answer.field("ETag")).isEqualTo("\"1\"");
  }

  @Test
  void whatMayNotOrNeedNotBeCompressedPassesAsItIs() {
    // Z2
    for (String head :
        new String[] {
          "200 OK\r\nContent-Type: image/png",
          "200 OK",
          HTML + "\r\nCache-Control: public, no-transform",
          "206 Partial Content\r\nContent-Type: text/html\r\nContent-Range: bytes 0-4499/9999"
        }) {
      RawResponse answer = get("compress", head, TEXT, "Accept-Encoding: gzip");
      assertUntouched(answer, TEXT);
      assertThat(answer.field("Vary")).as(head).isNull();
    }
    assertUntouched(get("compress", HTML, "short", "Accept-Encoding: gzip"), "short");
    RawResponse encoded =
        get("compress", HTML + "\r\nContent-Encoding: br", TEXT, "Accept-Encoding: gzip");
    assertThat(encoded.all("Content-Encoding")).containsExactly("br");
    assertThat(encoded.body()).isEqualTo(TEXT);
  }

  @Test
  void aBodyOfUnknownLengthIsCompressed() {
    // Z2
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Type: application/problem+json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nshort\r\n0\r\n\r\n");
        TestGateway gateway = Wire.gateway(upstream, "compress");
        RawClient client = gateway.connect()) {
      RawResponse answer = Wire.ask(client, "GET /", "Accept-Encoding: gzip");
      assertThat(Bodies.decoded(answer)).isEqualTo("short");
    }
  }

  @Test
  void headAndNotModifiedSayWhatGetWould() {
    RawResponse head =
        ask("compress", HTML + "\r\nETag: \"1\"", TEXT, "HEAD", "Accept-Encoding: gzip");
    assertThat(head.field("Content-Encoding")).isEqualTo("gzip");
    assertThat(head.field("Content-Length")).isNull();
    assertThat(head.field("Vary")).isEqualTo("Accept-Encoding");
    assertThat(head.field("ETag")).isEqualTo("W/\"1\"");
    RawResponse small = ask("compress", HTML, "short", "HEAD", "Accept-Encoding: gzip");
    assertThat(small.field("Content-Encoding")).isNull();
    assertThat(small.field("Content-Length")).isEqualTo("5");
  }

  @Test
  void aWeakTagComesBackInBothFormsAndThe304RepeatsIt() {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n");
        TestGateway gateway = Wire.gateway(upstream, "compress");
        RawClient client = gateway.connect()) {
      RawResponse answer =
          Wire.ask(client, "GET /", "Accept-Encoding: gzip", "If-None-Match: W/\"1\", \"2\"");
      assertThat(upstream.onlyRequest().field("If-None-Match")).isEqualTo("W/\"1\", \"2\", \"1\"");
      assertThat(answer.status()).isEqualTo(304);
      assertThat(answer.field("ETag")).isEqualTo("W/\"1\"");
      assertThat(answer.field("Vary")).isEqualTo("Accept-Encoding");
    }
  }

  @Test
  void aSuffixedTagStaysStrongAndIsTakenOffOnItsWayBack() {
    String filter = "compress: { etag: suffix }";
    RawResponse answer =
        get("{ " + filter + " }", HTML + "\r\nETag: \"1\"", TEXT, "Accept-Encoding: gzip");
    assertThat(answer.field("ETag")).isEqualTo("\"1-gzip\"");
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, "{ " + filter + " }");
        RawClient client = gateway.connect()) {
      var _ =
          Wire.ask(client, "GET /", "If-None-Match: \"1-gzip\", \"2-br\"", "If-Match: \"1-zstd\"");
      assertThat(upstream.onlyRequest().field("If-None-Match")).isEqualTo("\"1\", \"2\"");
      assertThat(upstream.onlyRequest().field("If-Match")).isEqualTo("\"1\"");
    }
  }

  @Test
  void aClientThatExcludesTheBodyAsItIsGetsItEncodedOr406() {
    // Z1
    RawResponse encoded = get("compress", "200 OK", "short", "Accept-Encoding: gzip, identity;q=0");
    assertThat(Bodies.decoded(encoded)).isEqualTo("short");
    RawResponse refused = get("compress", HTML, TEXT, "Accept-Encoding: snappy, *;q=0");
    assertThat(refused.status()).isEqualTo(406);
    assertThat(refused.field("Vary")).isEqualTo("Accept-Encoding");
    // What had effects is not answered with a refusal.
    assertThat(ask("compress", HTML, TEXT, "DELETE", "Accept-Encoding: *;q=0").status())
        .isEqualTo(200);
  }

  @Test
  void besideANewSecretNothingIsCompressedUnlessAskedFor() {
    // Z4
    String head = HTML + "\r\nSet-Cookie: PHPSESSID=1; Path=/";
    assertUntouched(get("compress", head, TEXT, "Accept-Encoding: gzip"), TEXT);
    String open = "{ compress: { breach: { secret-cookies: [] } } }";
    assertThat(get(open, head, TEXT, "Accept-Encoding: gzip").field("Content-Encoding"))
        .isEqualTo("gzip");
    RawResponse plain =
        get("compress", HTML + "\r\nSet-Cookie: theme=session", TEXT, "Accept-Encoding: gzip");
    assertThat(plain.field("Content-Encoding")).isEqualTo("gzip");
  }

  @Test
  void whatAnotherSiteAsksForCanBeLeftAlone() {
    // Z4
    String filter = "{ compress: { breach: { cross-site: false } } }";
    RawResponse foreign =
        get(filter, HTML, TEXT, "Accept-Encoding: gzip", "Sec-Fetch-Site: cross-site");
    assertUntouched(foreign, TEXT);
    assertThat(foreign.field("Vary")).isEqualTo("Accept-Encoding, Sec-Fetch-Site");
    RawResponse own =
        get(filter, HTML, TEXT, "Accept-Encoding: gzip", "Sec-Fetch-Site: same-origin");
    assertThat(Bodies.decoded(own)).isEqualTo(TEXT);
  }

  @Test
  void paddingBlursTheLengthAndReadersDoNotSeeIt() {
    // Z4
    try (ScriptedUpstream upstream = Bodies.upstream(HTML, TEXT);
        TestGateway gateway =
            Wire.gateway(upstream, "{ compress: { breach: { padding: 200B } } }");
        RawClient client = gateway.connect()) {
      int least = Integer.MAX_VALUE;
      int most = 0;
      for (int i = 0; i < 30; i++) {
        RawResponse answer = Wire.ask(client, "GET /", "Accept-Encoding: gzip, br");
        assertThat(Bodies.decoded(answer)).isEqualTo(TEXT);
        least = Math.min(least, answer.bytes().length);
        most = Math.max(most, answer.bytes().length);
      }
      assertThat(most - least).isGreaterThan(20);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
  void splitPointsDoNotMatter(String encoding) {
    // A property: whatever the chunks, the client reads the bytes that the upstream sent.
    Random random = new Random(8);
    StringBuilder text = new StringBuilder();
    while (text.length() < 300_000) {
      String word = Integer.toString(random.nextInt(5000), 36) + ' ';
      text.append(random.nextInt(20) == 0 ? word.repeat(random.nextInt(2000)) : word);
    }
    String body = text.toString();
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              StringBuilder chunks = new StringBuilder();
              for (int at = 0; at < body.length(); ) {
                int size = random.nextInt(4) == 0 ? 40_000 : 700;
                int n = Math.min(body.length() - at, 1 + random.nextInt(size));
                chunks.append(Integer.toHexString(n)).append("\r\n");
                chunks.append(body, at, at + n).append("\r\n");
                at += n;
              }
              peer.send(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                      + chunks
                      + "0\r\n\r\n");
            });
        TestGateway gateway = Wire.gateway(upstream, "compress");
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 10; i++) {
        RawResponse answer = Wire.ask(client, "GET /", "Accept-Encoding: " + encoding);
        assertThat(Bodies.decoded(answer)).isEqualTo(body);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/event-stream", "text/plain"})
  void whatTheUpstreamHasSentIsReadableWhileItPauses(String type) throws Exception {
    // Z2, Z5: each event goes out at once; other bodies when the upstream pauses.
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              peer.send(
                  "HTTP/1.1 200 OK\r\nContent-Type: "
                      + type
                      + "\r\nTransfer-Encoding: chunked\r\n\r\n");
              peer.send("9\r\ndata: 1\n\n\r\n");
              peer.awaitMore();
              peer.send("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
            });
        TestGateway gateway = Wire.gateway(upstream, "compress");
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
      assertThat(client.readHead().field("Content-Encoding")).isEqualTo("gzip");
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      while (!readable(sent.toByteArray()).endsWith("data: 1\n\n")) sent.writeBytes(chunk(client));
      upstream.connection(0).goOn();
      byte[] more;
      while ((more = chunk(client)).length > 0) sent.writeBytes(more);
      assertThat(Bodies.decoded("gzip", sent.toByteArray())).isEqualTo("data: 1\n\ndata: 2\n\n");
    }
  }

  /** What a reader makes of the beginning of a gzip body with a head of ten bytes. */
  private static String readable(byte[] gzip) throws DataFormatException {
    if (gzip.length <= 10) return "";
    Inflater inflater = new Inflater(true);
    inflater.setInput(gzip, 10, gzip.length - 10);
    byte[] out = new byte[1000];
    int n = inflater.inflate(out);
    inflater.end();
    return new String(out, 0, n, StandardCharsets.ISO_8859_1);
  }

  private static byte[] chunk(RawClient client) {
    StringBuilder size = new StringBuilder();
    while (!size.toString().endsWith("\r\n")) size.append(client.read(1));
    int n = Integer.parseInt(size.toString().strip(), 16);
    String bytes = client.read(n + 2);
    return bytes.substring(0, n).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void anExchangeThatEndsEarlyGivesItsCompressorBack() {
    // Z5
    try (ScriptedUpstream upstream =
            ScriptedUpstream.replying((request, peer) -> {
              peer.send(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9000\r\n\r\nabc");
              peer.awaitMore();
              peer.close();
            });
        TestGateway gateway = Wire.gateway(upstream, "compress")) {
      try (RawClient client = gateway.connect()) {
        client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
        client.readHead();
        upstream.connection(0).goOn();
        client.readToEnd();
      }
      gateway.awaitMetric("penstock_compressed_bodies_total", 1, "encoding=\"gzip\"");
      gateway.awaitIdle("up");
    }
  }

  @Test
  void whatDoesNotLoadIsNotOfferedAndTheMetricsSayIt() {
    try (ScriptedUpstream upstream = Bodies.upstream(HTML, TEXT);
        TestGateway gateway =
            TestGateway.start(
                Wire.yaml(upstream, "compress"),
                new CompressionExtension(coding -> coding.ordinal() >= Coding.GZIP.ordinal()));
        RawClient client = gateway.connect()) {
      RawResponse answer = Wire.ask(client, "GET /", "Accept-Encoding: gzip, br, zstd");
      assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
      assertThat(gateway.metric("penstock_compression_available", "encoding=\"br\"")).isZero();
      assertThat(gateway.metric("penstock_compression_available", "encoding=\"gzip\"")).isOne();
    }
  }

  @Test
  void answersOfOurOwnAreCompressedByTheSameRules() {
    String yaml =
        """
        routes:
          long: { match: { path: /long }, filters: [ compress ], respond: { body: "%s" } }
          short: { match: { path: /short }, filters: [ compress ], respond: { body: "short" } }
        """
            .formatted(TEXT);
    try (TestGateway gateway = Wire.start(yaml);
        RawClient client = gateway.connect()) {
      assertThat(Bodies.decoded(Wire.ask(client, "GET /long", "Accept-Encoding: gzip")))
          .isEqualTo(TEXT);
      assertUntouched(Wire.ask(client, "GET /short", "Accept-Encoding: gzip"), "short");
    }
  }

  @Test
  void aSlowClientHoldsTheUpstreamBackAndLosesNothing() {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder();
    while (text.length() < 3_000_000) text.append((char) (32 + random.nextInt(90)));
    String body = text.toString();
    try (ScriptedUpstream upstream = Bodies.upstream("200 OK\r\nContent-Type: text/plain", body);
        TestGateway gateway = Wire.gateway(upstream, "compress");
        RawClient client = RawClient.connect(gateway.address(), 4096)) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
      assertThat(Bodies.decoded(client.readResponse())).isEqualTo(body);
    }
  }
}
