package dev.penstock.plugins.compression;

import static dev.penstock.plugins.compression.Bodies.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.wire.RawClient;
import dev.penstock.engine.wire.RawResponse;
import dev.penstock.engine.wire.ScriptedUpstream;
import dev.penstock.engine.wire.TestGateway;
import dev.penstock.plugins.rules.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code decompress}, over sockets, and its decoders alone. */
final class DecompressTest {
  private static final String REQUESTS = "{ decompress: { requests: true } }";

  private static RawResponse post(TestGateway gateway, String encoding, byte[] body) {
    try (RawClient client = gateway.connect()) {
      client.sendIfOpen(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: "
              + encoding
              + "\r\nContent-Length: "
              + body.length
              + "\r\n\r\n"
              + new String(body, StandardCharsets.ISO_8859_1));
      return client.readResponse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
  void aClientThatDoesNotTakeTheEncodingGetsTheBodyWithoutIt(String encoding) {
    byte[] body = Bodies.encoded(encoding, TEXT);
    try (ScriptedUpstream upstream =
            Bodies.upstream(
                "200 OK\r\nContent-Type: text/plain\r\nETag: \"1\"\r\nContent-Encoding: "
                    + encoding,
                body);
        TestGateway gateway = Wire.gateway(upstream, "decompress");
        RawClient client = gateway.connect()) {
      RawResponse plain = Wire.ask(client, "GET /");
      assertThat(plain.body()).isEqualTo(TEXT);
      assertThat(plain.field("Content-Encoding")).isNull();
      assertThat(plain.field("Vary")).isEqualTo("Accept-Encoding");
      assertThat(plain.field("ETag")).isEqualTo("W/\"1\"");
      RawResponse taken = Wire.ask(client, "GET /", "Accept-Encoding: " + encoding);
      assertThat(taken.bytes()).isEqualTo(body);
      assertThat(taken.field("Content-Encoding")).isEqualTo(encoding);
      assertThat(taken.field("Content-Length")).isEqualTo("" + body.length);
    }
  }

  @Test
  void whatOneFilterTakesOffTheOtherPutsOnInAnEncodingThatTheClientTakes() {
    try (ScriptedUpstream upstream =
            Bodies.upstream(
                "200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: zstd",
                Bodies.encoded("zstd", TEXT));
        TestGateway gateway = Wire.gateway(upstream, "compress, decompress");
        RawClient client = gateway.connect()) {
      RawResponse answer = Wire.ask(client, "GET /", "Accept-Encoding: gzip");
      assertThat(answer.field("Content-Encoding")).isEqualTo("gzip");
      assertThat(Bodies.decoded(answer)).isEqualTo(TEXT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
  void aRequestReachesTheUpstreamWithoutItsEncodingWhereThatIsAskedFor(String encoding) {
    // Z6
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, REQUESTS)) {
      assertThat(post(gateway, encoding, Bodies.encoded(encoding, TEXT)).status()).isEqualTo(200);
      assertThat(upstream.onlyRequest().field("Content-Encoding")).isNull();
      assertThat(upstream.onlyRequest().body()).isEqualTo(TEXT);
    }
  }

  @Test
  void otherwiseRequestsPassAsTheyAre() {
    // Z6
    byte[] body = Bodies.encoded("gzip", TEXT);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, "decompress, compress")) {
      assertThat(post(gateway, "gzip", body).status()).isEqualTo(200);
      assertThat(upstream.onlyRequest().field("Content-Encoding")).isEqualTo("gzip");
      assertThat(upstream.onlyRequest().body())
          .isEqualTo(new String(body, StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void anUnknownEncodingIs415AndSaysWhichAreKnown() {
    // Z6, RFC 9110 §15.5.16
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, REQUESTS)) {
      for (String encoding : new String[] {"compress", "gzip, gzip"}) {
        RawResponse answer = post(gateway, encoding, new byte[10]);
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.field("Accept-Encoding")).isEqualTo("zstd, br, gzip, deflate");
      }
      assertThat(upstream.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
  void aBombIsRefusedAndACleanRequestStillPasses(String encoding) {
    // L12: 20 MB of zeros, a thousand times as large as they come
    byte[] bomb = Bodies.encoded(encoding, "\0".repeat(20_000_000));
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, REQUESTS)) {
      RawResponse refused = post(gateway, encoding, bomb);
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.body()).contains("100 times");
      assertThat(upstream.requests()).isEmpty();
      assertThat(post(gateway, encoding, Bodies.encoded(encoding, TEXT)).status()).isEqualTo(200);
    }
    try (ScriptedUpstream upstream =
            Bodies.upstream(
                "200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: " + encoding, bomb);
        TestGateway gateway = Wire.gateway(upstream, "decompress");
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readToEnd()).doesNotContain("\r\n0\r\n\r\n").hasSizeLessThan(12_000_000);
      gateway.awaitIdle("up");
    }
  }

  @Test
  void theSizeHasALimitOfItsOwn() {
    // L12
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway =
            Wire.gateway(upstream, "{ decompress: { requests: true, max-size: 1000B } }")) {
      RawResponse refused = post(gateway, "gzip", Bodies.encoded("gzip", TEXT));
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.body()).contains("1000 bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
  void whatIsBrokenOrCutShortIs400(String encoding) {
    byte[] body = Bodies.encoded(encoding, TEXT);
    byte[] broken = body.clone();
    Arrays.fill(broken, 0, 3, (byte) 0x7f);
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Wire.gateway(upstream, REQUESTS)) {
      assertThat(post(gateway, encoding, broken).status()).isEqualTo(400);
      assertThat(post(gateway, encoding, Arrays.copyOf(body, body.length - 3)).status())
          .isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GZIP", "DEFLATE", "BR", "ZSTD"})
  void splitPointsDoNotMatter(Coding coding) throws DataFormatException {
    Random random = new Random(5);
    StringBuilder text = new StringBuilder();
    while (text.length() < 100_000) text.append(Integer.toString(random.nextInt(999), 7));
    byte[] bytes = Bodies.encoded(coding.token(), text.toString());
    try (WorkerCoders coders = new WorkerCoders()) {
      for (int round = 0; round < 20; round++) {
        Output out = coders.output();
        try (Decompressor decompressor = coders.decompressor(coding)) {
          for (int at = 0; at < bytes.length; ) {
            int n = Math.min(bytes.length - at, 1 + random.nextInt(round == 0 ? 1 : 5000));
            decompressor.write(ByteBuffer.wrap(bytes, at, n), out, Integer.MAX_VALUE);
            at += n;
          }
          assertThat(decompressor.isComplete()).isTrue();
        }
        assertThat(StandardCharsets.ISO_8859_1.decode(out.taken()).toString())
            .isEqualTo(text.toString());
      }
    }
  }

  @Test
  void aGzipBodyMayHaveSeveralMembersAndAllFieldsOfTheFormat() throws DataFormatException {
    byte[] one = Bodies.encoded("gzip", "one");
    byte[] two = Bodies.encoded("gzip", "two");
    byte[] fields = {5, 0, 1, 2, 3, 4, 5, 'n', 'a', 0, 'c', 0, 9, 9};
    ByteBuffer all = ByteBuffer.allocate(one.length + two.length + fields.length);
    all.put(one).put(two, 0, 3).put((byte) (2 | 4 | 8 | 16)).put(two, 4, 6).put(fields);
    all.put(two, 10, two.length - 10).flip();
    Output out = new Output();
    try (Decompressor decompressor = new GzipDecompressor()) {
      decompressor.write(all, out, 100);
      assertThat(decompressor.isComplete()).isTrue();
    }
    assertThat(StandardCharsets.US_ASCII.decode(out.taken()).toString()).isEqualTo("onetwo");
  }
}
