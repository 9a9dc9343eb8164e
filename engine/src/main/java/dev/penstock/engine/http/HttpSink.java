package dev.penstock.engine.http;

import java.nio.ByteBuffer;

/**
 * What a decoder says about the messages of one connection, in order: head, body parts, trailers or
 * none, end.
 *
 * @param <H> {@link RequestHead} on the side of a server, {@link ResponseHead} on the side of a
 *     client
 */
public interface HttpSink<H> {
  /**
   * A head is complete and valid. For responses this may be an interim one (1xx), after which
   * another follows.
   *
   * @param framing how the body's end is known
   * @param length body length for {@link BodyFraming#LENGTH}, otherwise -1
   */
  void onHead(H head, BodyFraming framing, long length);

  /**
   * A part of the body, never empty. The buffer is borrowed: take or copy what you need before
   * returning.
   */
  void onBody(ByteBuffer part);

  /**
   * Trailers, after the last body part of a marked body; only when there are any. Borrowed until
   * return.
   */
  void onTrailers(HeaderMap trailers);

  /** The message is complete. The decoder waits for {@code next} before it reads another one. */
  void onEnd();

  /** The peer broke the protocol; nothing more is said on this connection. */
  void onViolation(Violation violation);
}
