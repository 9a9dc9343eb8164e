package dev.penstock.engine.http.h1;

import dev.penstock.engine.bytes.Ascii;
import dev.penstock.engine.bytes.Slice;
import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.HttpSink;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.Violation;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the responses of one upstream connection (RFC 9112; requirements F1, F16 and the rules of
 * lines and fields that hold for requests).
 *
 * <p>Interim heads (1xx other than 101) are told with {@link BodyFraming#NONE} and no {@code
 * onEnd}; the head is cleared when the sink returns, and the next one read into it. Bytes that come
 * when nothing is expected stay in the buffer: the caller treats them as poison (requirement F18).
 * Worker-confined.
 */
public final class Http1ResponseDecoder extends Http1Decoder<ResponseHead> {
  private static final int MAX_HINT_DIGITS = 9;

  private final StatusLine line;
  private final Slice hint = new Slice();
  private @Nullable ResponseHead head;
  private String requestMethod = "";
  private int interimBytes;
  private boolean isPersistent;
  private long keepAliveTimeoutSeconds = -1;

  /**
   * A decoder that expects nothing until {@link #next}.
   *
   * @param tolerated what this upstream may do
   * @throws IllegalArgumentException when one of {@code tolerated} is never tolerated
   */
  public Http1ResponseDecoder(
      HttpSink<ResponseHead> sink, HttpLimits limits, Set<Violation> tolerated) {
    this(sink, limits, tolerated, null);
  }

  /**
   * As {@link #Http1ResponseDecoder(HttpSink, HttpLimits, Set)}.
   *
   * @param counter told each time a violation was tolerated
   */
  public Http1ResponseDecoder(
      HttpSink<ResponseHead> sink,
      HttpLimits limits,
      Set<Violation> tolerated,
      @Nullable Consumer<Violation> counter) {
    super(sink, limits, tolerated, counter);
    this.line = new StatusLine(scanner, limits.maxStartLineBytes());
  }

  /**
   * Expects the response to one request, for {@link #decode} to read.
   *
   * @param into cleared now; filled, and the sink's from the final {@code onHead} on
   * @param requestMethod of the request as it was sent: responses to HEAD and CONNECT are framed
   *     otherwise
   * @throws IllegalStateException when the response before has not ended, or broke the protocol
   */
  public void next(ResponseHead into, String requestMethod) {
    checkIdle();
    into.clear();
    arm(into.headers());
    head = into;
    this.requestMethod = requestMethod;
    interimBytes = 0;
    isPersistent = false;
    keepAliveTimeoutSeconds = -1;
  }

  /**
   * Whether the connection may carry another request, once {@code onEnd} was told: the response was
   * framed, and its sender keeps the connection open (RFC 9112 §9.3).
   */
  public boolean isReusable() {
    return isPersistent && !isArmed() && !hasFailed();
  }

  /**
   * For how long the last response promises to keep an idle connection ({@code Keep-Alive:
   * timeout=}), or -1.
   */
  public long keepAliveTimeoutSeconds() {
    return keepAliveTimeoutSeconds;
  }

  @Override
  void beginStartLine() {
    line.begin();
  }

  @Override
  boolean hasBegun() {
    return interimBytes > 0 || scanner.filled > 0;
  }

  @Override
  boolean isEndBeforeHeadAllowed() {
    return false;
  }

  @Override
  int startLine() {
    return line.scan();
  }

  @Override
  @Nullable Violation startLineComplete() {
    line.fill(head());
    return null;
  }

  @Override
  @Nullable Violation headComplete() {
    ResponseHead response = head();
    HeaderMap headers = response.headers();
    if (response.isInterim()) {
      // A sender that never comes to the point is stopped (E5): all of these together may be as
      // long as one head.
      interimBytes += scanner.at;
      if (interimBytes > limits.maxHeadBytes()) return Violation.HEAD_TOO_LARGE;
    }
    connection.read(headers);
    if (connection.isMalformed()) return Violation.FIELD_VALUE_INVALID;
    Violation wrong = frame(response, headers);
    if (wrong != null) return wrong;
    isPersistent = isPersistent(response.version());
    int hintAt = headers.find(HeaderName.KEEP_ALIVE);
    if (hintAt >= 0) keepAliveTimeoutSeconds = timeout(headers.value(hintAt, hint));
    return null;
  }

  /** RFC 9112 §6.3, requirement F16. */
  private @Nullable Violation frame(ResponseHead response, HeaderMap headers) {
    int status = response.status();
    if (status == 101 || (requestMethod.equals(Methods.CONNECT) && status / 100 == 2)) {
      dropFraming(headers, BodyFraming.TUNNEL);
      return null;
    }
    if (status < 200 || status == 204) {
      dropFraming(headers, BodyFraming.NONE);
      return null;
    }
    Violation wrong = framing.read(headers, response.version(), BodyFraming.CLOSE);
    if (wrong != null) return wrong;
    // The fields stay: they say how long the body would be.
    if (status == 304 || requestMethod.equals(Methods.HEAD)) framing.set(BodyFraming.NONE);
    return null;
  }

  /**
   * RFC 9110 §8.6 and RFC 9112 §6.1 forbid both fields here; they mean nothing and must not travel
   * on.
   */
  private void dropFraming(HeaderMap headers, BodyFraming kind) {
    headers.remove(HeaderName.CONTENT_LENGTH);
    headers.remove(HeaderName.TRANSFER_ENCODING);
    framing.set(kind);
  }

  private boolean isPersistent(HttpVersion version) {
    if (framing.kind == BodyFraming.CLOSE || framing.kind == BodyFraming.TUNNEL) return false;
    if (wantsClose()) return false;
    return version == HttpVersion.HTTP_1_1 || wantsKeepAlive();
  }

  /** The number behind {@code timeout=}, or -1. */
  private static long timeout(Slice value) {
    for (int i = 0; i < value.length(); i++) {
      if (!isTimeoutAt(value, i)) continue;
      long seconds = 0;
      int at = i + "timeout=".length();
      int first = at;
      while (at < value.length() && at - first < MAX_HINT_DIGITS && Ascii.isDigit(value.at(at))) {
        seconds = seconds * 10 + value.at(at++) - '0';
      }
      return at > first ? seconds : -1;
    }
    return -1;
  }

  private static boolean isTimeoutAt(Slice value, int at) {
    if (at > 0 && Ascii.isToken(value.at(at - 1))) return false;
    String name = "timeout=";
    if (value.length() - at < name.length()) return false;
    for (int i = 0; i < name.length(); i++) {
      if (Ascii.toLower(value.at(at + i)) != name.charAt(i)) return false;
    }
    return true;
  }

  @Override
  ResponseHead head() {
    if (head == null) throw new IllegalStateException("no response is expected");
    return head;
  }

  @Override
  @Nullable HeaderMap fieldsOfInterimHead() {
    return head().isInterim() ? head().headers() : null;
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
