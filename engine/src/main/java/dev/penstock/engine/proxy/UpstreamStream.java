package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the driver can do to an endpoint during one attempt: an HTTP/1 connection or an HTTP/2
 * stream.
 */
interface UpstreamStream {
  /** Sends the request's head; {@code length} is for {@link BodyFraming#LENGTH}, otherwise -1. */
  void sendHead(LiveExchange exchange, RequestHead head, BodyFraming framing, long length);

  void sendBody(ByteBuffer part);

  void sendEnd(@Nullable HeaderMap trailers);

  boolean isWritable();

  void pauseResponse();

  void resumeResponse();

  /** Whether an earlier request went through this connection. */
  boolean isReused();

  /** Whether any byte of a response has come. */
  boolean hasAnswered();

  /** Whether the endpoint may say, after it was sent, that it has done nothing with the request. */
  boolean mayRefuse();

  /** When the endpoint was last heard of or read from us, on the worker's clock. */
  long lastActivityNs();

  /**
   * The attempt is over: the connection goes back to its pool if both messages are complete,
   * otherwise it is closed.
   */
  void release();

  /** The connection becomes one side of a tunnel, which hears its events from now on. */
  Connection takeOver(ConnectionHandler tunnel);
}
