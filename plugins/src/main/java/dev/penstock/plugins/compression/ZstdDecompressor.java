package dev.penstock.plugins.compression;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/** zstd, by zstd-jni; any number of frames. */
final class ZstdDecompressor implements Decompressor {
  /** RFC 9659: of HTTP bodies the window is at most 8 MiB. */
  private static final int MAX_WINDOW_LOG = 23;

  private final ZstdDecompressCtx context = new ZstdDecompressCtx().setLongMax(MAX_WINDOW_LOG);
  private final Direct direct;
  private boolean isAtEnd = true;

  ZstdDecompressor(Direct direct) {
    this.direct = direct;
  }

  @Override
  public void write(ByteBuffer in, Output out, long most) throws DataFormatException {
    try {
      while (in.hasRemaining() && out.size() <= most) {
        ByteBuffer piece = direct.of(in);
        ByteBuffer scratch;
        do {
          scratch = direct.scratch();
          isAtEnd = context.decompressDirectByteBufferStream(scratch, piece);
          scratch.flip();
          out.add(scratch);
          // A frame that has ended wants nothing more; one that has filled the room has more.
        } while (out.size() <= most
            && (piece.hasRemaining() || !isAtEnd && scratch.limit() == scratch.capacity()));
      }
    } catch (ZstdException e) {
      throw failed(e);
    }
  }

  private static DataFormatException failed(ZstdException e) {
    DataFormatException told = new DataFormatException("this is not zstd");
    told.initCause(e);
    return told;
  }

  @Override
  public boolean isComplete() {
    return isAtEnd;
  }

  @Override
  public void close() {
    context.close();
  }
}
