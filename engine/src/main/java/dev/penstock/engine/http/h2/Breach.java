package dev.penstock.engine.http.h2;

/**
 * What a peer did that frames, windows or compression do not allow. Whether it ends the stream or
 * the connection is said by who reports it. Malformed messages are {@code Violation}s.
 */
public enum Breach {
  NO_PREFACE(ErrorCode.PROTOCOL_ERROR, "RFC 9113 §3.4", "the connection preface is wrong"),
  FRAME_TOO_LARGE(ErrorCode.FRAME_SIZE_ERROR, "RFC 9113 §4.2", "a frame is too large"),
  FRAME_LENGTH(ErrorCode.FRAME_SIZE_ERROR, "RFC 9113 §4.2", "a frame has the wrong length"),
  FRAME_ON_WRONG_STREAM(
      ErrorCode.PROTOCOL_ERROR, "RFC 9113 §6", "a frame stands on a stream where it cannot"),
  PADDING_TOO_LONG(ErrorCode.PROTOCOL_ERROR, "RFC 9113 §6.1", "padding is longer than its frame"),
  BLOCK_INTERRUPTED(
      ErrorCode.PROTOCOL_ERROR, "RFC 9113 §6.10", "a field block is interrupted or not begun"),
  BLOCK_TOO_LARGE(
      ErrorCode.ENHANCE_YOUR_CALM, "RFC 9113 §10.5.1", "a field block is too large to be decoded"),
  BLOCK_UNREADABLE(ErrorCode.COMPRESSION_ERROR, "RFC 7541", "a field block cannot be decoded"),
  SELF_DEPENDENCY(ErrorCode.PROTOCOL_ERROR, "RFC 9113 §5.3.1", "a stream depends on itself"),
  PUSH(ErrorCode.PROTOCOL_ERROR, "RFC 9113 §6.6", "a push that was not allowed"),
  SETTING_INVALID(ErrorCode.PROTOCOL_ERROR, "RFC 9113 §6.5.2", "a setting has an invalid value"),
  INITIAL_WINDOW_TOO_LARGE(
      ErrorCode.FLOW_CONTROL_ERROR, "RFC 9113 §6.5.2", "the initial window is too large"),
  WINDOW_OVERFLOW(ErrorCode.FLOW_CONTROL_ERROR, "RFC 9113 §6.9.1", "a window exceeds 2^31-1 bytes"),
  WINDOW_EXCEEDED(
      ErrorCode.FLOW_CONTROL_ERROR, "RFC 9113 §6.9", "more data than the window allows"),
  WINDOW_UNCHANGED(ErrorCode.PROTOCOL_ERROR, "RFC 9113 §6.9", "a window is to grow by nothing"),
  STREAM_IDLE(ErrorCode.PROTOCOL_ERROR, "RFC 9113 §5.1", "a frame on a stream that is idle"),
  STREAM_CLOSED(ErrorCode.STREAM_CLOSED, "RFC 9113 §5.1", "a frame on a stream that is closed"),
  STREAM_NUMBER(
      ErrorCode.PROTOCOL_ERROR, "RFC 9113 §5.1.1", "a stream has a number that cannot be next"),
  TRAILERS_NOT_LAST(
      ErrorCode.PROTOCOL_ERROR, "RFC 9113 §8.1", "trailers that do not end their stream"),
  SETTINGS_NOT_ACKNOWLEDGED(
      ErrorCode.SETTINGS_TIMEOUT, "RFC 9113 §6.5.3", "settings were not acknowledged in time"),
  HEAD_TOO_SLOW(
      ErrorCode.ENHANCE_YOUR_CALM, "RFC 9113 §10.5", "a field block was not complete in time"),
  RAPID_RESET(ErrorCode.ENHANCE_YOUR_CALM, "RFC 9113 §10.5", "most streams are opened to be reset"),
  PROVOKED_RESETS(
      ErrorCode.ENHANCE_YOUR_CALM, "RFC 9113 §10.5", "most streams are made to be reset by us"),
  FRAME_FLOOD(
      ErrorCode.ENHANCE_YOUR_CALM, "RFC 9113 §10.5", "many frames that move nothing forward");

  private final ErrorCode code;
  private final String section;
  private final String sentence;

  Breach(ErrorCode code, String section, String sentence) {
    this.code = code;
    this.section = section;
    this.sentence = sentence;
  }

  public ErrorCode code() {
    return code;
  }

  public String section() {
    return section;
  }

  /** What is wrong, for the log; names no bytes of the peer. */
  public String sentence() {
    return sentence;
  }
}
