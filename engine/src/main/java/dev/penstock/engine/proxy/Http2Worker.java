package dev.penstock.engine.proxy;

import dev.penstock.engine.http.h2.FrameWriter;
import dev.penstock.engine.http.h2.Frames;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** What the HTTP/2 connections of one worker share. Worker-confined. */
final class Http2Worker {
  static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAX_SPARE_BUFFERS = 16;

  /** A scratch: what is written is taken from it at once. */
  final FrameWriter writer = new FrameWriter();

  /** For frames that are complete when they are read. */
  final byte[] scratch = new byte[Frames.MIN_MAX_FRAME];

  private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();

  ByteBuffer takeBuffer() {
    ByteBuffer buffer = buffers.pollLast();
    return buffer == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : buffer;
  }

  void give(ByteBuffer buffer) {
    buffer.clear();
    if (buffers.size() < MAX_SPARE_BUFFERS) buffers.addLast(buffer);
  }
}
