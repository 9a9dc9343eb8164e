package dev.penstock.plugins.compression;

import com.aayushatharva.brotli4j.decoder.DecoderJNI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/** Brotli, by brotli4j. */
final class BrotliDecompressor implements Decompressor {
  private static final int PIECE = 16 * 1024;

  private final DecoderJNI.Wrapper decoder;
  private boolean hasBegun;

  BrotliDecompressor() {
    try {
      decoder = new DecoderJNI.Wrapper(PIECE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void write(ByteBuffer in, Output out, long most) throws DataFormatException {
    while (in.hasRemaining() && out.size() <= most) {
      if (decoder.getStatus() == DecoderJNI.Status.DONE)
        throw new DataFormatException("bytes follow the end of the brotli stream");
      hasBegun = true;
      ByteBuffer piece = decoder.getInputBuffer();
      piece.clear();
      int n = Math.min(in.remaining(), piece.remaining());
      piece.put(in.slice(in.position(), n));
      in.position(in.position() + n);
      decoder.push(n);
      drain(out, most);
    }
  }

  private void drain(Output out, long most) throws DataFormatException {
    while (out.size() <= most) {
      if (decoder.getStatus() == DecoderJNI.Status.ERROR)
        throw new DataFormatException("this is not brotli");
      if (decoder.hasOutput()) out.add(decoder.pull());
      else if (decoder.getStatus() == DecoderJNI.Status.OK) decoder.push(0);
      else return;
    }
  }

  @Override
  public boolean isComplete() {
    return !hasBegun || decoder.getStatus() == DecoderJNI.Status.DONE;
  }

  @Override
  public void close() {
    decoder.destroy();
  }
}
