package dev.penstock.engine.http.h2;

import static dev.penstock.engine.http.h2.RawFields.block;
import static dev.penstock.engine.http.h2.RawFields.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9113 §8, RFC 9218 §4; requirements F20, P5, P8, P11, P13. */
final class HeadDecoderTest {
  private final HeadDecoder decoder = new HeadDecoder(HttpLimits.DEFAULT);
  private final RequestHead head = new RequestHead();

  private @Nullable Violation request(boolean endsStream, byte[] block) {
    assertThat(decoder.request(block, 0, block.length, endsStream, head)).isTrue();
    return decoder.violation();
  }

  private static String[] pseudo(String method, String scheme, String path, String... more) {
    List<String> all =
        new ArrayList<>(List.of(":method", method, ":scheme", scheme, ":path", path));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  @Test
  void aRequestBecomesAHeadLikeThatOfHttp1() {
    byte[] block =
        block(pseudo("GET", "https", "/a/b?c=d", ":authority", "Example.com:8443", "accept", "x"));
    assertThat(request(true, block)).isNull();
    assertThat(head.method()).isEqualTo("GET");
    assertThat(head.path()).isEqualTo("/a/b");
    assertThat(head.query()).isEqualTo("c=d");
    assertThat(head.authority()).hasToString("Example.com:8443");
    assertThat(head.target()).hasToString("/a/b?c=d");
    assertThat(head.version()).isEqualTo(HttpVersion.HTTP_2);
    assertThat(head.headers()).hasToString("Host: Example.com:8443\r\nAccept: x\r\n");
    assertThat(decoder.framing()).isEqualTo(BodyFraming.NONE);
  }

  @Test
  void hostStandsForAnAuthorityThatIsNotGiven() {
    assertThat(request(true, block(pseudo("GET", "http", "/", "host", "a.example")))).isNull();
    assertThat(head.authority()).hasToString("a.example");
    assertThat(
            request(
                true,
                block(pseudo("GET", "http", "/", ":authority", "a.example", "host", "A.example"))))
        .isNull();
    assertThat(head.headers()).hasToString("Host: a.example\r\n");
  }

  @Test
  void crumbsOfCookiesAreJoined() {
    assertThat(request(true, get("cookie", "a=b", "accept", "x", "cookie", "c=d", "cookie", "e=f")))
        .isNull();
    assertThat(head.headers().all("cookie")).containsExactly("a=b; c=d; e=f");
  }

  @Test
  void framingFollowsLengthAndEnd() {
    request(false, get());
    assertThat(decoder.framing()).isEqualTo(BodyFraming.MARKED);
    request(false, get("content-length", "5"));
    assertThat(decoder.framing()).isEqualTo(BodyFraming.LENGTH);
    assertThat(decoder.length()).isEqualTo(5);
    request(true, block(pseudo("POST", "http", "/", ":authority", "a")));
    assertThat(decoder.framing()).isEqualTo(BodyFraming.LENGTH);
    assertThat(decoder.length()).isZero();
  }

  @Test
  void extendedConnectHasAProtocolAndATarget() {
    byte[] block = block(pseudo("CONNECT", "https", "/chat", ":authority", "a", ":protocol", "x"));
    assertThat(request(false, block)).isNull();
    assertThat(decoder.isExtendedConnect()).isTrue();
    assertThat(request(false, block(":method", "CONNECT", ":authority", "a:443"))).isNull();
    assertThat(decoder.isExtendedConnect()).isFalse();
  }

  static List<Arguments> violations() {
    return List.of(
        // §8.2 and §8.2.1, P13
        Arguments.of("FIELD_NAME_NOT_LOWER_CASE", get("X-Upper", "a")),
        Arguments.of("FIELD_NAME_NOT_LOWER_CASE", get("Content-Length", "0")),
        Arguments.of("FIELD_NAME_INVALID", get("", "a")),
        Arguments.of("FIELD_NAME_INVALID", get("a b", "a")),
        Arguments.of("FIELD_NAME_INVALID", get("a:b", "a")),
        Arguments.of("FIELD_NAME_INVALID", get("a\r\nb", "a")),
        Arguments.of("FIELD_NAME_INVALID", get("\u00e4", "a")),
        Arguments.of("FIELD_VALUE_INVALID", get("a", "b\r\nx: y")),
        Arguments.of("FIELD_VALUE_INVALID", get("a", "b\0")),
        Arguments.of("FIELD_VALUE_INVALID", get("a", "b\nc")),
        Arguments.of("FIELD_VALUE_PADDED", get("a", " b")),
        Arguments.of("FIELD_VALUE_PADDED", get("a", "b\t")),
        // §8.2.2
        Arguments.of("CONNECTION_FIELD", get("connection", "close")),
        Arguments.of("CONNECTION_FIELD", get("keep-alive", "x")),
        Arguments.of("CONNECTION_FIELD", get("proxy-connection", "x")),
        Arguments.of("CONNECTION_FIELD", get("transfer-encoding", "chunked")),
        Arguments.of("CONNECTION_FIELD", get("upgrade", "websocket")),
        Arguments.of("CONNECTION_FIELD", get("te", "gzip")),
        Arguments.of("CONNECTION_FIELD", get("te", "trailers, deflate")),
        // §8.3
        Arguments.of("PSEUDO_FIELD_INVALID", get(":unknown", "x")),
        Arguments.of("PSEUDO_FIELD_INVALID", get(":status", "200")),
        Arguments.of("PSEUDO_FIELD_INVALID", get(":path", "/")),
        Arguments.of("PSEUDO_FIELD_INVALID", get(":method", "GET")),
        Arguments.of("PSEUDO_FIELD_INVALID", get("a", "b", ":protocol", "x")),
        Arguments.of("PSEUDO_FIELD_INVALID", get(":protocol", "websocket")),
        Arguments.of(
            "PSEUDO_FIELD_INVALID",
            block("a", "b", ":method", "GET", ":scheme", "http", ":path", "/")),
        Arguments.of(
            "PSEUDO_FIELD_INVALID", block(":scheme", "http", ":path", "/", ":authority", "a")),
        Arguments.of(
            "PSEUDO_FIELD_INVALID", block(":method", "GET", ":path", "/", ":authority", "a")),
        Arguments.of(
            "PSEUDO_FIELD_INVALID", block(":method", "GET", ":scheme", "http", ":authority", "a")),
        Arguments.of("PSEUDO_FIELD_INVALID", block(pseudo("GET", "http", "", ":authority", "a"))),
        Arguments.of("PSEUDO_FIELD_INVALID", block(pseudo("GET", "http", "x", ":authority", "a"))),
        Arguments.of("PSEUDO_FIELD_INVALID", block(pseudo("GET", "http", "*", ":authority", "a"))),
        Arguments.of("PSEUDO_FIELD_INVALID", block(":method", "CONNECT")),
        Arguments.of(
            "PSEUDO_FIELD_INVALID", block(pseudo("CONNECT", "http", "/", ":authority", "a:1"))),
        Arguments.of("METHOD_INVALID", block(pseudo("G T", "http", "/", ":authority", "a"))),
        Arguments.of("METHOD_INVALID", block(pseudo("G\u00e4", "http", "/", ":authority", "a"))),
        Arguments.of("TARGET_INVALID", block(pseudo("GET", "http", "/a b", ":authority", "a"))),
        Arguments.of("TARGET_INVALID", block(pseudo("GET", "http", "/a#b", ":authority", "a"))),
        Arguments.of("TARGET_INVALID", block(pseudo("GET", "ftp", "/", ":authority", "a"))),
        Arguments.of("TARGET_INVALID", block(":method", "CONNECT", ":authority", "a")),
        Arguments.of("HOST_DIFFERS", get("host", "other.example")),
        Arguments.of("HOST_MISSING", block(pseudo("GET", "http", "/"))),
        Arguments.of("HOST_INVALID", block(pseudo("GET", "http", "/", ":authority", ""))),
        Arguments.of("HOST_INVALID", block(pseudo("GET", "http", "/", ":authority", "a b"))),
        Arguments.of("USERINFO_IN_TARGET", block(pseudo("GET", "http", "/", ":authority", "u@a"))),
        Arguments.of("HOST_REPEATED", block(pseudo("GET", "http", "/", "host", "a", "host", "a"))),
        // §8.1.1
        Arguments.of("CONTENT_LENGTH_INVALID", get("content-length", "+1")),
        Arguments.of("CONTENT_LENGTH_CONFLICT", get("content-length", "0", "content-length", "1")),
        Arguments.of("CONTENT_LENGTH_REPEATED", get("content-length", "0", "content-length", "0")),
        Arguments.of("LENGTH_DIFFERS", get("content-length", "1")),
        Arguments.of("EXPECT_INVALID", get("expect", "100-continue", "expect", "x")),
        // P5, L1
        Arguments.of("FIELD_TOO_LARGE", get("a", "x".repeat(16385))),
        Arguments.of(
            "HEAD_TOO_LARGE",
            get("a", "x".repeat(15000), "b", "x".repeat(15000), "c", "x".repeat(3000))),
        Arguments.of(
            "TARGET_TOO_LONG",
            block(pseudo("GET", "http", "/" + "x".repeat(8192), ":authority", "a"))));
  }

  @ParameterizedTest
  @MethodSource("violations")
  void judgesHeads(Violation expected, byte[] block) {
    assertThat(request(true, block)).isEqualTo(expected);
    // The connection goes on.
    assertThat(request(true, get())).isNull();
    assertThat(head.headers()).hasToString("Host: example.com\r\n");
  }

  @Test
  void fieldsAreCounted() {
    String[] many = new String[2 * 120];
    Arrays.fill(many, "a");
    assertThat(request(true, get(many))).isEqualTo(Violation.TOO_MANY_FIELDS);
  }

  @Test
  void whatWasWrongWithALiteralIsWrongWithItsEntryToo() {
    // Added to the table: "a" with a line break; then a reference to it.
    byte[] block = {0x40, 1, 'a', 3, 'b', '\r', 'c'};
    byte[] again = RawFields.join(get(), new byte[] {(byte) 0xbe});
    assertThat(request(true, RawFields.join(get(), block)))
        .isEqualTo(Violation.FIELD_VALUE_INVALID);
    assertThat(request(true, again)).isEqualTo(Violation.FIELD_VALUE_INVALID);
  }

  // ---- trailers and responses

  @Test
  void trailersHoldNoPseudoFieldsAndNoFraming() {
    HeaderMap trailers = new HeaderMap();
    byte[] good = block("x-sum", "1");
    assertThat(decoder.trailers(good, 0, good.length, trailers)).isTrue();
    assertThat(decoder.violation()).isNull();
    assertThat(trailers.get("x-sum")).isEqualTo("1");
    byte[] pseudo = block(":path", "/");
    decoder.trailers(pseudo, 0, pseudo.length, new HeaderMap());
    assertThat(decoder.violation()).isEqualTo(Violation.PSEUDO_FIELD_INVALID);
    byte[] length = block("content-length", "1");
    decoder.trailers(length, 0, length.length, new HeaderMap());
    assertThat(decoder.violation()).isEqualTo(Violation.TRAILER_INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    ":status, 200, ",
    ":status, 99, STATUS_LINE_INVALID",
    ":status, 2000, STATUS_LINE_INVALID",
    ":status, 20x, STATUS_LINE_INVALID",
    ":status, 101, STATUS_LINE_INVALID",
    ":path, /, STATUS_LINE_INVALID",
    "status, 200, STATUS_LINE_INVALID",
  })
  void judgesResponses(String name, String value, @Nullable Violation expected) {
    byte[] block = block(name, value);
    ResponseHead response = new ResponseHead();
    assertThat(decoder.response(block, 0, block.length, false, false, response)).isTrue();
    assertThat(decoder.violation()).isEqualTo(expected);
  }

  @Test
  void theLengthOfAResponseToHeadAnnouncesNothing() {
    byte[] block = block(":status", "200", "content-length", "5");
    ResponseHead response = new ResponseHead();
    decoder.response(block, 0, block.length, true, true, response);
    assertThat(decoder.violation()).isNull();
    assertThat(decoder.framing()).isEqualTo(BodyFraming.NONE);
    decoder.response(block, 0, block.length, true, false, response);
    assertThat(decoder.violation()).isEqualTo(Violation.LENGTH_DIFFERS);
  }

  // ---- heads there and back

  @Test
  void whatTheWriterWritesIsReadAndLongHeadsAreSpread() {
    FrameWriter writer = new FrameWriter();
    HeadEncoder encoder = new HeadEncoder();
    RequestHead request = new RequestHead();
    request.method("PUT");
    request.path("/x");
    request.query("q");
    request.authority().point(new byte[] {'a', '.', 'b'}, 0, 3);
    request.headers().add("X-Long", "y".repeat(15000));
    request.headers().add("X-Longer", "z".repeat(12000));
    writer.request(encoder, 1, request, true, null, 12, false);
    assertThat(writer.bytes()[3]).isEqualTo((byte) Frames.HEADERS);
    int second = Frames.HEAD_BYTES + Frames.MIN_MAX_FRAME;
    assertThat(writer.bytes()[second + 3]).isEqualTo((byte) Frames.CONTINUATION);
    byte[] all =
        RawFields.join(
            Arrays.copyOfRange(writer.bytes(), Frames.HEAD_BYTES, second),
            Arrays.copyOfRange(writer.bytes(), second + Frames.HEAD_BYTES, writer.length()));
    assertThat(request(false, all)).isNull();
    assertThat(head).hasToString("PUT /x?q HTTP/2");
    assertThat(decoder.length()).isEqualTo(12);
    assertThat(head.headers().get("x-longer")).hasSize(12000);
  }

  // ---- RFC 9218

  @ParameterizedTest
  @CsvSource({
    "'', 3, false",
    "u=0, 0, false",
    "'u=7, i', 7, true",
    "'i=?1,u=1', 1, true",
    "i=?0, 3, false",
    "u=8, 3, false",
    "u=-1, 3, false",
    "'x=1, u=2;a=b', 3, false",
    "i;q, 3, false",
  })
  void readsPriorities(String field, int urgency, boolean incremental) {
    byte[] b = field.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    int priority = Priority.read(b, 0, b.length);
    assertThat(priority >> 1).isEqualTo(urgency);
    assertThat(Priority.isIncremental(priority)).isEqualTo(incremental);
  }
}
