package dev.penstock.engine.http.h1;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpSink;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes down what a decoder says, body parts joined, and fails when the order of the words is
 * wrong. Lines are as the tables of this package have them.
 */
class Transcript<H> implements HttpSink<H> {
  private final StringBuilder lines = new StringBuilder();
  private final StringBuilder body = new StringBuilder();
  private boolean sawHead;
  private boolean isOver;

  @Override
  public void onHead(H head, BodyFraming framing, long length) {
    check(!sawHead, "a second head");
    boolean isInterim = head instanceof ResponseHead response && response.isInterim();
    sawHead = !isInterim;
    lines.append(startLine(head)).append(' ').append(framing);
    if (framing == BodyFraming.LENGTH) lines.append(' ').append(length);
    else check(length == -1, "a length with " + framing);
    lines.append('\n');
    fields(headers(head));
  }

  @Override
  public void onBody(ByteBuffer part) {
    check(sawHead, "a body without a head");
    check(part.hasRemaining(), "an empty body part");
    while (part.hasRemaining()) body.append((char) (part.get() & 0xff));
  }

  @Override
  public void onTrailers(HeaderMap trailers) {
    check(sawHead, "trailers without a head");
    check(!trailers.isEmpty(), "empty trailers");
    flushBody();
    lines.append("trailers\n");
    fields(trailers);
  }

  @Override
  public void onEnd() {
    check(sawHead, "an end without a head");
    flushBody();
    lines.append("end\n");
    sawHead = false;
  }

  @Override
  public void onViolation(Violation violation) {
    check(!isOver, "a second violation");
    flushBody();
    lines.append("violation ").append(violation).append('\n');
    isOver = true;
  }

  /** All lines so far. */
  String text() {
    flushBody();
    return lines.toString();
  }

  private void check(boolean holds, String what) {
    if (!holds || isOver) throw new AssertionError(what + " after:\n" + text());
  }

  private void flushBody() {
    if (body.isEmpty()) return;
    lines.append("body ").append(escape(body.toString())).append('\n');
    body.setLength(0);
  }

  private void fields(HeaderMap fields) {
    for (int i = 0; i < fields.size(); i++) {
      lines
          .append("  ")
          .append(fields.name(i))
          .append(": ")
          .append(escape(fields.value(i)))
          .append('\n');
    }
  }

  private static String startLine(Object head) {
    if (head instanceof ResponseHead response) {
      return "response " + response.version().text() + " " + response.status();
    }
    RequestHead request = (RequestHead) head;
    return "request %s [%s] %s%s %s"
        .formatted(
            request.method(),
            request.authority(),
            request.path() + (request.hasQuery() ? "?" + request.query() : ""),
            request.isAbsolute() ? " absolute" : "",
            request.version().text());
  }

  private static HeaderMap headers(Object head) {
    return head instanceof ResponseHead response
        ? response.headers()
        : ((RequestHead) head).headers();
  }

  /** Control characters and what is beyond ASCII, as the tables write them. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\r' -> escaped.append("\\r");
        case '\n' -> escaped.append("\\n");
        case '\t' -> escaped.append("\\t");
        case '\\' -> escaped.append("\\\\");
        default -> {
          if (c < 0x20 || c > 0x7e) escaped.append("\\x%02x".formatted((int) c));
          else escaped.append(c);
        }
      }
    }
    return escaped.toString();
  }

  static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
