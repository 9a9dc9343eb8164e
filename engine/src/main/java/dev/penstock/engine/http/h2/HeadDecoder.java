package dev.penstock.engine.http.h2;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.Authority;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.RequestTarget;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes heads and trailers of the field blocks that come in one direction of a connection, and
 * judges them (RFC 9113 §8.2 and §8.3; requirements F20, P5, P8, P11, P13). Each block must pass
 * through here, in order, whatever becomes of it. Worker-confined.
 */
public final class HeadDecoder {
  private static final byte[] ANY = {'*'};

  private final HpackDecoder fields = new HpackDecoder(Frames.DEFAULT_TABLE_BYTES);
  private final FieldSection section = new FieldSection();
  private HttpLimits limits;
  private @Nullable HeaderMap unused;
  private @Nullable Violation violation;
  private BodyFraming framing = BodyFraming.NONE;
  private long length = -1;
  private boolean isExtendedConnect;
  private final Slice protocol = new Slice();

  public HeadDecoder(HttpLimits limits) {
    this.limits = limits;
  }

  /** From the next head on. */
  public void limits(HttpLimits now) {
    limits = now;
  }

  /** What is wrong with the message just decoded, or null. */
  public @Nullable Violation violation() {
    return violation;
  }

  /** How the body of the message just decoded ends. */
  public BodyFraming framing() {
    return framing;
  }

  /** Of the body, for {@link BodyFraming#LENGTH}; otherwise -1. */
  public long length() {
    return length;
  }

  /** Whether the request just decoded is an extended CONNECT (RFC 8441). */
  public boolean isExtendedConnect() {
    return isExtendedConnect;
  }

  /** Whether the request just decoded is an extended CONNECT to this protocol. */
  public boolean isExtendedConnectTo(String protocol) {
    return isExtendedConnect && this.protocol.equalsIgnoreCase(protocol);
  }

  /**
   * Whether a message that does this is malformed: its stream is reset (RFC 9113 §8.1.1). Others
   * are answered.
   */
  public static boolean isMalformed(Violation violation) {
    return switch (violation) {
      case PSEUDO_FIELD_INVALID,
          FIELD_NAME_NOT_LOWER_CASE,
          FIELD_NAME_INVALID,
          FIELD_VALUE_INVALID,
          FIELD_VALUE_PADDED,
          CONNECTION_FIELD,
          HOST_DIFFERS,
          LENGTH_DIFFERS,
          METHOD_INVALID,
          CONTENT_LENGTH_INVALID,
          CONTENT_LENGTH_REPEATED,
          CONTENT_LENGTH_CONFLICT,
          TRAILER_INVALID ->
          true;
      default -> false;
    };
  }

  // ---- requests

  /**
   * Decodes the head of a request.
   *
   * @param into is cleared; holds what could be read, for the log, when there is a violation
   * @return false when the block cannot be decoded: the connection is lost
   */
  public boolean request(byte[] block, int at, int count, boolean endsStream, RequestHead into) {
    into.clear();
    into.version(HttpVersion.HTTP_2);
    HeaderMap headers = into.headers();
    section.begin(
        headers, false, limits.maxHeadBytes(), limits.maxFieldBytes(), limits.maxFields());
    if (!fields.decode(block, at, count, section)) return false;
    violation = section.finish();
    isExtendedConnect = false;
    framing = BodyFraming.NONE;
    length = -1;
    Violation wrong = startLine(into);
    if (violation == null) violation = wrong;
    if (violation == null) violation = host(into, headers);
    if (violation == null) violation = framing(headers, endsStream, true);
    if (violation == null && repeats(headers, HeaderName.EXPECT))
      violation = Violation.EXPECT_INVALID;
    if (violation == null) joinCookies(headers);
    if (violation == null && endsStream && expectsContent(into)) {
      framing = BodyFraming.LENGTH;
      length = 0;
    }
    return true;
  }

  /** An endpoint of HTTP/1 is told that there is none (RFC 9110 §8.6). */
  private static boolean expectsContent(RequestHead head) {
    return switch (head.method()) {
      case Methods.POST, Methods.PUT, Methods.PATCH -> true;
      default -> false;
    };
  }

