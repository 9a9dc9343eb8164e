package dev.penstock.plugins.compression;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/** zstd (RFC 8878), by zstd-jni. */
final class ZstdCompressor implements Compressor {
  /** RFC 9659: the largest window that a reader of HTTP must have place for is 8 MiB. */
  private static final int MAX_WINDOW_LOG = 23;

  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final Direct direct;

  ZstdCompressor(Direct direct) {
    this.direct = direct;
  }

  @Override
  public Coding coding() {
    return Coding.ZSTD;
  }

  @Override
  public void begin(int level, long length, byte[] padding) {
    context.reset();
    context.setLevel(level);
    context.setWindowLog(level > 15 ? MAX_WINDOW_LOG : 0);
    // No pledge of the length: a body that keeps its word costs less, one that does not would fail.
  }

  @Override
  public void write(ByteBuffer in, Output out) {
    while (in.hasRemaining()) {
      ByteBuffer piece = direct.of(in);
      while (piece.hasRemaining()) step(piece, EndDirective.CONTINUE, out);
    }
  }

  @Override
  public void flush(Output out) {
    while (!step(Direct.NOTHING, EndDirective.FLUSH, out)) {
      // there is more than fits at once
    }
  }

  @Override
  public void finish(Output out) {
    while (!step(Direct.NOTHING, EndDirective.END, out)) {
      // there is more than fits at once
    }
  }

  private boolean step(ByteBuffer in, EndDirective directive, Output out) {
    ByteBuffer scratch = direct.scratch();
    boolean isDone = context.compressDirectByteBufferStream(scratch, in, directive);
    out.add(scratch.flip());
    return isDone;
  }

  @Override
  public boolean isReusable() {
    return true;
  }

  @Override
  public void close() {
    context.close();
  }
}
