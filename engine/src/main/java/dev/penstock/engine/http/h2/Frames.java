package dev.penstock.engine.http.h2;

import java.nio.charset.StandardCharsets;

/** Numbers of frame types, flags and settings (RFC 9113 §6, RFC 8441, RFC 9218). */
public final class Frames {
  public static final int HEAD_BYTES = 9;
  public static final int MIN_MAX_FRAME = 16384;
  public static final int DEFAULT_WINDOW = 65535;
  public static final int DEFAULT_TABLE_BYTES = 4096;

  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PUSH_PROMISE = 5;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;
  public static final int PRIORITY_UPDATE = 16;

  public static final int END_STREAM = 0x1;
  public static final int ACK = 0x1;
  public static final int END_HEADERS = 0x4;
  public static final int PADDED = 0x8;
  public static final int HAS_PRIORITY = 0x20;

  public static final int HEADER_TABLE_SIZE = 1;
  public static final int ENABLE_PUSH = 2;
  public static final int MAX_CONCURRENT_STREAMS = 3;
  public static final int INITIAL_WINDOW_SIZE = 4;
  public static final int MAX_FRAME_SIZE = 5;
  public static final int MAX_HEADER_LIST_SIZE = 6;
  public static final int ENABLE_CONNECT_PROTOCOL = 8;
  public static final int NO_RFC7540_PRIORITIES = 9;

  /** How many bytes {@link #preface} has. */
  public static final int PREFACE_BYTES = 24;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private Frames() {}

  /** The byte at {@code index} of what a client sends first (RFC 9113 §3.4). */
  public static byte preface(int index) {
    return PREFACE[index];
  }
}
