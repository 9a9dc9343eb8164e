package dev.penstock.engine.http.h2;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames into a growing array, one behind the other until {@link #clear} (RFC 9113 §6). One
 * may serve all connections of a thread: what belongs to a connection is in its {@link
 * HeadEncoder}.
 */
public final class FrameWriter {
  private final Output out = new Output();

  /** What was written since {@link #clear}, from index 0; valid until the next call. */
  public byte[] bytes() {
    return out.bytes;
  }

  /** How many bytes were written since {@link #clear}. */
  public int length() {
    return out.length;
  }

  /** Begins anew; a very large array is given up. */
  public void clear() {
    out.clear();
  }

  /** What a client sends first. Its settings follow. */
  public void preface() {
    for (int i = 0; i < Frames.PREFACE_BYTES; i++) out.put(Frames.preface(i));
  }

  /**
   * Settings as pairs of number and value; none of them is a frame too.
   *
   * @see Frames#MAX_CONCURRENT_STREAMS
   */
  public void settings(int... pairs) {
    head(pairs.length * 3, Frames.SETTINGS, 0, 0);
    for (int i = 0; i < pairs.length; i += 2) {
      out.put(pairs[i] >>> 8);
      out.put(pairs[i]);
      out.reserve(4);
      out.putInt(pairs[i + 1]);
    }
  }

  public void settingsAck() {
    head(0, Frames.SETTINGS, Frames.ACK, 0);
  }

  public void ping(long opaque, boolean ack) {
    head(8, Frames.PING, ack ? Frames.ACK : 0, 0);
    out.putInt((int) (opaque >>> 32));
    out.putInt((int) opaque);
  }

  public void goAway(int lastStream, ErrorCode code) {
    head(8, Frames.GOAWAY, 0, 0);
    out.putInt(lastStream);
    out.putInt(code.number());
  }

  public void reset(int stream, ErrorCode code) {
    head(4, Frames.RST_STREAM, 0, stream);
    out.putInt(code.number());
  }

  public void windowUpdate(int stream, int increment) {
    head(4, Frames.WINDOW_UPDATE, 0, stream);
    out.putInt(increment);
  }

  /** The head of a DATA frame of {@code length} bytes, which the caller writes behind it. */
  public void data(int stream, int length, boolean endsStream) {
    head(length, Frames.DATA, endsStream ? Frames.END_STREAM : 0, stream);
  }

  /**
   * The head of a response.
   *
   * @param status in the place of the head's own
   * @param contentLength written when it is not negative; a field of the head never is
   */
  public void response(
      HeadEncoder encoder,
      int stream,
      ResponseHead head,
      int status,
      long contentLength,
      boolean endsStream) {
    int at = begin();
    HpackEncoder fields = encoder.fields;
    fields.begin(out);
    fields.status(out, status);
    if (contentLength >= 0) fields.contentLength(out, contentLength);
    fields.fields(out, head.headers());
    finish(at, stream, endsStream, encoder.maxFrameBytes);
  }

  /**
   * The head of a request.
   *
   * @param protocol of an extended CONNECT (RFC 8441), which takes the place of the method; or null
   * @param contentLength written when it is not negative; a field of the head never is
   */
  public void request(
      HeadEncoder encoder,
      int stream,
      RequestHead head,
      boolean isSecure,
      @Nullable String protocol,
      long contentLength,
      boolean endsStream) {
    int at = begin();
    HpackEncoder fields = encoder.fields;
    fields.begin(out);
    boolean isConnect = protocol == null && head.isMethod("CONNECT");
    fields.method(out, protocol == null ? head.method() : "CONNECT");
    // What an endpoint of HTTP/1 would be told: rules may have changed it.
    HeaderMap headers = head.headers();
    int host = headers.find(HeaderName.HOST);
    if (host >= 0) fields.authority(out, headers, host);
    else if (!head.authority().isEmpty()) fields.authority(out, head.authority());
    if (!isConnect) {
      fields.scheme(out, isSecure);
      fields.path(out, head.pathSlice(), head.hasQuery() ? head.querySlice() : null);
    }
    if (protocol != null) fields.protocol(out, protocol);
    if (contentLength >= 0) fields.contentLength(out, contentLength);
    fields.fields(out, head.headers());
    finish(at, stream, endsStream, encoder.maxFrameBytes);
  }

  /** Trailers, which end the stream. */
  public void trailers(HeadEncoder encoder, int stream, HeaderMap trailers) {
    int at = begin();
    encoder.fields.begin(out);
    encoder.fields.trailers(out, trailers);
    finish(at, stream, true, encoder.maxFrameBytes);
  }

  private int begin() {
    out.reserve(Frames.HEAD_BYTES);
    out.length += Frames.HEAD_BYTES;
    return out.length - Frames.HEAD_BYTES;
  }

  /** Writes the head before the block that begins behind {@code at}; spreads it if it is long. */
  private void finish(int at, int stream, boolean endsStream, int maxFrameBytes) {
    int blockAt = at + Frames.HEAD_BYTES;
    int left = out.length - blockAt;
    int n = Math.min(left, maxFrameBytes);
    int flags = endsStream ? Frames.END_STREAM : 0;
    if (n == left) flags |= Frames.END_HEADERS;
    head(at, n, Frames.HEADERS, flags, stream);
    for (left -= n, blockAt += n; left > 0; left -= n, blockAt += n) {
      n = Math.min(left, maxFrameBytes);
      out.reserve(Frames.HEAD_BYTES);
      System.arraycopy(out.bytes, blockAt, out.bytes, blockAt + Frames.HEAD_BYTES, left);
      out.length += Frames.HEAD_BYTES;
      head(blockAt, n, Frames.CONTINUATION, n == left ? Frames.END_HEADERS : 0, stream);
      blockAt += Frames.HEAD_BYTES;
    }
  }

  private void head(int length, int type, int flags, int stream) {
    out.reserve(Frames.HEAD_BYTES + 8);
    head(out.length, length, type, flags, stream);
    out.length += Frames.HEAD_BYTES;
  }

  private void head(int at, int length, int type, int flags, int stream) {
    out.putInt(at, length << 8 | type);
    out.bytes[at + 4] = (byte) flags;
    out.putInt(at + 5, stream);
  }
}
