package dev.penstock.plugins.compression;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/** Decompresses one body. Confined to one worker. */
interface Decompressor extends AutoCloseable {
  /**
   * Takes from {@code in} until that is empty or more than {@code most} bytes have come out, which
   * the caller then takes for a bomb.
   *
   * @throws DataFormatException when these bytes are not of the coding
   */
  void write(ByteBuffer in, Output out, long most) throws DataFormatException;

  /** Whether the body may end here. */
  boolean isComplete();

  @Override
  void close();
}
