package dev.penstock.engine.http.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HopByHop;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Decode after encode is identity: who reads behind us reads what we meant. */
class RoundTripPropertyTest {
  private static final String TOKEN = "!#$%&'*+-.^_`|~09azAZ";
  private static final String VALUE = "\t !\"(),/:;<=>?@[\\]{}~09azAZ\u00e9\u00ff";
  private static final String PATH = "/-._~!$&'()*+,;=:@09azAZ";
  private static final List<WireCase> REQUESTS = WireCase.read("requests.txt");
  private static final List<WireCase> ATTACKS = WireCase.read("attacks.txt");
  private static final Set<Violation> TOLERATED =
      Set.of(Violation.BARE_LF, Violation.CONTENT_LENGTH_REPEATED);

  @Property(tries = 2000)
  void requestsSurvive(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    RequestHead head = new RequestHead();
    head.method(text(TOKEN, 1 + random.nextInt(10), random));
    head.path("/" + text(PATH, random.nextInt(30), random));
    if (random.nextBoolean()) head.query(text(PATH + "?", random.nextInt(30), random));
    head.headers().add("Host", "h.example");
    addFields(head.headers(), random);
    byte[] body = new byte[random.nextInt(300)];
    random.nextBytes(body);
    BodyFraming framing =
        List.of(BodyFraming.NONE, BodyFraming.LENGTH, BodyFraming.MARKED).get(random.nextInt(3));

    Http1Encoder encoder = new Http1Encoder();
    encoder.request(head, framing, body.length);
    byte[] wire = withBody(encoder, framing, body, random);

    byte[] authority = Transcript.latin("h.example");
    head.authority().point(authority, 0, authority.length);
    Transcript<RequestHead> expected = new Transcript<>();
    addFraming(head.headers(), framing, body.length);
    tell(expected, head, framing, body);
    Transcript<RequestHead> read = new Transcript<>();
    Http1RequestDecoder decoder = new Http1RequestDecoder(read, HttpLimits.DEFAULT, Set.of());
    decoder.next(new RequestHead());
    decoder.decode(ByteBuffer.wrap(wire));
    assertThat(read.text()).isEqualTo(expected.text());
  }

  @Property(tries = 2000)
  void responsesSurvive(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    ResponseHead head = new ResponseHead();
    head.status(305 + random.nextInt(295));
    addFields(head.headers(), random);
    byte[] body = new byte[1 + random.nextInt(300)];
    random.nextBytes(body);
    BodyFraming framing =
        List.of(BodyFraming.LENGTH, BodyFraming.MARKED, BodyFraming.CLOSE).get(random.nextInt(3));

    Http1Encoder encoder = new Http1Encoder();
    encoder.response(head, framing, body.length, false, HttpVersion.HTTP_1_1);
    byte[] wire = withBody(encoder, framing, body, random);

    Transcript<ResponseHead> expected = new Transcript<>();
    addFraming(head.headers(), framing, body.length);
    if (framing == BodyFraming.CLOSE) head.headers().add("Connection", "close");
    tell(expected, head, framing, body);
    Transcript<ResponseHead> read = new Transcript<>();
    Http1ResponseDecoder decoder = new Http1ResponseDecoder(read, HttpLimits.DEFAULT, Set.of());
    decoder.next(new ResponseHead(), "GET");
    decoder.decode(ByteBuffer.wrap(wire));
    decoder.endOfInput();
    assertThat(read.text()).isEqualTo(expected.text());
  }

  /**
   * Whatever a lenient listener lets in leaves in a form that the strictest reader takes for the
   * same.
   */
  @Property(tries = 2000)
  void whatIsForwardedIsReadAgainWithoutLeniency(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    List<WireCase> cases = random.nextBoolean() ? REQUESTS : ATTACKS;
    byte[] wire = Transcript.latin(cases.get(random.nextInt(cases.size())).wire());
    for (int i = wire.length == 0 ? 0 : random.nextInt(3); i > 0; i--)
      wire[random.nextInt(wire.length)] = (byte) random.nextInt(256);

    Relay relay = new Relay();
    Http1RequestDecoder lenient = new Http1RequestDecoder(relay, HttpLimits.DEFAULT, TOLERATED);
    lenient.next(new RequestHead());
    lenient.decode(ByteBuffer.wrap(wire));
    Transcript<RequestHead> second = new Transcript<>();
    Http1RequestDecoder strict = new Http1RequestDecoder(second, HttpLimits.DEFAULT, Set.of());
    strict.next(new RequestHead());
    ByteBuffer forwarded = ByteBuffer.wrap(relay.out.toByteArray());
    strict.decode(forwarded);
    assertThat(second.text()).doesNotContain("violation");
    assertThat(forwarded.remaining()).isZero();
    // Body and end are the same; of the heads, what was meant for the connection differs.
    assertThat(rest(second.text())).isEqualTo(rest(relay.text()).replaceAll("violation .*\n", ""));
  }

