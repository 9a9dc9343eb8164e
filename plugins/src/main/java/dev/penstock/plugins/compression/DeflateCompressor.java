package dev.penstock.plugins.compression;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** gzip (RFC 1952) and deflate (the zlib format, RFC 1950), by the JDK's zlib. */
final class DeflateCompressor implements Compressor {
  private static final int CHUNK = 4096;
  private static final int HAS_EXTRA_FIELD = 4;
  private static final int UNKNOWN_SYSTEM = 255;

  private final Coding coding;
  private final boolean isGzip;
  private final Deflater deflater;
  private final CRC32 checksum = new CRC32();
  private int level = Deflater.DEFAULT_COMPRESSION;
  private boolean owesHead;
  private byte[] padding = {};

  DeflateCompressor(Coding coding) {
    this.coding = coding;
    isGzip = coding == Coding.GZIP;
    deflater = new Deflater(level, isGzip);
  }

  @Override
  public Coding coding() {
    return coding;
  }

  @Override
  public void begin(int newLevel, long length, byte[] front) {
    deflater.reset();
    if (newLevel != level) deflater.setLevel(newLevel);
    level = newLevel;
    checksum.reset();
    owesHead = isGzip;
    padding = front;
  }

  private void head(Output out) {
    if (!owesHead) return;
    owesHead = false;
    out.add(0x1f);
    out.add(0x8b);
    out.add(Deflater.DEFLATED);
    out.add(padding.length > 0 ? HAS_EXTRA_FIELD : 0);
    out.addInt(0); // no time
    out.add(level == Deflater.BEST_SPEED ? 4 : 0);
    out.add(UNKNOWN_SYSTEM);
    if (padding.length == 0) return;
    // RFC 1952 §2.3.1.1: a subfield with an identifier of its own, which readers skip.
    int length = padding.length + 4;
    out.add(length);
    out.add(length >>> Byte.SIZE);
    out.add('P');
    out.add('d');
    out.add(padding.length);
    out.add(padding.length >>> Byte.SIZE);
    out.add(ByteBuffer.wrap(padding));
  }

  @Override
  public void write(ByteBuffer in, Output out) {
    head(out);
    if (isGzip) checksum.update(in.duplicate());
    deflater.setInput(in);
    while (!deflater.needsInput()) deflate(out, Deflater.NO_FLUSH);
  }

  @Override
  public void flush(Output out) {
    head(out);
    while (deflate(out, Deflater.SYNC_FLUSH)) {
      // zlib has more when it has filled all the room it was given
    }
  }

  @Override
  public void finish(Output out) {
    head(out);
    deflater.finish();
    while (!deflater.finished()) deflate(out, Deflater.NO_FLUSH);
    if (!isGzip) return;
    out.addInt((int) checksum.getValue());
    out.addInt((int) deflater.getBytesRead());
  }

  private boolean deflate(Output out, int flush) {
    int room = out.room(CHUNK);
    int n = deflater.deflate(out.array(), out.size(), room, flush);
    out.added(n);
    return n == room;
  }

  @Override
  public boolean isReusable() {
    return true;
  }

  @Override
  public void close() {
    deflater.end();
  }
}
