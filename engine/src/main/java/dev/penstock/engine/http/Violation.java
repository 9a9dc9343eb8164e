package dev.penstock.engine.http;

/**
 * A named breach of the protocol, with its section. Strict listeners refuse all; a listener may
 * tolerate some by name where {@link #isTolerable}.
 */
public enum Violation {
  // Framing: what could let two readers of one message disagree is never tolerated.
  LENGTH_WITH_TRANSFER_ENCODING(
      400, false, "RFC 9112 §6.1", "both Content-Length and Transfer-Encoding"),
  TRANSFER_ENCODING_IN_HTTP_1_0(
      400, false, "RFC 9112 §6.1", "Transfer-Encoding in an HTTP/1.0 message"),
  TRANSFER_ENCODING_INVALID(
      400, false, "RFC 9112 §6.1", "Transfer-Encoding is not exactly one final chunked"),
  TRANSFER_CODING_UNKNOWN(501, false, "RFC 9112 §6.1", "a transfer coding that is not implemented"),
  CONTENT_LENGTH_INVALID(
      400, false, "RFC 9110 §8.6", "Content-Length is not a plain decimal number"),
  CONTENT_LENGTH_REPEATED(
      400, true, "RFC 9110 §8.6", "Content-Length is given more than once, always the same"),
  CONTENT_LENGTH_CONFLICT(
      400, false, "RFC 9112 §6.3", "Content-Length is given with different values"),
  CHUNK_SIZE_INVALID(
      400, false, "RFC 9112 §7.1", "a chunk size is not a hexadecimal number of at most 16 digits"),
  CHUNK_EXTENSION_INVALID(400, false, "RFC 9112 §7.1.1", "a chunk extension is malformed"),
  CHUNK_EXTENSION_TOO_LARGE(400, false, "RFC 9112 §7.1.1", "chunk extensions are too large"),
  CHUNK_END_MISSING(400, false, "RFC 9112 §7.1", "chunk data is not followed by CRLF"),
  TRAILER_INVALID(
      400, false, "RFC 9112 §7.1.2", "a trailer field is malformed or must not stand in trailers"),
  TRAILERS_TOO_LARGE(431, false, "RFC 6585 §5", "the trailer section is too large"),
  // Lines and fields.
  BARE_LF(400, true, "RFC 9112 §2.2", "a line ends with LF alone"),
  BARE_CR(400, false, "RFC 9112 §2.2", "CR that is not followed by LF"),
  LINE_FOLDED(400, false, "RFC 9112 §5.2", "a field is continued on another line"),
  SPACE_BEFORE_COLON(400, false, "RFC 9112 §5.1", "white space between field name and colon"),
  SPACE_BEFORE_FIRST_FIELD(400, false, "RFC 9112 §2.2", "white space before the first field"),
  FIELD_NAME_INVALID(400, false, "RFC 9110 §5.1", "a field name is not a token"),
  FIELD_VALUE_INVALID(400, false, "RFC 9110 §5.5", "a field value holds a control character"),
  FIELD_WITHOUT_COLON(400, false, "RFC 9112 §5", "a field line has no colon"),
  FIELD_TOO_LARGE(431, false, "RFC 6585 §5", "a field is too large"),
  HEAD_TOO_LARGE(431, false, "RFC 6585 §5", "the fields of the head are too large altogether"),
  TOO_MANY_FIELDS(431, false, "RFC 6585 §5", "the head has too many fields"),
  // Start lines.
  REQUEST_LINE_INVALID(
      400, false, "RFC 9112 §3", "the request line is not method, space, target, space, version"),
  METHOD_INVALID(400, false, "RFC 9110 §9.1", "the method is not a token"),
  TARGET_INVALID(400, false, "RFC 9112 §3.2", "the request target is malformed"),
  TARGET_TOO_LONG(414, false, "RFC 9110 §15.5.15", "the request line is too long"),
  VERSION_INVALID(400, false, "RFC 9112 §2.3", "the version is malformed"),
  VERSION_UNSUPPORTED(505, false, "RFC 9110 §15.6.6", "the major version is not HTTP/1"),
  STATUS_LINE_INVALID(502, false, "RFC 9112 §4", "the status line is malformed"),
  // Host.
  HOST_MISSING(400, false, "RFC 9112 §3.2", "an HTTP/1.1 request has no Host"),
  HOST_REPEATED(400, false, "RFC 9112 §3.2", "Host is given more than once"),
  HOST_INVALID(400, false, "RFC 9112 §3.2", "Host is malformed"),
  USERINFO_IN_TARGET(400, false, "RFC 9110 §4.2.4", "user information in the authority"),
  // Connection-level rules.
  PROTECTED_FIELD_IN_CONNECTION(
      400, false, "RFC 9110 §7.6.1", "Connection names a field that must reach the end"),
  EXPECT_INVALID(400, false, "RFC 9110 §10.1.1", "Expect is repeated or malformed"),
  BODY_ON_UPGRADE(400, false, "RFC 9110 §7.8", "a request to upgrade has a body"),
  // Messages of HTTP/2.
  PSEUDO_FIELD_INVALID(
      400,
      false,
      "RFC 9113 §8.3",
      "a pseudo-header field is unknown, missing, empty, repeated or behind other fields"),
  FIELD_NAME_NOT_LOWER_CASE(400, false, "RFC 9113 §8.2", "a field name is not in lower case"),
  FIELD_VALUE_PADDED(
      400, false, "RFC 9113 §8.2.1", "a field value begins or ends with white space"),
  CONNECTION_FIELD(400, false, "RFC 9113 §8.2.2", "a field that belongs to a connection of HTTP/1"),
  HOST_DIFFERS(400, false, "RFC 9113 §8.3.1", "Host differs from :authority"),
  LENGTH_DIFFERS(400, false, "RFC 9113 §8.1.1", "the body is not as long as Content-Length says"),
  /** The peer closed in the middle of a message. */
  INCOMPLETE(400, false, "RFC 9112 §8", "the connection ended inside a message");

  private final int status;
  private final boolean tolerable;
  private final String section;
  private final String sentence;

  Violation(int status, boolean tolerable, String section, String sentence) {
    this.status = status;
    this.tolerable = tolerable;
    this.section = section;
    this.sentence = sentence;
  }

  /** The status for a client that did it; an upstream that did it makes 502. */
  public int status() {
    return status;
  }

  /** Whether a listener may allow it by name; counted each time. */
  public boolean isTolerable() {
    return tolerable;
  }

  public String section() {
    return section;
  }

  /** What is wrong, for log and client: names no bytes of the message. */
  public String sentence() {
    return sentence;
  }
}
