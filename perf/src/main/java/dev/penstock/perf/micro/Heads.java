package dev.penstock.perf.micro;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.HttpSink;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.Violation;
import dev.penstock.engine.http.h1.Http1RequestDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Messages as they stand on the wire, and a sink that only counts. */
final class Heads {
  static final String SMALL = "GET /svc/57/items?page=2 HTTP/1.1\r\nHost: shop.example\r\n\r\n";

  static final String BROWSER =
      """
      GET /svc/57/items?page=2 HTTP/1.1
      Host: shop.example
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
      Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
      Accept-Language: en-GB,en;q=0.5
      Accept-Encoding: gzip, deflate, br, zstd
      Cookie: session=0123456789abcdef; theme=dark
      X-Api-Key: key-7
      Cache-Control: no-cache
      Connection: keep-alive

      """
          .replace("\n", "\r\n");

  static final String RESPONSE =
      """
      HTTP/1.1 200 OK
      Server: origin
      Date: Wed, 25 Nov 2026 12:00:00 GMT
      Content-Type: application/json
      Content-Length: 0
      ETag: "0123456789abcdef"
      Cache-Control: private, max-age=0

      """
          .replace("\n", "\r\n");

  private Heads() {}

  static ByteBuffer wire(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** The head that the codec makes of {@code text}. */
  static RequestHead request(String text) {
    RequestHead head = new RequestHead();
    Http1RequestDecoder decoder =
        new Http1RequestDecoder(new CountingSink<>(), HttpLimits.DEFAULT, Set.of());
    decoder.next(head);
    decoder.decode(wire(text));
    return head;
  }

  /** Counts messages; a violation is a mistake of the bench. */
  static final class CountingSink<H> implements HttpSink<H> {
    int messages;

    @Override
    public void onHead(H head, BodyFraming framing, long length) {}

    @Override
    public void onBody(ByteBuffer part) {
      part.position(part.limit());
    }

    @Override
    public void onTrailers(HeaderMap trailers) {}

    @Override
    public void onEnd() {
      messages++;
    }

    @Override
    public void onViolation(Violation violation) {
      throw new IllegalStateException(violation.name());
    }
  }
}
