package dev.penstock.engine.http.h1;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.ConnectionOptions;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.HttpLimits;
import dev.penstock.engine.http.HttpSink;
import dev.penstock.engine.http.Violation;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What both directions share: the way through one message, bodies, chunks and trailers. States and
 * re-entrance are in LIFECYCLE.md beside this file.
 *
 * <pre>
 * IDLE ─ next ─► HEAD ─┬─ no body ──────────────────────────────────────────► IDLE
 *                      ├─► LENGTH ───────────────────────────────── onEnd ──► IDLE
 *                      ├─► CHUNK_HEAD ◄─► CHUNK_DATA ─► TRAILERS ── onEnd ──► IDLE
 *                      └─► UNTIL_CLOSE ─ endOfInput ─────────────── onEnd ──► IDLE
 * any ─ onViolation ─► FAILED ─ reset ─► IDLE
 * </pre>
 *
 * @param <H> the kind of head
 */
abstract sealed class Http1Decoder<H> permits Http1RequestDecoder, Http1ResponseDecoder {
  private enum State {
    IDLE,
    HEAD,
    LENGTH,
    CHUNK_HEAD,
    CHUNK_DATA,
    TRAILERS,
    UNTIL_CLOSE,
    FAILED
  }

  private static final HeaderMap NO_FIELDS = new HeaderMap();

  final HeadScanner scanner;
  final Framing framing;
  final ConnectionOptions connection = new ConnectionOptions();
  final HttpLimits limits;
  private final ChunkScanner chunks;
  private final HeaderMap trailers = new HeaderMap();
  private HttpSink<H> sink;
  private State state = State.IDLE;
  private boolean isDecoding;
  private boolean isAbandoned;
  private boolean inFields;
  private long left;

  Http1Decoder(
      HttpSink<H> sink,
      HttpLimits limits,
      Set<Violation> tolerated,
      @Nullable Consumer<Violation> counter) {
    for (Violation violation : tolerated) {
      if (!violation.isTolerable())
        throw new IllegalArgumentException(violation + " is never tolerated");
    }
    this.sink = sink;
    this.limits = limits;
    Consumer<Violation> counted = counter != null ? counter : violation -> {};
    this.scanner = new HeadScanner(tolerated.contains(Violation.BARE_LF) ? counted : null);
    this.framing =
        new Framing(tolerated.contains(Violation.CONTENT_LENGTH_REPEATED) ? counted : null);
    this.chunks = new ChunkScanner(limits.maxChunkExtensionBytes());
  }

  /**
   * Consumes bytes of {@code in} and tells the sink what they mean, until {@code in} is empty or no
   * message is expected any more: bytes behind the message stay in {@code in}, unless the sink
   * calls {@code next} from {@code onEnd}, which continues with the next message at once.
   *
   * @throws IllegalStateException when called by the sink
   */
  public final void decode(ByteBuffer in) {
    if (isDecoding) throw new IllegalStateException("decode is called from its own sink");
    isDecoding = true;
    isAbandoned = false;
    try {
      while (in.hasRemaining() && !isAbandoned && state != State.IDLE && state != State.FAILED)
        step(in);
    } finally {
      isDecoding = false;
    }
  }

  /**
   * Says that the peer will send nothing more. Ends a message that is ended by that, breaks one
   * that is not; nothing is said between messages.
   */
  public final void endOfInput() {
    switch (state) {
      case IDLE, FAILED -> {}
      case UNTIL_CLOSE -> end();
      case HEAD -> {
        if (isEndBeforeHeadAllowed()) state = State.IDLE;
        else fail(Violation.INCOMPLETE);
      }
      case LENGTH, CHUNK_HEAD, CHUNK_DATA, TRAILERS -> fail(Violation.INCOMPLETE);
    }
  }

  /** Whether {@link #decode} is under way: the caller is its sink. */
  public final boolean isDecoding() {
    return isDecoding;
  }

  /** Whether a message is expected and none of its bytes has come. */
  public final boolean isIdle() {
    return state == State.HEAD && !hasBegun();
  }

  /** Whether {@code next} was called and the message has not ended. */
  public final boolean isArmed() {
    return state != State.IDLE && state != State.FAILED;
  }

  /** Whether some bytes of a head have come and the final head is not complete. */
  public final boolean isInHead() {
    return state == State.HEAD && hasBegun();
  }

  /** Whether the final head was told and the message has not ended. */
  public final boolean isInBody() {
    return switch (state) {
      case LENGTH, CHUNK_HEAD, CHUNK_DATA, TRAILERS, UNTIL_CLOSE -> true;
      case IDLE, HEAD, FAILED -> false;
    };
  }

  /** Whether the peer broke the protocol; only {@link #reset} leads on. */
  public final boolean hasFailed() {
    return state == State.FAILED;
  }

  /** Whether the last head says {@code Connection: close}. */
  public final boolean wantsClose() {
    return connection.isClose();
  }

  /** Whether the last head says {@code Connection: keep-alive}, which counts in HTTP/1.0. */
  public final boolean wantsKeepAlive() {
    return connection.isKeepAlive();
  }

  /** Whether the last head says {@code Connection: upgrade}. */
  public final boolean wantsUpgrade() {
    return connection.isUpgrade();
  }

  /**
   * Makes this the decoder of another connection. A {@link #decode} that is under way stops at
   * once.
   */
  public final void reset(HttpSink<H> newSink) {
    sink = newSink;
    state = State.IDLE;
    isAbandoned = true;
    scanner.begin(NO_FIELDS);
    releaseHead();
  }

