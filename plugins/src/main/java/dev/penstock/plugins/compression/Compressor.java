package dev.penstock.plugins.compression;

import java.nio.ByteBuffer;

/** Compresses one body after another. Confined to one worker. */
interface Compressor extends AutoCloseable {
  Coding coding();

  /**
   * A body begins; what was left of another is forgotten.
   *
   * @param length how many bytes it has, or -1
   * @param padding bytes that mean nothing, put in front where the format has a place for them
   */
  void begin(int level, long length, byte[] padding);

  /** Takes all of {@code in}; bytes come out when the coder has enough. */
  void write(ByteBuffer in, Output out);

  /** What has been taken comes out, so that a reader can read it now. */
  void flush(Output out);

  void finish(Output out);

  /** Whether this can serve another body, or is used up with the one it had. */
  boolean isReusable();

  @Override
  void close();
}
