package dev.penstock.engine.http.h2;

/** Why a stream or a connection ends (RFC 9113 §7). */
public enum ErrorCode {
  NO_ERROR,
  PROTOCOL_ERROR,
  INTERNAL_ERROR,
  FLOW_CONTROL_ERROR,
  SETTINGS_TIMEOUT,
  STREAM_CLOSED,
  FRAME_SIZE_ERROR,
  REFUSED_STREAM,
  CANCEL,
  COMPRESSION_ERROR,
  CONNECT_ERROR,
  ENHANCE_YOUR_CALM,
  INADEQUATE_SECURITY,
  HTTP_1_1_REQUIRED;

  private static final ErrorCode[] ALL = values();

  /** As it stands in a frame. */
  public int number() {
    return ordinal();
  }

  /** The code that a peer has sent; one that is not registered counts as INTERNAL_ERROR. */
  public static ErrorCode of(int number) {
    return number >= 0 && number < ALL.length ? ALL[number] : INTERNAL_ERROR;
  }
}
