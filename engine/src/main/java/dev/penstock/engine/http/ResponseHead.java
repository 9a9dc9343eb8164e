package dev.penstock.engine.http;

/**
 * Status and fields of a response, whatever protocol version carried it.
 *
 * <p>The reason phrase of an upstream is not kept: it carries no meaning (RFC 9112 §4) and is
 * written anew. Confined to one worker and reused after its exchange.
 */
public final class ResponseHead {
  private final HeaderMap headers = new HeaderMap();
  private int status;
  private HttpVersion version = HttpVersion.HTTP_1_1;

  public void clear() {
    headers.clear();
    status = 0;
    version = HttpVersion.HTTP_1_1;
  }

  public HeaderMap headers() {
    return headers;
  }

  public int status() {
    return status;
  }

  /**
   * Sets the status.
   *
   * @throws IllegalArgumentException unless it is 100 to 599
   */
  public void status(int status) {
    if (status < 100 || status > 599) throw new IllegalArgumentException("not a status: " + status);
    this.status = status;
  }

  /** The version in which the sender of this head speaks. */
  public HttpVersion version() {
    return version;
  }

  public void version(HttpVersion version) {
    this.version = version;
  }

  /** Whether this is a 1xx other than 101: another head follows (RFC 9110 §15.2). */
  public boolean isInterim() {
    return status < 200 && status != 101;
  }

  @Override
  public String toString() {
    return Integer.toString(status);
  }
}
