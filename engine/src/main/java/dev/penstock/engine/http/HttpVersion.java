package dev.penstock.engine.http;

/** The protocol version a message was carried in. */
public enum HttpVersion {
  HTTP_1_0("HTTP/1.0"),
  HTTP_1_1("HTTP/1.1"),
  HTTP_2("HTTP/2");

  private final String text;

  HttpVersion(String text) {
    this.text = text;
  }

  /** As it stands in a start line and in an access log. */
  public String text() {
    return text;
  }
}
