package dev.penstock.engine.http;

/** How the end of a body is known. Lengths travel beside it. */
public enum BodyFraming {
  /** There is no body. */
  NONE,
  /** {@code Content-Length} bytes. */
  LENGTH,
  /** Chunked, or DATA frames without a length: the end is marked, trailers may follow. */
  MARKED,
  /** The connection ends with the body; responses only. */
  CLOSE,
  /** Not a message body: bytes of another protocol until either side ends (101, 2xx to CONNECT). */
  TUNNEL
}