  final void checkIdle() {
    if (state != State.IDLE) {
      throw new IllegalStateException(
          "a message is expected already, or the connection has failed: " + state);
    }
  }

  final void arm(HeaderMap headers) {
    state = State.HEAD;
    beginHead(headers);
  }

  private void beginHead(HeaderMap headers) {
    inFields = false;
    scanner.begin(headers);
    beginStartLine();
  }

  abstract void beginStartLine();

  /** Whether a byte has come that belongs to the message. */
  abstract boolean hasBegun();

  abstract boolean isEndBeforeHeadAllowed();

  /** Scans the start line, as {@link HeadScanner#fields} does the rest. */
  abstract int startLine();

  /** Checks the start line that was scanned. */
  abstract @Nullable Violation startLineComplete();

  /** Checks the whole head and decides on {@link #framing}. */
  abstract @Nullable Violation headComplete();

  abstract H head();

  /** The fields of the head just read, when another head follows in its place; otherwise null. */
  abstract @Nullable HeaderMap fieldsOfInterimHead();

  /** Empties the head for the one that follows it. */
  abstract void clearHead();

  /** Lets go of the head: it belongs to the sink from now on. */
  abstract void releaseHead();

  private void step(ByteBuffer in) {
    switch (state) {
      case HEAD -> head(in);
      case LENGTH -> {
        part(in);
        if (state == State.LENGTH && left == 0 && !isAbandoned) end();
      }
      case CHUNK_HEAD -> chunkHead(in);
      case CHUNK_DATA -> {
        part(in);
        if (state == State.CHUNK_DATA && left == 0 && !isAbandoned) {
          chunks.dataEnded();
          state = State.CHUNK_HEAD;
        }
      }
      case TRAILERS -> trailers(in);
      case UNTIL_CLOSE -> {
        left = Long.MAX_VALUE;
        part(in);
      }
      case IDLE, FAILED -> throw new IllegalStateException(state.name());
    }
  }

  private void head(ByteBuffer in) {
    scanner.fill(in);
    int result = Scan.DONE;
    if (!inFields) {
      result = startLine();
      if (result == Scan.DONE) {
        Violation wrong = startLineComplete();
        if (wrong != null) result = scanner.fail(wrong);
        inFields = true;
        scanner.beginFields(
            false, limits.maxHeadBytes(), limits.maxFieldBytes(), limits.maxFields());
      }
    }
    if (result == Scan.DONE) result = scanner.fields();
    if (result == Scan.MORE) return;
    if (result == Scan.FAILED) {
      fail(scanner.violation);
      return;
    }
    scanner.finish(in);
    Violation wrong = headComplete();
    if (wrong != null) fail(wrong);
    else tellHead();
  }

  private void tellHead() {
    BodyFraming kind = framing.kind;
    long length = framing.length;
    H head = head();
    HeaderMap interim = fieldsOfInterimHead();
    if (interim != null) {
      sink.onHead(head, BodyFraming.NONE, -1);
      if (state == State.HEAD && !isAbandoned) {
        clearHead();
        beginHead(interim);
      }
      return;
    }
    releaseHead();
    scanner.begin(NO_FIELDS);
    left = length;
    state =
        switch (kind) {
          case NONE, LENGTH -> State.LENGTH;
          case MARKED -> State.CHUNK_HEAD;
          case CLOSE, TUNNEL -> State.UNTIL_CLOSE;
        };
    if (kind == BodyFraming.MARKED) chunks.begin();
    State told = state;
    sink.onHead(head, kind, length);
    if (isAbandoned || state != told) return;
    if (kind == BodyFraming.NONE || (kind == BodyFraming.LENGTH && length == 0)) end();
  }

  /** Tells the sink what {@code in} holds of the data that is left. */
  private void part(ByteBuffer in) {
    int limit = in.limit();
    int n = (int) Math.min(left, in.remaining());
    int end = in.position() + n;
    left -= n;
    in.limit(end);
    try {
      sink.onBody(in);
    } finally {
      in.limit(limit);
      in.position(end);
    }
  }

  private void chunkHead(ByteBuffer in) {
    int result = chunks.scan(in);
    if (result == Scan.MORE) return;
    if (result == Scan.FAILED) {
      fail(chunks.violation());
      return;
    }
    left = chunks.size();
    if (left > 0) {
      state = State.CHUNK_DATA;
      return;
    }
    state = State.TRAILERS;
    trailers.clear();
    scanner.begin(trailers);
    scanner.beginFields(true, limits.maxTrailerBytes(), limits.maxFieldBytes(), limits.maxFields());
  }

  private void trailers(ByteBuffer in) {
    scanner.fill(in);
    int result = scanner.fields();
    if (result == Scan.MORE) return;
    if (result == Scan.FAILED) {
      fail(scanner.violation);
      return;
    }
    scanner.finish(in);
    if (!trailers.isEmpty()) {
      if (holdsFraming(trailers)) {
        fail(Violation.TRAILER_INVALID);
        return;
      }
      sink.onTrailers(trailers);
      if (isAbandoned || state != State.TRAILERS) return;
    }
    end();
  }

  // A reader behind us that merges trailers into the head would read another message. What else
  // must not stand in
  // trailers is left out when they are written.
  private static boolean holdsFraming(HeaderMap trailers) {
    return trailers.contains(HeaderName.CONTENT_LENGTH)
        || trailers.contains(HeaderName.TRANSFER_ENCODING)
        || trailers.contains(HeaderName.HOST);
  }

  private void end() {
    state = State.IDLE;
    sink.onEnd();
  }

  private void fail(Violation violation) {
    state = State.FAILED;
    sink.onViolation(violation);
  }
}
