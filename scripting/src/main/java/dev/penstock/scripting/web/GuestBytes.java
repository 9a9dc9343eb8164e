package dev.penstock.scripting.web;

import org.graalvm.polyglot.Value;

/** Copies bytes out of ArrayBuffers. */
final class GuestBytes {
  private static final byte[] NONE = new byte[0];

  private GuestBytes() {}

  static byte[] read(Value buffer, int offset, int length) {
    if (length == 0) return NONE;
    byte[] bytes = new byte[length];
    buffer.readBuffer(offset, bytes, 0, length);
    return bytes;
  }
}