  /** Writes what it hears to the next hop, as the proxy does. */
  private static final class Relay extends Transcript<RequestHead> {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Http1Encoder encoder = new Http1Encoder();
    private boolean isChunked;

    @Override
    public void onHead(RequestHead head, BodyFraming framing, long length) {
      super.onHead(head, framing, length);
      isChunked = framing == BodyFraming.MARKED;
      HopByHop.strip(head.headers());
      // HTTP/1.0 may name no host; what is forwarded is HTTP/1.1.
      if (head.authority().isEmpty()) head.headers().set("Host", "none");
      encoder.request(head, framing, length);
      flush();
    }

    @Override
    public void onBody(ByteBuffer part) {
      byte[] bytes = new byte[part.remaining()];
      part.duplicate().get(bytes);
      super.onBody(part);
      if (isChunked) encoder.chunkHead(bytes.length);
      flush();
      out.writeBytes(bytes);
      if (isChunked) encoder.chunkEnd();
      flush();
    }

    @Override
    public void onEnd() {
      super.onEnd();
      if (isChunked) encoder.lastChunk(null);
      flush();
    }

    private void flush() {
      out.write(encoder.bytes(), 0, encoder.length());
      encoder.clear();
    }
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  /** The lines of a transcript from the body on, without trailers. */
  private static String rest(String transcript) {
    StringBuilder rest = new StringBuilder();
    transcript
        .lines()
        .filter(line -> line.startsWith("body") || line.equals("end"))
        .forEach(line -> rest.append(line).append('\n'));
    return rest.toString();
  }

  private static void addFields(HeaderMap headers, Random random) {
    for (int i = random.nextInt(8); i > 0; i--) {
      headers.add(
          "x" + text(TOKEN, random.nextInt(12), random),
          text(VALUE, random.nextInt(40), random).strip());
    }
  }

  private static void addFraming(HeaderMap headers, BodyFraming framing, int length) {
    if (framing == BodyFraming.LENGTH) headers.add("Content-Length", Integer.toString(length));
    if (framing == BodyFraming.MARKED) headers.add("Transfer-Encoding", "chunked");
  }

  private static byte[] withBody(
      Http1Encoder encoder, BodyFraming framing, byte[] body, Random random) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    wire.write(encoder.bytes(), 0, encoder.length());
    if (framing == BodyFraming.NONE) return wire.toByteArray();
    if (framing != BodyFraming.MARKED) {
      wire.writeBytes(body);
      return wire.toByteArray();
    }
    int at = 0;
    while (at < body.length) {
      int n = 1 + random.nextInt(body.length - at);
      encoder.clear();
      encoder.chunkHead(n);
      wire.write(encoder.bytes(), 0, encoder.length());
      wire.write(body, at, n);
      encoder.clear();
      encoder.chunkEnd();
      wire.write(encoder.bytes(), 0, encoder.length());
      at += n;
    }
    encoder.clear();
    encoder.lastChunk(null);
    wire.write(encoder.bytes(), 0, encoder.length());
    return wire.toByteArray();
  }

  private static <H> void tell(Transcript<H> transcript, H head, BodyFraming framing, byte[] body) {
    transcript.onHead(head, framing, framing == BodyFraming.LENGTH ? body.length : -1);
    if (framing != BodyFraming.NONE && body.length > 0) transcript.onBody(ByteBuffer.wrap(body));
    transcript.onEnd();
  }

  private static String text(String alphabet, int length, Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++)
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    return text.toString();
  }
}
