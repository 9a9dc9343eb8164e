package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.h1.Http1Encoder;
import dev.penstock.engine.wire.Connection;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes the body of an HTTP/1 message as its head has announced it (RFC 9112 §6, §7). */
final class FramedBody {
  private final Connection connection;
  private final Http1Encoder encoder;
  private boolean isChunked;

  /**
   * Messages that go out on {@code connection}.
   *
   * @param encoder a scratch that others of the same worker use too
   */
  FramedBody(Connection connection, Http1Encoder encoder) {
    this.connection = connection;
    this.encoder = encoder;
  }

  /** A head was written that announces {@code framing}. */
  void begin(BodyFraming framing) {
    isChunked = framing == BodyFraming.MARKED;
  }

  /** Writes a part; an empty one is left out, since an empty chunk would be the end. */
  void part(ByteBuffer part) {
    if (!part.hasRemaining()) return;
    if (!isChunked) {
      connection.write(part);
      return;
    }
    encoder.clear();
    encoder.chunkHead(part.remaining());
    flush();
    connection.write(part);
    encoder.clear();
    encoder.chunkEnd();
    flush();
  }

  /** Writes what ends the body, with trailers where there is a place for them. */
  void end(@Nullable HeaderMap trailers) {
    if (!isChunked) return;
    encoder.clear();
    encoder.lastChunk(trailers);
    flush();
  }

  private void flush() {
    connection.write(encoder.bytes(), 0, encoder.length());
  }
}