  private @Nullable Violation startLine(RequestHead head) {
    byte[] b = section.text;
    if (section.pseudoLength(StaticTable.METHOD) <= 0) return Violation.PSEUDO_FIELD_INVALID;
    int methodAt = section.pseudoAt(StaticTable.METHOD);
    int methodLength = section.pseudoLength(StaticTable.METHOD);
    for (int i = methodAt; i < methodAt + methodLength; i++) {
      if (!Ascii.isToken(b[i] & 0xff)) return Violation.METHOD_INVALID;
    }
    String known = Methods.find(b, methodAt, methodLength);
    head.method(
        known != null ? known : new String(b, methodAt, methodLength, StandardCharsets.ISO_8859_1));
    if (section.has(StaticTable.STATUS)) return Violation.PSEUDO_FIELD_INVALID;
    boolean isConnect = head.isMethod(Methods.CONNECT);
    isExtendedConnect = section.has(StaticTable.PROTOCOL);
    if (isExtendedConnect && !isConnect) return Violation.PSEUDO_FIELD_INVALID;
    if (isExtendedConnect)
      protocol.point(
          b, section.pseudoAt(StaticTable.PROTOCOL), section.pseudoLength(StaticTable.PROTOCOL));
    if (isConnect && !isExtendedConnect) return plainConnect(head);
    if (!section.has(StaticTable.SCHEME) || section.pseudoLength(StaticTable.PATH) <= 0)
      return Violation.PSEUDO_FIELD_INVALID;
    if (!isHttp(b)) return Violation.TARGET_INVALID;
    return path(b, head);
  }

  private @Nullable Violation plainConnect(RequestHead head) {
    int at = section.pseudoAt(StaticTable.AUTHORITY);
    int count = section.pseudoLength(StaticTable.AUTHORITY);
    if (section.has(StaticTable.SCHEME) || section.has(StaticTable.PATH) || count <= 0)
      return Violation.PSEUDO_FIELD_INVALID;
    head.target().point(section.text, at, count);
    return Authority.hasPort(section.text, at, count) ? null : Violation.TARGET_INVALID;
  }

  private boolean isHttp(byte[] b) {
    int at = section.pseudoAt(StaticTable.SCHEME);
    int count = section.pseudoLength(StaticTable.SCHEME);
    boolean isHttp =
        count >= 4
            && (b[at] | 0x20) == 'h'
            && (b[at + 1] | 0x20) == 't'
            && (b[at + 2] | 0x20) == 't'
            && (b[at + 3] | 0x20) == 'p';
    return isHttp && (count == 4 || count == 5 && (b[at + 4] | 0x20) == 's');
  }

  private @Nullable Violation path(byte[] b, RequestHead head) {
    int at = section.pseudoAt(StaticTable.PATH);
    int count = section.pseudoLength(StaticTable.PATH);
    head.target().point(b, at, count);
    if (count > limits.maxStartLineBytes()) return Violation.TARGET_TOO_LONG;
    if (b[at] == '*' && count == 1) {
      if (!head.isMethod(Methods.OPTIONS)) return Violation.PSEUDO_FIELD_INVALID;
      head.pathSlice().point(ANY, 0, 1);
      return null;
    }
    if (b[at] != '/') return Violation.PSEUDO_FIELD_INVALID;
    return RequestTarget.fill(b, at, at + count, head);
  }

  /** Section 8.3.1: the authority, or else Host, which an intermediary from HTTP/1 may send. */
  private @Nullable Violation host(RequestHead head, HeaderMap headers) {
    int i = headers.find(HeaderName.HOST);
    if (i < 0)
      return section.has(StaticTable.AUTHORITY) ? Violation.HOST_INVALID : Violation.HOST_MISSING;
    if (headers.find(HeaderName.HOST, i + 1) >= 0) return Violation.HOST_REPEATED;
    int at = headers.valueAt(i);
    int count = headers.valueLength(i);
    Slice authority = head.authority().point(headers.text(), at, count);
    if (authority.indexOf('@', 0) >= 0) return Violation.USERINFO_IN_TARGET;
    return Authority.isValid(headers.text(), at, count) ? null : Violation.HOST_INVALID;
  }

  private static boolean repeats(HeaderMap headers, HeaderName name) {
    int i = headers.find(name);
    return i >= 0 && headers.find(name, i + 1) >= 0;
  }

