package dev.penstock.engine.http.h1;

import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.Authority;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.HttpSink;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.Violation;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of one client connection, strictly (RFC 9112; requirements F1 to F12, F15,
 * F21, F22). Which methods and expectations are welcome is for the caller to say.
 *
 * <p>Worker-confined. Allocates nothing per message beyond what the head's array grows, and the
 * name of a method that {@code Methods} does not know.
 */
public final class Http1RequestDecoder extends Http1Decoder<RequestHead> {
  private final RequestLine line;
  private @Nullable RequestHead head;

  /**
   * A decoder that expects nothing until {@link #next}.
   *
   * @param tolerated what this listener lets pass
   * @throws IllegalArgumentException when one of {@code tolerated} is never tolerated
   */
  public Http1RequestDecoder(
      HttpSink<RequestHead> sink, HttpLimits limits, Set<Violation> tolerated) {
    this(sink, limits, tolerated, null);
  }

  /**
   * As {@link #Http1RequestDecoder(HttpSink, HttpLimits, Set)}.
   *
   * @param counter told each time a violation was tolerated
   */
  public Http1RequestDecoder(
      HttpSink<RequestHead> sink,
      HttpLimits limits,
      Set<Violation> tolerated,
      @Nullable Consumer<Violation> counter) {
    super(sink, limits, tolerated, counter);
    this.line = new RequestLine(scanner, limits.maxStartLineBytes());
  }

  /**
   * Expects one request, for {@link #decode} to read.
   *
   * @param into cleared now; filled, and the sink's from {@code onHead} on
   * @throws IllegalStateException when the message before has not ended, or broke the protocol
   */
  public void next(RequestHead into) {
    checkIdle();
    into.clear();
    arm(into.headers());
    head = into;
  }

  @Override
  void beginStartLine() {
    line.begin();
  }

  @Override
  boolean hasBegun() {
    return line.hasBegun();
  }

  @Override
  boolean isEndBeforeHeadAllowed() {
    return !hasBegun();
  }

  @Override
  int startLine() {
    return line.scan();
  }

  @Override
  @Nullable Violation startLineComplete() {
    return line.fill(head());
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // of arrays: the question is whether it is the same one
  @Nullable Violation headComplete() {
    RequestHead request = head();
    HeaderMap headers = request.headers();
    // The array has grown since the line was read.
    if (request.target().array() != headers.text()) line.fill(request);
    Violation wrong = host(request, headers);
    if (wrong != null) return wrong;
    wrong = framing.read(headers, request.version(), BodyFraming.NONE);
    if (wrong != null) return wrong;
    connection.read(headers);
    if (connection.isMalformed()) return Violation.FIELD_VALUE_INVALID;
    if (connection.namesProtected()) return Violation.PROTECTED_FIELD_IN_CONNECTION;
    int expectAt = headers.find(HeaderName.EXPECT);
    return expectAt < 0 || Expectation.isValid(headers, expectAt) ? null : Violation.EXPECT_INVALID;
  }

  /**
   * RFC 9112 §3.2, requirement F12: one valid Host; what the target names takes its place (§3.2.2).
   */
  private static @Nullable Violation host(RequestHead request, HeaderMap headers) {
    int i = headers.find(HeaderName.HOST);
    Slice authority = request.authority();
    boolean isNamed = !authority.isEmpty();
    if (i < 0) {
      if (request.version() == HttpVersion.HTTP_1_1) return Violation.HOST_MISSING;
      if (isNamed)
        headers.add(HeaderName.HOST, authority.array(), authority.offset(), authority.length());
      return null;
    }
    if (headers.find(HeaderName.HOST, i + 1) >= 0) return Violation.HOST_REPEATED;
    int at = headers.valueAt(i);
    int length = headers.valueLength(i);
    if (length > 0) {
      if (!Authority.isValid(headers.text(), at, length)) return Violation.HOST_INVALID;
    } else if (!isNamed && request.version() == HttpVersion.HTTP_1_1) {
      return Violation.HOST_INVALID;
    }
    if (isNamed) headers.placeValue(i, authority.offset(), authority.length());
    else authority.point(headers.text(), at, length);
    return null;
  }

  @Override
  RequestHead head() {
    if (head == null) throw new IllegalStateException("no request is expected");
    return head;
  }

  @Override
  @Nullable HeaderMap fieldsOfInterimHead() {
    return null;
  }

  @Override
  void clearHead() {
    head().clear();
  }

  @Override
  void releaseHead() {
    head = null;
  }
}
