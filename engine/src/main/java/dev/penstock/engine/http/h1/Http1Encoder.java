package dev.penstock.engine.http.h1;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes heads and chunk framing into a growing array, one behind the other until {@link #clear}
 * (RFC 9112).
 *
 * <p>{@code Content-Length}, {@code Transfer-Encoding} and {@code Connection} of the head are never
 * copied: they are written from what the caller says about framing and connection, so that no
 * message can frame itself. Whether it is right to keep the other connection-level fields was
 * decided by {@code HopByHop}; {@code Upgrade} and {@code TE}, where present, are named in {@code
 * Connection}. Worker-confined.
 */
public final class Http1Encoder {
  private static final byte[] END = latin("\r\n");
  private static final byte[] REQUEST_END = latin(" HTTP/1.1\r\n");
  private static final byte[] LENGTH = latin("Content-Length: ");
  private static final byte[] CHUNKED = latin("Transfer-Encoding: chunked\r\n");
  private static final byte[] CONNECTION = latin("Connection: ");
  private static final byte[] CLOSE = latin("close");
  private static final byte[] KEEP_ALIVE = latin("keep-alive");
  private static final byte[] UPGRADE = latin("Upgrade");
  private static final byte[] TE = latin("TE");
  private static final byte[] HTTP = latin("http://");
  private static final byte[] LAST_CHUNK = latin("0\r\n");
  private static final int MAX_LONG_DIGITS = 19;
  private static final int KEPT_BYTES = 65536;

  private byte[] bytes = new byte[1024];
  private int length;
  private boolean isListing;
  private final Slice name = new Slice();
  private final Slice value = new Slice();

  /** What was written since {@link #clear}, from index 0; valid until the next call. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes were written since {@link #clear}. */
  public int length() {
    return length;
  }

  /** Begins anew; a very large array is given up. */
  public void clear() {
    length = 0;
    if (bytes.length > KEPT_BYTES) bytes = new byte[1024];
  }

  /**
   * Writes a request that keeps the connection, in origin form. As {@link #request(RequestHead,
   * BodyFraming, long, boolean, boolean)}.
   */
  public void request(RequestHead head, BodyFraming framing, long bodyLength) {
    request(head, framing, bodyLength, false, false);
  }

  /**
   * Writes the head of a request: CONNECT in authority form, others in origin or absolute form.
   *
   * @param framing NONE, LENGTH, MARKED, or TUNNEL for a request that upgrades
   * @param bodyLength for LENGTH, at least 0
   * @param close whether this is to be the last request of the connection
   * @param absolute whether the target names scheme and authority, as another proxy wants it
   * @throws IllegalArgumentException for a body that ends with the connection, which no request can
   *     have
   */
  public void request(
      RequestHead head, BodyFraming framing, long bodyLength, boolean close, boolean absolute) {
    if (framing == BodyFraming.CLOSE) {
      throw new IllegalArgumentException("the body of a request cannot end with the connection");
    }
    latin(head.method(), ' ');
    if (head.isMethod(Methods.CONNECT)) {
      put(head.authority());
    } else {
      if (absolute) {
        put(HTTP);
        put(head.authority());
      }
      // An absolute form without path stands for the asterisk (RFC 9112 §3.2.4).
      if (!absolute || head.pathSlice().at(0) != '*') put(head.pathSlice());
      if (head.hasQuery()) {
        put('?');
        put(head.querySlice());
      }
    }
    put(REQUEST_END);
    fields(head.headers(), framing, framing == BodyFraming.LENGTH ? bodyLength : -1);
    connection(head.headers(), close, false);
    put(END);
  }

  /**
   * Writes the head of a response, which is always one of HTTP/1.1 (RFC 9112 §2.3).
   *
   * <p>{@link BodyFraming#NONE} is for responses that have no body by their kind: to HEAD, 1xx,
   * 204, 304; an empty body otherwise is LENGTH with 0. 1xx, 204 and 304 become NONE by themselves.
   * To HTTP/1.0 there are no chunks: MARKED becomes CLOSE.
   *
   * @param bodyLength for LENGTH, at least 0; with NONE the length that a body would have, or -1;
   *     never written with 1xx and 204
   * @param close whether the connection ends with this message
   * @return the framing as written: with NONE no body may follow, with CLOSE the caller closes
   *     behind it
   */
  public BodyFraming response(
      ResponseHead head,
      BodyFraming framing,
      long bodyLength,
      boolean close,
      HttpVersion clientVersion) {
    int status = head.status();
    boolean isOld = clientVersion == HttpVersion.HTTP_1_0;
    BodyFraming written = written(status, framing, isOld);
    boolean hasNoLength = status < 200 || status == 204;
    put(StatusLines.of(status));
    fields(head.headers(), written, hasNoLength ? -1 : bodyLength);
    if (!head.isInterim()) {
      boolean ends = close || written == BodyFraming.CLOSE;
      if (written == BodyFraming.TUNNEL) connection(head.headers(), false, false);
      else connection(head.headers(), ends, isOld);
    }
    put(END);
    return written;
  }

  private static BodyFraming written(int status, BodyFraming framing, boolean isOld) {
    if (framing == BodyFraming.TUNNEL) return framing;
    if (status < 200 || status == 204 || status == 304) return BodyFraming.NONE;
    return framing == BodyFraming.MARKED && isOld ? BodyFraming.CLOSE : framing;
  }

  /**
   * Writes the line before a chunk of {@code size} bytes, at least 1. {@link #chunkEnd} stands
   * behind the chunk.
   */
  public void chunkHead(long size) {
    if (size <= 0) throw new IllegalArgumentException("a chunk holds at least one byte: " + size);
    int digits = (67 - Long.numberOfLeadingZeros(size)) / 4;
    reserve(digits);
    for (int i = digits - 1; i >= 0; i--)
      bytes[length++] = (byte) Character.forDigit((int) ((size >>> (4 * i)) & 15), 16);
    put(END);
  }

  /** Writes the line end behind the data of a chunk. */
  public void chunkEnd() {
    put(END);
  }

  /**
   * Writes the last chunk, those trailers that may stand behind a body (RFC 9110 §6.5.1), and the
   * end.
   */
  public void lastChunk(@Nullable HeaderMap trailers) {
    put(LAST_CHUNK);
    if (trailers != null) trailers(trailers);
    put(END);
  }

  private void trailers(HeaderMap trailers) {
    for (int i = 0; i < trailers.size(); i++) {
      HeaderName known = trailers.known(i);
      if (known != null && known.isForbiddenInTrailers()) continue;
      put(trailers.name(i, name));
      put(':');
      put(' ');
      put(trailers.value(i, value));
      put(END);
    }
  }

  private void fields(HeaderMap headers, BodyFraming framing, long bodyLength) {
    reserve(headers.wireLength());
    length = headers.writeUnframed(bytes, length);
    if (framing == BodyFraming.MARKED) {
      put(CHUNKED);
    } else if (framing == BodyFraming.LENGTH || (framing == BodyFraming.NONE && bodyLength >= 0)) {
      put(LENGTH);
      reserve(MAX_LONG_DIGITS);
      length = Ascii.putDecimal(bytes, length, bodyLength);
      put(END);
    }
  }

  private void connection(HeaderMap headers, boolean close, boolean keepAliveIsNews) {
    isListing = false;
    if (close) option(CLOSE);
    else if (keepAliveIsNews) option(KEEP_ALIVE);
    if (headers.contains(HeaderName.UPGRADE)) option(UPGRADE);
    if (headers.contains(HeaderName.TE)) option(TE);
    if (isListing) put(END);
  }

  private void option(byte[] option) {
    if (isListing) {
      put(',');
      put(' ');
    } else {
      put(CONNECTION);
    }
    isListing = true;
    put(option);
  }

  private void put(int c) {
    reserve(1);
    bytes[length++] = (byte) c;
  }

  private void put(byte[] more) {
    put(more, 0, more.length);
  }

  private void put(Slice slice) {
    put(slice.array(), slice.offset(), slice.length());
  }

  private void put(byte[] more, int offset, int count) {
    reserve(count);
    System.arraycopy(more, offset, bytes, length, count);
    length += count;
  }

  @SuppressWarnings(
      "deprecation") // getBytes(int, int, byte[], int) writes ISO-8859-1 without a copy
  private void latin(String text, int end) {
    reserve(text.length() + 1);
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
    bytes[length++] = (byte) end;
  }

  private void reserve(int more) {
    if (length + more > bytes.length)
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