  /** RFC 9113 §8.2.3: crumbs become one field again (requirement P11). */
  private static void joinCookies(HeaderMap headers) {
    int first = headers.find(HeaderName.COOKIE);
    if (first < 0) return;
    int next = headers.find(HeaderName.COOKIE, first + 1);
    if (next < 0) return;
    int total = headers.valueLength(first);
    for (int i = next; i >= 0; i = headers.find(HeaderName.COOKIE, i + 1))
      total += 2 + headers.valueLength(i);
    byte[] joined = new byte[total];
    int at = 0;
    for (int i = first; i >= 0; i = headers.find(HeaderName.COOKIE, i + 1)) {
      if (at > 0) {
        joined[at++] = ';';
        joined[at++] = ' ';
      }
      System.arraycopy(headers.text(), headers.valueAt(i), joined, at, headers.valueLength(i));
      at += headers.valueLength(i);
    }
    headers.remove(HeaderName.COOKIE);
    headers.add(HeaderName.COOKIE, joined, 0, total);
  }

  // ---- responses

  /**
   * Decodes the head of a response, as {@link #request} does.
   *
   * @param toHead whether the response is to a HEAD, so that a length announces no body
   */
  public boolean response(
      byte[] block, int at, int count, boolean endsStream, boolean toHead, ResponseHead into) {
    into.clear();
    into.version(HttpVersion.HTTP_2);
    HeaderMap headers = into.headers();
    section.begin(
        headers, false, limits.maxHeadBytes(), limits.maxFieldBytes(), limits.maxFields());
    if (!fields.decode(block, at, count, section)) return false;
    violation = section.finish();
    framing = BodyFraming.NONE;
    length = -1;
    if (violation == null) violation = status(into, endsStream);
    boolean hasNoContent = toHead || into.status() == 304;
    if (violation == null && !into.isInterim())
      violation = framing(headers, endsStream || hasNoContent, !hasNoContent);
    if (hasNoContent) {
      framing = BodyFraming.NONE;
      length = -1;
    }
    return true;
  }

  private @Nullable Violation status(ResponseHead head, boolean endsStream) {
    int status = -1;
    if (section.pseudoLength(StaticTable.STATUS) == 3)
      status = (int) Ascii.decimal(section.text, section.pseudoAt(StaticTable.STATUS), 3);
    if (status < 100 || status > 599) return Violation.STATUS_LINE_INVALID;
    head.status(status);
    for (int kind = StaticTable.METHOD; kind >= StaticTable.PROTOCOL; kind--) {
      if (kind != StaticTable.STATUS && section.has(kind)) return Violation.PSEUDO_FIELD_INVALID;
    }
    // §8.6: there is no 101; §8.1: an interim response does not end its stream.
    boolean isMisplaced = status == 101 || status < 200 && endsStream;
    return isMisplaced ? Violation.STATUS_LINE_INVALID : null;
  }

  // ---- both

  private @Nullable Violation framing(HeaderMap headers, boolean endsStream, boolean needsContent) {
    framing = endsStream ? BodyFraming.NONE : BodyFraming.MARKED;
    int i = headers.find(HeaderName.CONTENT_LENGTH);
    if (i < 0) return null;
    long told = Ascii.decimal(headers.text(), headers.valueAt(i), headers.valueLength(i));
    if (told < 0) return Violation.CONTENT_LENGTH_INVALID;
    int other = headers.find(HeaderName.CONTENT_LENGTH, i + 1);
    if (other >= 0) {
      boolean isSame = headers.value(other).equals(headers.value(i));
      return isSame ? Violation.CONTENT_LENGTH_REPEATED : Violation.CONTENT_LENGTH_CONFLICT;
    }
    if (endsStream) return told > 0 && needsContent ? Violation.LENGTH_DIFFERS : null;
    framing = BodyFraming.LENGTH;
    length = told;
    return null;
  }

  /**
   * Decodes trailers, as {@link #request} does.
   *
   * @param into is empty
   */
  public boolean trailers(byte[] block, int at, int count, HeaderMap into) {
    int max = limits.maxTrailerBytes();
    section.begin(into, true, max, Math.min(max, limits.maxFieldBytes()), limits.maxFields());
    if (!fields.decode(block, at, count, section)) return false;
    violation = section.finish();
    // A reader behind us that merges trailers into the head would read another message.
    if (violation == null
        && (into.contains(HeaderName.CONTENT_LENGTH) || into.contains(HeaderName.HOST)))
      violation = Violation.TRAILER_INVALID;
    return true;
  }

  /** Decodes a block that nobody wants, for the sake of those behind it. */
  public boolean skip(byte[] block, int at, int count) {
    HeaderMap into = unused;
    if (into == null) unused = into = new HeaderMap();
    into.clear();
    section.begin(into, true, 0, 0, 0);
    boolean isReadable = fields.decode(block, at, count, section);
    violation = section.finish();
    return isReadable;
  }
}
