package dev.penstock.engine.http.h1;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.Violation;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the end of a body is known, by {@code Content-Length} and {@code Transfer-Encoding} (RFC 9112
 * §6.3).
 */
final class Framing {
  private static final byte[] CHUNKED = {'c', 'h', 'u', 'n', 'k', 'e', 'd'};

  private final @Nullable Consumer<Violation> repeatCounter;
  BodyFraming kind = BodyFraming.NONE;

  /** For {@link BodyFraming#LENGTH}, otherwise -1. */
  long length = -1;

  /**
   * @param repeatCounter told each time equal lengths were made one; null where that is refused
   */
  Framing(@Nullable Consumer<Violation> repeatCounter) {
    this.repeatCounter = repeatCounter;
  }

  void set(BodyFraming newKind) {
    kind = newKind;
    length = -1;
  }

  /** Reads both fields; without any of them the framing is {@code otherwise}. */
  @Nullable Violation read(HeaderMap headers, HttpVersion version, BodyFraming otherwise) {
    kind = otherwise;
    length = -1;
    int lengthAt = headers.find(HeaderName.CONTENT_LENGTH);
    int codingAt = headers.find(HeaderName.TRANSFER_ENCODING);
    if (codingAt >= 0) {
      // RFC 9112 §6.1 lets us read such a message by Transfer-Encoding alone, or reject it. We
      // reject: somebody else on
      // the way might believe the length instead, and two readings of one message are a smuggled
      // request.
      if (lengthAt >= 0) return Violation.LENGTH_WITH_TRANSFER_ENCODING;
      if (version == HttpVersion.HTTP_1_0) return Violation.TRANSFER_ENCODING_IN_HTTP_1_0;
      kind = BodyFraming.MARKED;
      return coding(headers, codingAt);
    }
    if (lengthAt < 0) return null;
    kind = BodyFraming.LENGTH;
    return contentLength(headers, lengthAt);
  }

  private @Nullable Violation contentLength(HeaderMap headers, int first) {
    length = Ascii.decimal(headers.text(), headers.valueAt(first), headers.valueLength(first));
    if (length < 0) return Violation.CONTENT_LENGTH_INVALID;
    int i = headers.find(HeaderName.CONTENT_LENGTH, first + 1);
    while (i >= 0) {
      long other = Ascii.decimal(headers.text(), headers.valueAt(i), headers.valueLength(i));
      if (other < 0) return Violation.CONTENT_LENGTH_INVALID;
      if (other != length) return Violation.CONTENT_LENGTH_CONFLICT;
      if (repeatCounter == null) return Violation.CONTENT_LENGTH_REPEATED;
      repeatCounter.accept(Violation.CONTENT_LENGTH_REPEATED);
      headers.removeAt(i);
      i = headers.find(HeaderName.CONTENT_LENGTH, i);
    }
    return null;
  }

  /**
   * Only {@code chunked}, once, is implemented; what is well formed beyond that is told apart for
   * the status.
   */
  private static @Nullable Violation coding(HeaderMap headers, int first) {
    byte[] b = headers.text();
    int next = headers.find(HeaderName.TRANSFER_ENCODING, first + 1);
    if (next < 0 && isChunked(b, headers.valueAt(first), headers.valueLength(first))) return null;
    boolean isUnknown = false;
    boolean isChunked = false;
    for (int i = first; i >= 0; i = headers.find(HeaderName.TRANSFER_ENCODING, i + 1)) {
      int at = headers.valueAt(i);
      int end = at + headers.valueLength(i);
      while (true) {
        int codingAt = at;
        while (at < end && Ascii.isToken(b[at] & 0xff)) at++;
        // Nothing may follow chunked, and no element may be empty.
        if (at == codingAt || isChunked) return Violation.TRANSFER_ENCODING_INVALID;
        isChunked = isChunked(b, codingAt, at - codingAt);
        if (!isChunked) isUnknown = true;
        at = Scan.blank(b, at, end);
        if (at == end) break;
        if (b[at] != ',') return Violation.TRANSFER_ENCODING_INVALID;
        at = Scan.blank(b, at + 1, end);
      }
    }
    if (!isChunked) return Violation.TRANSFER_ENCODING_INVALID;
    return isUnknown ? Violation.TRANSFER_CODING_UNKNOWN : null;
  }

  private static boolean isChunked(byte[] b, int at, int length) {
    if (length != CHUNKED.length) return false;
    for (int i = 0; i < length; i++) {
      if (Ascii.toLower(b[at + i]) != CHUNKED[i]) return false;
    }
    return true;
  }
}
