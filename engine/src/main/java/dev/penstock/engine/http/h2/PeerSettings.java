package dev.penstock.engine.http.h2;

import org.jspecify.annotations.Nullable;

/** What the peer has asked for by its settings (RFC 9113 §6.5.2, RFC 8441 §3). */
public final class PeerSettings {
  private long tableBytes = Frames.DEFAULT_TABLE_BYTES;
  private long maxStreams = Long.MAX_VALUE;
  private int initialWindow = Frames.DEFAULT_WINDOW;
  private int maxFrameBytes = Frames.MIN_MAX_FRAME;
  private long maxHeadBytes = Long.MAX_VALUE;
  private boolean takesConnectProtocol;

  /**
   * Reads the settings of one frame; unknown ones are ignored.
   *
   * @param fromServer whether the peer is a server, which must not allow pushes
   * @return what ends the connection, or null
   */
  public @Nullable Breach read(byte[] b, int at, int length, boolean fromServer) {
    for (int i = at; i < at + length; i += 6) {
      int id = (b[i] & 0xff) << 8 | b[i + 1] & 0xff;
      long value =
          (b[i + 2] & 0xffL) << 24
              | (b[i + 3] & 0xff) << 16
              | (b[i + 4] & 0xff) << 8
              | b[i + 5] & 0xff;
      Breach wrong = take(id, value, fromServer);
      if (wrong != null) return wrong;
    }
    return null;
  }

  private @Nullable Breach take(int id, long value, boolean fromServer) {
    switch (id) {
      case Frames.HEADER_TABLE_SIZE -> tableBytes = value;
      case Frames.ENABLE_PUSH -> {
        if (value > 1 || fromServer && value == 1) return Breach.SETTING_INVALID;
      }
      case Frames.MAX_CONCURRENT_STREAMS -> maxStreams = value;
      case Frames.INITIAL_WINDOW_SIZE -> {
        if (value > Integer.MAX_VALUE) return Breach.INITIAL_WINDOW_TOO_LARGE;
        initialWindow = (int) value;
      }
      case Frames.MAX_FRAME_SIZE -> {
        if (value < Frames.MIN_MAX_FRAME || value > 0xffffff) return Breach.SETTING_INVALID;
        maxFrameBytes = (int) value;
      }
      case Frames.MAX_HEADER_LIST_SIZE -> maxHeadBytes = value;
      case Frames.ENABLE_CONNECT_PROTOCOL -> {
        if (value > 1 || value == 0 && takesConnectProtocol) return Breach.SETTING_INVALID;
        takesConnectProtocol = value == 1;
      }
      default -> {} // RFC 9113 §6.5.2: must be ignored
    }
    return null;
  }

  /** How large a table for compression the peer keeps. */
  public long tableBytes() {
    return tableBytes;
  }

  /** How many streams the peer lets us open at once. */
  public long maxStreams() {
    return maxStreams;
  }

  /** How much may be sent on a new stream. */
  public int initialWindow() {
    return initialWindow;
  }

  /** The largest frame the peer takes. */
  public int maxFrameBytes() {
    return maxFrameBytes;
  }

  /** The largest head the peer takes, by its own advice. */
  public long maxHeadBytes() {
    return maxHeadBytes;
  }

  /** Whether the peer knows extended CONNECT. */
  public boolean takesConnectProtocol() {
    return takesConnectProtocol;
  }
}
