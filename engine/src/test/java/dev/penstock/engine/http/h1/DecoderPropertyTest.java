package dev.penstock.engine.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What holds for any bytes: an answer or none, never an exception, and the same wherever they are
 * split.
 */
class DecoderPropertyTest {
  // Small limits, so that mutants of the tables reach them.
  private static final HttpLimits LIMITS = new HttpLimits(60, 150, 60, 6, 20, 60);
  private static final String ALPHABET =
      "\r\n\r\n\t :;,=\"\\0159aFxGETHP/.-%?*#@[]\0\u000b\u007f\u00ff";

  private static final List<byte[]> REQUESTS = wires("requests.txt", "attacks.txt");
  private static final List<byte[]> RESPONSES = wires("responses.txt");

  @Property(tries = 3000)
  void splitsOfMutatedRequestsDoNotMatter(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    byte[] wire = mutant(REQUESTS, random);
    assertThat(request(wire, random)).isEqualTo(request(wire, null));
  }

  @Property(tries = 3000)
  void splitsOfMutatedResponsesDoNotMatter(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    String method = List.of("GET", "HEAD", "CONNECT").get(random.nextInt(3));
    byte[] wire = mutant(RESPONSES, random);
    assertThat(response(wire, method, random)).isEqualTo(response(wire, method, null));
  }

  @Property(tries = 1000)
  void anyBytesGiveAnAnswerOrNoneButNoException(@ForAll byte[] wire) {
    request(wire, null);
    response(wire, "GET", null);
  }

  @Property(tries = 1000)
  void anyBytesBehindAHeadDoNotThrow(@ForAll byte[] body, @ForAll("framings") String framing) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    wire.writeBytes(Transcript.latin("POST / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n"));
    wire.writeBytes(body);
    request(wire.toByteArray(), null);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  @Provide
  Arbitrary<String> framings() {
    return Arbitraries.of("X: y", "Transfer-Encoding: chunked", "Content-Length: 7");
  }

  private static List<byte[]> wires(String... files) {
    List<byte[]> wires = new ArrayList<>();
    for (String file : files) {
      for (WireCase c : WireCase.read(file)) wires.add(Transcript.latin(c.wire()));
    }
    return wires;
  }

  /** One or two messages of the tables, with some bytes changed, put in or left out. */
  private static byte[] mutant(List<byte[]> wires, Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int messages = 1 + random.nextInt(2); messages > 0; messages--) {
      byte[] wire = wires.get(random.nextInt(wires.size()));
      int rate = 5 + random.nextInt(200);
      for (byte b : wire) {
        int kind = random.nextInt(rate);
        if (kind == 1) continue;
        if (kind == 2) out.write(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        out.write(kind == 3 ? ALPHABET.charAt(random.nextInt(ALPHABET.length())) : b);
      }
    }
    return out.toByteArray();
  }

  private static String request(byte[] wire, Random splits) {
    Transcript<RequestHead> transcript = new Transcript<>();
    Http1RequestDecoder decoder = new Http1RequestDecoder(transcript, LIMITS, Set.of());
    decoder.next(new RequestHead());
    int used = feed(decoder, wire, 0, splits);
    if (!decoder.isArmed() && !decoder.hasFailed()) {
      decoder.next(new RequestHead());
      feed(decoder, wire, used, splits);
    }
    decoder.endOfInput();
    return transcript.text();
  }

  private static String response(byte[] wire, String method, Random splits) {
    Transcript<ResponseHead> transcript = new Transcript<>();
    Http1ResponseDecoder decoder = new Http1ResponseDecoder(transcript, LIMITS, Set.of());
    decoder.next(new ResponseHead(), method);
    int used = feed(decoder, wire, 0, splits);
    if (!decoder.isArmed() && !decoder.hasFailed()) {
      decoder.next(new ResponseHead(), method);
      feed(decoder, wire, used, splits);
    }
    decoder.endOfInput();
    return transcript.text() + "reusable " + decoder.isReusable();
  }

  /** Feeds one message, whole or in random pieces; answers how far it was read. */
  private static int feed(Http1Decoder<?> decoder, byte[] wire, int from, Random splits) {
    int at = from;
    while (at < wire.length && decoder.isArmed()) {
      int n =
          splits == null ? wire.length - at : 1 + splits.nextInt(Math.min(12, wire.length - at));
      ByteBuffer in = ByteBuffer.wrap(wire, at, n).slice();
      decoder.decode(in);
      at += n - in.remaining();
    }
    return at;
  }
}
