package dev.penstock.engine.spi;

/**
 * Where filters run, in the order in which an exchange passes; names are the same in scripts, logs
 * and metrics.
 */
public enum Phase {
  ON_REQUEST("onRequest"),
  ON_REQUEST_BODY("onRequestBody"),
  ON_UPSTREAM_REQUEST("onUpstreamRequest"),
  ON_UPSTREAM_ERROR("onUpstreamError"),
  ON_UPSTREAM_RESPONSE("onUpstreamResponse"),
  ON_RESPONSE("onResponse"),
  ON_RESPONSE_BODY("onResponseBody"),
  ON_LOG("onLog");

  private final String text;

  Phase(String text) {
    this.text = text;
  }

  /** The name of the method of {@link Filter} and of a script's export. */
  public String text() {
    return text;
  }
}
