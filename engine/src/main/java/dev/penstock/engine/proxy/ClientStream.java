package dev.penstock.engine.proxy;

import dev.penstock.engine.http.BodyFraming;
import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HttpVersion;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.ConnectionHandler;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the driver can do to whoever asked: a client's HTTP/1 connection, an HTTP/2 stream, or our
 * own code.
 */
interface ClientStream {
  /** The version the client speaks. */
  HttpVersion version();

  /** Sends a 1xx head; not called for clients of HTTP/1.0. */
  void sendInterim(ResponseHead head);

  /**
   * Sends the final head.
   *
   * @param length for {@link BodyFraming#LENGTH}, and what a response to HEAD would have had;
   *     otherwise -1
   */
  void sendHead(ResponseHead head, BodyFraming framing, long length);

  /** Sends a part of the body. The buffer may be reused after return. */
  void sendBody(ByteBuffer part);

  /** The response is complete. */
  void sendEnd(@Nullable HeaderMap trailers);

  /** The response cannot be completed: the client must notice. */
  void abort();

  /**
   * Whether more of the body should be sent now; otherwise {@code ExchangeDriver.onClientWritable}
   * says when.
   */
  boolean isWritable();

  /** No more of the request body, please. */
  void pauseRequest();

  void resumeRequest();

  /**
   * The rest of the request body will not be used: the connection decides whether to read past it
   * or to close.
   */
  void discardRequest();

  /** The next response should be the connection's last. */
  void closeAfterResponse();

  /**
   * Hands the transport over to a tunnel after 101 or 2xx to CONNECT was sent.
   *
   * @param tunnel hears the connection's events from now on, beginning with bytes that have come
   *     already
   * @return null when there is no transport of its own, such as a stream among others
   */
  @Nullable Connection takeOver(ConnectionHandler tunnel);

  /** The exchange is over and logged; it must not be touched afterwards. */
  void onExchangeOver();
}
