package dev.penstock.plugins.compression;

import dev.penstock.engine.http.HeaderMap;
import dev.penstock.engine.http.HeaderName;

/** Fields that speak of the bytes of a body (Z3, RFC 9110 §8, RFC 9530). */
final class Representation {
  private Representation() {}

  /** The bytes are others from here on. */
  static void changed(HeaderMap headers) {
    headers.remove(HeaderName.CONTENT_LENGTH);
    headers.remove(HeaderName.ACCEPT_RANGES);
    headers.remove("content-md5");
    headers.remove("digest");
    headers.remove("content-digest");
    headers.remove("repr-digest");
  }
}
