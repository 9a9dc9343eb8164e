package dev.penstock.engine.http.h2;

import java.nio.ByteBuffer;

/**
 * What a {@link FrameReader} says about a peer's frames, in order. Frames are well-formed in
 * themselves; whether they may come at this moment is for the sink to judge. Arrays and buffers are
 * borrowed until return.
 */
public interface FrameSink {
  /**
   * A DATA frame begins.
   *
   * @param length of its payload, padding included, which all counts for flow control
   */
  void onData(int stream, int length);

  /** A part of the data, never empty. */
  void onDataPart(int stream, ByteBuffer part);

  /** The DATA frame is complete. */
  void onDataEnd(int stream, boolean endsStream);

  /** A field block is complete; it must be decoded whatever becomes of its stream. */
  void onFieldBlock(int stream, byte[] block, int at, int length, boolean endsStream);

  /** A priority signal of RFC 7540, which has no meaning any more, but a cost. */
  void onOldPriority(int stream);

  void onReset(int stream, ErrorCode code);

  /** Whole settings, six bytes each; to be acknowledged. */
  void onSettings(byte[] settings, int at, int length);

  void onSettingsAck();

  void onPing(long opaque);

  void onPingAck(long opaque);

  void onGoAway(int lastStream, ErrorCode code);

  /**
   * The peer takes more.
   *
   * @param stream 0 for the connection
   * @param increment at least 1
   */
  void onWindowUpdate(int stream, int increment);

  /** RFC 9218 §7.1: the value is that of a Priority field. */
  void onPriorityUpdate(int stream, byte[] value, int at, int length);

  /** A frame of a type that we do not know was passed over. */
  void onUnknownFrame();

  /** The stream is lost, the connection goes on. */
  void onStreamBreach(int stream, Breach breach);

  /** The connection is lost; nothing more is said. */
  void onBreach(Breach breach);
}
