package dev.penstock.engine.spi;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An answer made here: by a filter, a script, or the gateway itself. Framing fields are written by
 * the gateway.
 *
 * <p>Has either all its bytes or a source that streams them.
 */
public final class Response {
  private static final byte[] NO_BODY = new byte[0];

  private final ResponseHead head = new ResponseHead();
  private byte[] body = NO_BODY;
  private @Nullable BodySource source;

  public Response(int status) {
    head.status(status);
  }

  /** A plain text answer in UTF-8. */
  public static Response text(int status, String text) {
    Response response = new Response(status);
    response.head.headers().add(HeaderName.CONTENT_TYPE, "text/plain; charset=utf-8");
    return response.body(text.getBytes(StandardCharsets.UTF_8));
  }

  public ResponseHead head() {
    return head;
  }

  public Response header(String name, String value) {
    head.headers().add(name, value);
    return this;
  }

  public Response body(byte[] bytes) {
    body = bytes;
    source = null;
    return this;
  }

  /** Streams the body; its length is not known before. */
  public Response body(BodySource bytes) {
    body = NO_BODY;
    source = bytes;
    return this;
  }

  public byte[] body() {
    return body;
  }

  public @Nullable BodySource source() {
    return source;
  }
}
