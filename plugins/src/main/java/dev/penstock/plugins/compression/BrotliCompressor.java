package dev.penstock.plugins.compression;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Brotli (RFC 7932), by brotli4j. Its encoder cannot be set back: one serves one body. */
final class BrotliCompressor implements Compressor {
  private static final int PIECE = 16 * 1024;
  private static final int LEAST_WINDOW = 10;
  private static final int USUAL_WINDOW = 18;

  private EncoderJNI.@Nullable Wrapper encoder;

  @Override
  public Coding coding() {
    return Coding.BR;
  }

  @Override
  public void begin(int level, long length, byte[] padding) {
    close();
    try {
      encoder = new EncoderJNI.Wrapper(PIECE, level, window(length), Encoder.Mode.GENERIC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A window no larger than the body saves memory on both ends. */
  private static int window(long length) {
    if (length < 0 || length >= 1 << USUAL_WINDOW) return USUAL_WINDOW;
    return Math.max(LEAST_WINDOW, Long.SIZE - Long.numberOfLeadingZeros(length + 16));
  }

  private EncoderJNI.Wrapper encoder() {
    EncoderJNI.Wrapper current = encoder;
    if (current == null) throw new IllegalStateException("no body has begun");
    return current;
  }

  @Override
  public void write(ByteBuffer in, Output out) {
    EncoderJNI.Wrapper current = encoder();
    while (in.hasRemaining()) {
      ByteBuffer piece = current.getInputBuffer();
      piece.clear();
      int n = Math.min(in.remaining(), piece.remaining());
      piece.put(in.slice(in.position(), n));
      in.position(in.position() + n);
      push(current, EncoderJNI.Operation.PROCESS, n, out);
    }
  }

  @Override
  public void flush(Output out) {
    push(encoder(), EncoderJNI.Operation.FLUSH, 0, out);
  }

  @Override
  public void finish(Output out) {
    push(encoder(), EncoderJNI.Operation.FINISH, 0, out);
  }

  private static void push(
      EncoderJNI.Wrapper current, EncoderJNI.Operation operation, int bytes, Output out) {
    int n = bytes;
    do {
      current.push(operation, n);
      if (!current.isSuccess()) throw new IllegalStateException("the brotli encoder failed");
      n = 0;
      while (current.hasMoreOutput()) out.add(current.pull());
    } while (current.hasRemainingInput());
  }

  @Override
  public boolean isReusable() {
    return false;
  }

  @Override
  public void close() {
    EncoderJNI.Wrapper current = encoder;
    encoder = null;
    if (current != null) current.destroy();
  }
}
