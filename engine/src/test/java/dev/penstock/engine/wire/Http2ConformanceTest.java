package dev.penstock.engine.wire;

import static dev.penstock.engine.http.h2.RawFields.block;
import static dev.penstock.engine.http.h2.RawFields.frame;
import static dev.penstock.engine.http.h2.RawFields.get;
import static dev.penstock.engine.http.h2.RawFields.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.h2.Frames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames that a client sends, and what must come of them: section by section of RFC 9113 and RFC
 * 7541, what conformance suites look at. After each case another client is served as ever.
 */
final class Http2ConformanceTest {
  private static final int ES = Frames.END_STREAM;
  private static final int EH = Frames.END_HEADERS;
  private static final int PAD = Frames.PADDED;
  private static final int PRIO = Frames.HAS_PRIORITY;
  private static final byte[] NONE = {};

  private static TestGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            """
            listeners: { web: { bind: "127.0.0.1:0", http2: { mode: on, max-streams: 5 } } }
            upstreams: { silent: { endpoints: [ "127.0.0.1:%d" ] } }
            routes:
              wait: { match: { path: /wait }, upstream: silent }
              all: { respond: { body: hello } }
            """
                .formatted(silent.port()));
  }

  /** Takes requests and answers none of them. */
  private static final ScriptedUpstream silent = ScriptedUpstream.running(Peer::readToEnd);

  @AfterAll
  static void stop() {
    gateway.close();
    silent.close();
  }

  private static byte[] bytes(int... values) {
    byte[] b = new byte[values.length];
    for (int i = 0; i < values.length; i++) b[i] = (byte) values[i];
    return b;
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] headers(int flags, int stream, byte[] block) {
    return frame(Frames.HEADERS, flags, stream, block);
  }

  /** A request that is answered at once. */
  private static byte[] ask(int stream) {
    return headers(ES | EH, stream, get());
  }

  /** A request whose answer never comes. */
  private static byte[] wait(int stream, int flags) {
    return headers(
        flags | EH,
        stream,
        block(":method", "POST", ":scheme", "http", ":path", "/wait", ":authority", "a.test"));
  }

  private static byte[] setting(int id, int value) {
    return frame(
        Frames.SETTINGS,
        0,
        0,
        bytes(0, id, value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255));
  }

  private static byte[] window(int stream, int increment) {
    return frame(
        Frames.WINDOW_UPDATE,
        0,
        stream,
        bytes(increment >>> 24, increment >>> 16 & 255, increment >>> 8 & 255, increment & 255));
  }

  private static Arguments given(String reaction, String section, byte[]... frames) {
    return Arguments.of(reaction, section, join(frames));
  }

  static List<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    all.addAll(framing());
    all.addAll(streams());
    all.addAll(frameTypes());
    all.addAll(messages());
    all.addAll(compression());
    return all;
  }

  private static List<Arguments> framing() {
    return List.of(
        given("200", "4.1: an unknown type is passed over", frame(99, 0, 0, new byte[8]), ask(1)),
        given("200", "4.1: undefined flags are ignored", frame(6, 0x16, 0, new byte[8]), ask(1)),
        given(
            "200",
            "4.1: the reserved bit is ignored",
            frame(6, 0, 0x80000000, new byte[8]),
            ask(1)),
        given(
            "200",
            "4.2: a frame of 2^14 bytes",
            wait(3, 0),
            frame(0, ES, 3, new byte[16384]),
            ask(5)),
        given(
            "goaway FRAME_SIZE_ERROR",
            "4.2: a larger one",
            wait(1, 0),
            frame(0, 0, 1, new byte[16385])),
        given(
            "goaway FRAME_SIZE_ERROR",
            "4.2: a larger head",
            headers(ES | EH, 1, join(get(), new byte[16385]))),
        given(
            "goaway COMPRESSION_ERROR",
            "4.3: an invalid block",
            headers(ES | EH, 1, bytes(0, 255, 255, 255, 255, 255))),
        given(
            "goaway PROTOCOL_ERROR",
            "4.3: a block interrupted by another frame",
            headers(ES, 1, get()),
            frame(2, 0, 1, bytes(0, 0, 0, 0, 255))),
        given(
            "goaway PROTOCOL_ERROR",
            "4.3: a block interrupted by another stream",
            headers(ES, 1, get()),
            ask(3)));
  }

  private static List<Arguments> streams() {
    byte[] rst = frame(3, 0, 1, bytes(0, 0, 0, 8));
    return List.of(
        given("goaway PROTOCOL_ERROR", "5.1 idle: DATA", frame(0, ES, 1, latin("x"))),
        given("goaway PROTOCOL_ERROR", "5.1 idle: RST_STREAM", rst),
        given("goaway PROTOCOL_ERROR", "5.1 idle: WINDOW_UPDATE", window(1, 100)),
        given("goaway PROTOCOL_ERROR", "5.1 idle: CONTINUATION", frame(9, EH, 1, get())),
        given("200", "5.1 idle: PRIORITY is allowed", frame(2, 0, 1, bytes(0, 0, 0, 0, 1)), ask(1)),
        given(
            "reset 1 STREAM_CLOSED",
            "5.1 half closed: DATA",
            wait(1, ES),
            frame(0, ES, 1, latin("x"))),
        given("reset 1 STREAM_CLOSED", "5.1 half closed: HEADERS", wait(1, ES), ask(1)),
        given(
            "goaway PROTOCOL_ERROR",
            "5.1 half closed: CONTINUATION",
            wait(1, ES),
            frame(9, EH, 1, get())),
        given(
            "200",
            "5.1 half closed: WINDOW_UPDATE, PRIORITY",
            wait(1, ES),
            window(1, 10),
            frame(2, 0, 1, bytes(0, 0, 0, 0, 1)),
            ask(3)),
        given(
            "200",
            "5.1 closed: what crosses our answer is passed over",
            wait(1, 0),
            rst,
            frame(0, 0, 1, latin("x")),
            window(1, 10),
            ask(3)),
        given("200", "5.1 closed: RST_STREAM twice", wait(1, 0), rst, rst, ask(3)),
        given("goaway PROTOCOL_ERROR", "5.1 closed: CONTINUATION", ask(1), frame(9, EH, 1, get())),
        given("reset 1 STREAM_CLOSED", "5.1 closed: DATA", ask(1), frame(0, ES, 1, latin("x"))),
        given("goaway STREAM_CLOSED", "5.1 closed: HEADERS", ask(1), ask(1)),
        given("goaway PROTOCOL_ERROR", "5.1.1: an even number", ask(2)),
        given("goaway STREAM_CLOSED", "5.1.1: a number smaller than the last", ask(5), ask(3)),
        given(
            "reset 11 REFUSED_STREAM",
            "5.1.2: too many at once",
            wait(1, ES),
            wait(3, ES),
            wait(5, ES),
            wait(7, ES),
            wait(9, ES),
            wait(11, ES)),
        given(
            "reset 1 PROTOCOL_ERROR",
            "5.3.1: HEADERS that depend on themselves",
            headers(
                ES | EH | PRIO,
                1,
                join(
                    bytes(0, 0, 0, 1, 255),
                    block(
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":path",
                        "/wait",
                        ":authority",
                        "a")))),
        given(
            "reset 1 PROTOCOL_ERROR",
            "5.3.1: PRIORITY that depends on itself",
            wait(1, 0),
            frame(2, 0, 1, bytes(0, 0, 0, 1, 255))));
  }

  private static List<Arguments> frameTypes() {
    return List.of(
        given("goaway PROTOCOL_ERROR", "6.1: DATA on stream 0", frame(0, ES, 0, latin("x"))),
        given(
            "goaway PROTOCOL_ERROR",
            "6.1: padding as long as the frame",
            wait(1, 0),
            frame(0, ES | PAD, 1, latin("\5abcd"))),
        given(
            "200",
            "6.2: HEADERS with padding and priority",
            headers(ES | EH | PAD | PRIO, 1, join(bytes(2, 0, 0, 0, 0, 7), get(), bytes(0, 0)))),
        given("goaway PROTOCOL_ERROR", "6.2: HEADERS on stream 0", ask(0)),
        given(
            "goaway PROTOCOL_ERROR",
            "6.2: padding that is too long",
            headers(ES | EH | PAD, 1, join(bytes(255), get()))),
        given(
            "goaway PROTOCOL_ERROR",
            "6.3: PRIORITY on stream 0",
            frame(2, 0, 0, bytes(0, 0, 0, 1, 255))),
        given(
            "reset 1 FRAME_SIZE_ERROR",
            "6.3: PRIORITY of another length",
            wait(1, 0),
            frame(2, 0, 1, bytes(0, 0, 0, 5))),
        given(
            "goaway PROTOCOL_ERROR",
            "6.4: RST_STREAM on stream 0",
            frame(3, 0, 0, bytes(0, 0, 0, 8))),
        given(
            "goaway FRAME_SIZE_ERROR",
            "6.4: RST_STREAM of another length",
            wait(1, 0),
            frame(3, 0, 1, bytes(0, 0, 0))),
        given(
            "goaway FRAME_SIZE_ERROR",
            "6.5: an acknowledgement with a payload",
            frame(4, 1, 0, bytes(0, 3, 0, 0, 0, 1))),
        given(
            "goaway PROTOCOL_ERROR",
            "6.5: SETTINGS on a stream",
            frame(4, 0, 1, bytes(0, 3, 0, 0, 0, 1))),
        given(
            "goaway FRAME_SIZE_ERROR",
            "6.5: SETTINGS of another length",
            frame(4, 0, 0, bytes(0, 3, 0))),
        given("goaway PROTOCOL_ERROR", "6.5.2: ENABLE_PUSH of 2", setting(2, 2)),
        given("goaway FLOW_CONTROL_ERROR", "6.5.2: a window of 2^31", setting(4, 0x80000000)),
        given("goaway PROTOCOL_ERROR", "6.5.2: MAX_FRAME_SIZE too small", setting(5, 16383)),
        given("goaway PROTOCOL_ERROR", "6.5.2: MAX_FRAME_SIZE too large", setting(5, 1 << 24)),
        given("200", "6.5.2: an unknown setting", setting(99, 1), ask(1)),
        given(
            "200",
            "6.5.3: two settings of a kind, the last counts",
            frame(4, 0, 0, bytes(0, 4, 0, 0, 0, 0, 0, 4, 0, 0, 0, 5)),
            ask(1)),
        given(
            "goaway PROTOCOL_ERROR",
            "6.6: a client pushes",
            frame(5, EH, 1, join(bytes(0, 0, 0, 2), get()))),
        given("ping ack 1", "6.7: PING", frame(6, 0, 0, bytes(0, 0, 0, 0, 0, 0, 0, 1))),
        given(
            "200", "6.7: an acknowledgement is not answered", frame(6, 1, 0, new byte[8]), ask(1)),
        given("goaway PROTOCOL_ERROR", "6.7: PING on a stream", frame(6, 0, 1, new byte[8])),
        given(
            "goaway FRAME_SIZE_ERROR", "6.7: PING of another length", frame(6, 0, 0, new byte[6])),
        given("goaway PROTOCOL_ERROR", "6.8: GOAWAY on a stream", frame(7, 0, 1, new byte[8])),
        given(
            "goaway PROTOCOL_ERROR", "6.9: the connection's window grows by nothing", window(0, 0)),
        given(
            "reset 1 PROTOCOL_ERROR",
            "6.9: a stream's window grows by nothing",
            wait(1, 0),
            window(1, 0)),
        given(
            "goaway FRAME_SIZE_ERROR",
            "6.9: WINDOW_UPDATE of another length",
            frame(8, 0, 0, bytes(0, 0, 1))),
        given(
            "goaway FLOW_CONTROL_ERROR",
            "6.9.1: the connection's window exceeds 2^31-1",
            window(0, Integer.MAX_VALUE),
            window(0, Integer.MAX_VALUE)),
        given(
            "reset 1 FLOW_CONTROL_ERROR",
            "6.9.1: a stream's window exceeds 2^31-1",
            wait(1, 0),
            window(1, Integer.MAX_VALUE),
            window(1, Integer.MAX_VALUE)),
        given(
            "goaway FLOW_CONTROL_ERROR",
            "6.9.2: a stream's window exceeds by settings",
            wait(1, 0),
            window(1, Integer.MAX_VALUE - 65535),
            setting(4, 65536)),
        given(
            "200",
            "6.10: several CONTINUATION frames",
            headers(ES, 1, get()),
            frame(9, 0, 1, block("a", "b")),
            frame(9, EH, 1, block("c", "d"))),
        given(
            "goaway PROTOCOL_ERROR",
            "6.10: CONTINUATION behind the end of a block",
            wait(1, 0),
            frame(9, EH, 1, get())),
        given(
            "goaway PROTOCOL_ERROR",
            "6.10: CONTINUATION on stream 0",
            headers(ES, 1, get()),
            frame(9, EH, 0, get())),
        given(
            "200",
            "RFC 9218: priorities",
            frame(16, 0, 0, latin("\0\0\0\1u=0")),
            headers(ES | EH, 1, get("priority", "u=1, i"))),
        given("goaway PROTOCOL_ERROR", "RFC 9218: of stream 0", frame(16, 0, 0, new byte[6])));
  }

  private static Arguments malformed(String section, String... more) {
    return given("reset 1 PROTOCOL_ERROR", section, headers(ES | EH, 1, get(more)));
  }

  private static List<Arguments> messages() {
    return List.of(
        given(
            "reset 1 PROTOCOL_ERROR",
            "8.1: a second head that ends nothing",
            wait(1, 0),
            headers(EH, 1, block("a", "b"))),
        given(
            "reset 1 PROTOCOL_ERROR",
            "8.1: pseudo-header fields in trailers",
            wait(1, 0),
            headers(ES | EH, 1, block(":method", "GET"))),
        malformed("8.2: a name in upper case", "X-TEST", "ok"),
        malformed("8.2.1: an empty name", "", "ok"),
        malformed("8.2.1: a line break in a value", "a", "b\r\nc: d"),
        malformed("8.2.2: Connection", "connection", "keep-alive"),
        malformed("8.2.2: Transfer-Encoding", "transfer-encoding", "chunked"),
        malformed("8.2.2: TE other than trailers", "te", "trailers, deflate"),
        given("200", "8.2.2: TE: trailers", headers(ES | EH, 1, get("te", "trailers"))),
        malformed("8.3: an unknown pseudo-header field", ":test", "ok"),
        malformed("8.3: a pseudo-header field of responses", ":status", "200"),
        malformed("8.3: a pseudo-header field twice", ":method", "GET"),
        malformed("8.3: a pseudo-header field behind others", "a", "b", ":path", "/"),
        malformed("8.3.1: Host that differs", "host", "b.test"),
        given(
            "reset 1 PROTOCOL_ERROR",
            "8.3.1: an empty path",
            headers(
                ES | EH,
                1,
                block(":method", "GET", ":scheme", "http", ":path", "", ":authority", "a"))),
        given(
            "reset 1 PROTOCOL_ERROR",
            "8.3.1: no method",
            headers(ES | EH, 1, block(":scheme", "http", ":path", "/", ":authority", "a"))),
        given(
            "reset 1 PROTOCOL_ERROR",
            "8.3.1: no scheme",
            headers(ES | EH, 1, block(":method", "GET", ":path", "/", ":authority", "a"))),
        given(
            "reset 1 PROTOCOL_ERROR",
            "8.3.1: no path",
            headers(ES | EH, 1, block(":method", "GET", ":scheme", "http", ":authority", "a"))),
        malformed("8.1.1: a length without data", "content-length", "1"),
        given(
            "reset 1 PROTOCOL_ERROR",
            "8.1.1: less data than told",
            headers(EH, 1, join(post(), block("content-length", "3"))),
            frame(0, ES, 1, latin("ab"))),
        given(
            "reset 1 PROTOCOL_ERROR",
            "8.1.1: more data than told",
            headers(EH, 1, join(post(), block("content-length", "3"))),
            frame(0, 0, 1, latin("ab")),
            frame(0, ES, 1, latin("ab"))),
        given(
            "405",
            "8.5: CONNECT is not served",
            headers(ES | EH, 1, block(":method", "CONNECT", ":authority", "a.test:443"))),
        given(
            "400",
            "8.3.1: no authority at all",
            headers(ES | EH, 1, block(":method", "GET", ":scheme", "http", ":path", "/"))),
        given(
            "400",
            "8.3.1: a path with a space",
            headers(
                ES | EH,
                1,
                block(":method", "GET", ":scheme", "http", ":path", "/a b", ":authority", "a"))),
        given(
            "414",
            "a path that is too long",
            headers(
                ES | EH,
                1,
                block(
                    ":method",
                    "GET",
                    ":scheme",
                    "http",
                    ":path",
                    "/" + "a".repeat(9000),
                    ":authority",
                    "a"))),
        given("431", "10.5.1: too many fields", headers(ES | EH, 1, join(get(), many(120)))));
  }

  private static byte[] post() {
    return block(":method", "POST", ":scheme", "http", ":path", "/wait", ":authority", "a");
  }

  private static byte[] many(int count) {
    String[] fields = new String[2 * count];
    for (int i = 0; i < fields.length; i++) fields[i] = "a";
    return block(fields);
  }

  private static List<Arguments> compression() {
    return List.of(
        given(
            "goaway COMPRESSION_ERROR",
            "RFC 7541 2.3.3: an index that is not there",
            headers(ES | EH, 1, join(get(), bytes(0xc6)))),
        given(
            "goaway COMPRESSION_ERROR",
            "RFC 7541 4.2: a new size at the end",
            headers(ES | EH, 1, join(get(), bytes(0x21)))),
        given(
            "goaway COMPRESSION_ERROR",
            "RFC 7541 5.2: padding that is too long",
            headers(
                ES | EH,
                1,
                join(get(), bytes(0, 0x86, 0xf2, 0xb2, 0x4a, 0x84, 0xff, 0xff, 1, 97)))),
        given(
            "goaway COMPRESSION_ERROR",
            "RFC 7541 5.2: padding that is not ones",
            headers(ES | EH, 1, join(get(), bytes(0, 0x83, 0xf2, 0xb2, 0x48, 1, 97)))),
        given(
            "goaway COMPRESSION_ERROR",
            "RFC 7541 6.1: index 0",
            headers(ES | EH, 1, join(get(), bytes(0x80)))),
        given(
            "goaway COMPRESSION_ERROR",
            "RFC 7541 6.3: a size larger than announced",
            headers(ES | EH, 1, join(bytes(0x3f, 0xe2, 0x1f), get()))),
        given(
            "200",
            "RFC 7541 6.3: new sizes in front",
            headers(ES | EH, 1, join(bytes(0x20, 0x3f, 0xe1, 0x1f), get()))));
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("cases")
  void reacts(String reaction, String section, byte[] frames) {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      client.await("settings ack").send(frames);
      assertThat(awaited(client, reaction)).as(section).isEqualTo(reaction);
      if (reaction.startsWith("goaway")) assertThat(client.awaitLike("closed")).isNotNull();
    }
    try (Http2Client other = Http2Client.connect(gateway.address())) {
      assertThat(other.get(1, "/").response(1).body()).isEqualTo("hello");
    }
    gateway.awaitMetric("penstock_worker_exchanges", 0);
  }

  /** The first event that could be the reaction. */
  private static String awaited(Http2Client client, String reaction) {
    while (true) {
      String[] words = client.next().split(" ");
      switch (words[0]) {
        case "closed" -> {
          return "closed after " + client.said();
        }
        case "goaway" -> {
          return "goaway " + words[2];
        }
        case "reset" -> {
          return String.join(" ", words);
        }
        case "head" -> {
          // An answer to what came before, where a reset or the end of the connection is expected.
          if (reaction.equals(words[2])) return reaction;
          if (reaction.length() == 3) return words[2];
        }
        default -> {
          if (reaction.startsWith("ping ack")) return String.join(" ", words);
        }
      }
    }
  }

  @Test
  void anInvalidPrefaceEndsTheConnection() {
    try (Http2Client client = Http2Client.silent(gateway.address())) {
      client.send(latin("PRI * HTTP/2.0\r\n\r\nSX\r\n\r\n"));
      client.await("goaway 0 PROTOCOL_ERROR");
      assertThat(client.awaitLike("closed")).isEqualTo("closed");
    }
  }

  @Test
  void framesBeforeSettingsEndTheConnection() {
    try (Http2Client client = Http2Client.silent(gateway.address())) {
      client.frames(w -> {
        w.preface();
        w.ping(1, false);
      });
      client.await("goaway 0 PROTOCOL_ERROR");
    }
  }

  @Test
  void serverSettingsComeFirstAndThoseOfTheClientAreAcknowledged() {
    try (Http2Client client = Http2Client.connect(gateway.address(), 3, 100)) {
      assertThat(client.next()).isEqualTo("settings");
      client.await("settings ack");
    }
  }

  @Test
  void aClientThatSaysGoodbyeIsServedToTheEnd() {
    try (Http2Client client = Http2Client.connect(gateway.address())) {
      client.get(1, "/").frames(w -> w.goAway(0, dev.penstock.engine.http.h2.ErrorCode.NO_ERROR));
      assertThat(client.response(1).body()).isEqualTo("hello");
      assertThat(client.awaitLike("goaway")).startsWith("goaway");
    }
  }
}
