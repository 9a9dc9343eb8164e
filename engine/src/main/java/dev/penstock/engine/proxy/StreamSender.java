package dev.penstock.engine.proxy;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.http.h2.ErrorCode;
import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.http.h2.Priority;
import dev.penstock.engine.http.h2.SendWindow;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Our side of one stream: head, data as far as windows allow, and what must wait.
 *
 * <pre>
 * OPEN ─ end, nothing waits ─► ENDED
 *   └─ reset ────────────────► ENDED
 * </pre>
 */
final class StreamSender {
  private static final byte[] NOTHING = {};
  private static final long NO_MARK = -1;

  /** Hears what becomes of what had to wait. */
  interface Owner {
    /** Data has been sent. */
    void onSent();

    /** Nothing waits any more; more may be sent. */
    void onSendable();

    /** Everything has been sent, the end included. */
    void onEndSent();
  }

  private final Owner owner;
  private final SendWindow window = new SendWindow();
  private final Http2Sending sending;
  private final int stream;
  private int priority = Priority.DEFAULT;
  private byte[] waiting = NOTHING;
  private int waitingAt;
  private int waitingEnd;
  private boolean isInLine;
  private boolean endWaits;
  private @Nullable HeaderMap trailers;
  private boolean isEnded;
  private boolean isCut;
  private long lastFrame = NO_MARK;
  private long sent;

  /**
   * Of a stream that was just opened.
   *
   * @param initialWindow what the client takes at first
   */
  StreamSender(Owner owner, Http2Sending sending, int stream, int initialWindow) {
    this.owner = owner;
    this.sending = sending;
    this.stream = stream;
    window.reset(initialWindow);
  }

  int priority() {
    return priority;
  }

  /** From now on it goes by this. */
  void priority(int now) {
    if (now == priority) return;
    boolean moves = isInLine;
    if (moves) sending.forget(this);
    priority = now;
    if (moves) sending.await(this);
  }

  boolean isEnded() {
    return isEnded;
  }

  /** Whether it has ended otherwise than by its end. */
  boolean isCut() {
    return isCut;
  }

  /** Bytes of data that wait. */
  int waitingBytes() {
    return waitingEnd - waitingAt;
  }

  /** Bytes of data that were sent. */
  long sent() {
    return sent;
  }

  /** A head, final or interim. */
  void head(ResponseHead head, int status, long contentLength) {
    if (isEnded) return;
    Http2Output out = sending.out;
    out.frames().response(sending.encoder, stream, head, status, contentLength, false);
    lastFrame = out.write();
  }

  /** The head of a request, which may be all of it. */
  void head(RequestHead head, boolean isSecure, long contentLength, boolean endsStream) {
    Http2Output out = sending.out;
    out.frames().request(sending.encoder, stream, head, isSecure, null, contentLength, endsStream);
    lastFrame = out.write();
    isEnded = endsStream;
  }

  /** Takes all of {@code part}. */
  void body(ByteBuffer part) {
    if (isEnded || endWaits) {
      part.position(part.limit());
      return;
    }
    while (part.hasRemaining() && waitingBytes() == 0 && !sending.isBlocked() && window.left() > 0)
      send(part);
    if (!part.hasRemaining()) return;
    keep(part);
    getInLine();
  }

  private void send(ByteBuffer part) {
    int n = Math.min(part.remaining(), Frames.MIN_MAX_FRAME);
    n = Math.min(n, Math.min(window.left(), sending.window.left()));
    lastFrame = sending.out.data(stream, part, n, false);
    window.take(n);
    sending.window.take(n);
    sent += n;
    owner.onSent();
  }

  private void keep(ByteBuffer part) {
    int more = part.remaining();
    if (waitingEnd + more > waiting.length) {
      byte[] larger = new byte[Math.max(waitingBytes() + more, 2 * waitingBytes())];
      System.arraycopy(waiting, waitingAt, larger, 0, waitingBytes());
      waitingEnd -= waitingAt;
      waitingAt = 0;
      waiting = larger;
    }
    part.get(waiting, waitingEnd, more);
    waitingEnd += more;
  }

  private void getInLine() {
    if (isInLine || waitingBytes() == 0 || window.left() <= 0) return;
    isInLine = true;
    sending.await(this);
  }

  /** The end; behind what waits. */
  void end(@Nullable HeaderMap fields) {
    if (isEnded || endWaits) return;
    endWaits = true;
    trailers = fields == null ? null : copy(fields);
    if (waitingBytes() == 0) sendEnd();
  }

  private static HeaderMap copy(HeaderMap fields) {
    HeaderMap copy = new HeaderMap();
    copy.addAll(fields);
    return copy;
  }

  private void sendEnd() {
    isEnded = true;
    Http2Output out = sending.out;
    HeaderMap fields = trailers;
    if (fields != null && !fields.isEmpty()) {
      out.frames().trailers(sending.encoder, stream, fields);
      out.write();
    } else if (lastFrame == NO_MARK || !out.endStreamAt(lastFrame)) {
      out.frames().data(stream, 0, true);
      out.write();
    }
    owner.onEndSent();
  }

  /** Breaks the stream off; what waits is lost. */
  void reset(ErrorCode code) {
    if (!cut()) return;
    Http2Output out = sending.out;
    out.frames().reset(stream, code);
    out.write();
  }

  /** Nothing more can be sent, and nobody is told. False when that was known. */
  boolean cut() {
    if (isEnded) return false;
    isEnded = true;
    isCut = true;
    if (isInLine) sending.forget(this);
    isInLine = false;
    waiting = NOTHING;
    waitingAt = 0;
    waitingEnd = 0;
    return true;
  }

  /**
   * The client takes more of this stream, or less after its settings have changed.
   *
   * @return false when the window would be too large
   */
  boolean grow(int bytes) {
    if (!window.grow(bytes)) return false;
    getInLine();
    return true;
  }

  /**
   * Its turn: one frame.
   *
   * @return whether there is more that could be sent
   */
  boolean sendWaiting() {
    if (window.left() <= 0) return false;
    ByteBuffer part = ByteBuffer.wrap(waiting, waitingAt, waitingBytes());
    send(part);
    waitingAt = part.position();
    return waitingBytes() > 0 && window.left() > 0;
  }

  /** All is sent that could be: nothing waits any more, or the rest waits for the client. */
  void onOutOfLine() {
    isInLine = false;
    if (waitingBytes() > 0) return;
    waiting = NOTHING;
    waitingAt = 0;
    waitingEnd = 0;
    if (endWaits) sendEnd();
    else owner.onSendable();
  }
}
