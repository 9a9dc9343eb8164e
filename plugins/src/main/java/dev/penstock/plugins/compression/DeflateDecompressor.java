package dev.penstock.plugins.compression;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** The zlib format, and what some servers send under its name: deflate without any wrapping. */
final class DeflateDecompressor implements Decompressor {
  private static final int CHUNK = 4096;

  private @Nullable Inflater inflater;

  @Override
  public void write(ByteBuffer in, Output out, long most) throws DataFormatException {
    if (!in.hasRemaining()) return;
    Inflater current = inflater;
    if (current == null) inflater = current = new Inflater(!isZlib(in.get(in.position())));
    inflate(current, in, out, most);
    if (current.finished() && in.hasRemaining())
      throw new DataFormatException("bytes follow the end of the deflate stream");
  }

  /** RFC 1950 §2.2: method 8 with a window of at most 32 KiB; no deflate block begins like that. */
  private static boolean isZlib(byte first) {
    return (first & 0x0f) == 8 && (first & 0xff) >>> 4 <= 7;
  }

  /** Lets {@code inflater} take from {@code in} until it ends, or {@code in} or the limit does. */
  static void inflate(Inflater inflater, ByteBuffer in, Output out, long most)
      throws DataFormatException {
    inflater.setInput(in);
    while (!inflater.finished() && out.size() <= most) {
      int room = out.room(CHUNK);
      int n = inflater.inflate(out.array(), out.size(), room);
      out.added(n);
      if (inflater.needsDictionary()) throw new DataFormatException("a dictionary is asked for");
      if (n == 0 && inflater.needsInput()) break;
    }
  }

  @Override
  public boolean isComplete() {
    Inflater current = inflater;
    return current == null || current.finished();
  }

  @Override
  public void close() {
    if (inflater != null) inflater.end();
  }
}
