package dev.penstock.scripting.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One {@code CompressionStream} or {@code DecompressionStream}: deflate (RFC 1950), deflate-raw
 * (RFC 1951) and gzip (RFC 1952), whose head and trailer are written and checked here. Public
 * because the guest calls it.
 *
 * <p>Data that are not valid, that end too early or go on after the end, are answered with null.
 */
public final class CompressorHost {
  private final boolean isGzip;
  private final CRC32 crc = new CRC32();
  private final @Nullable Deflater deflater;
  private final @Nullable Inflater inflater;
  private final GzipHead head = new GzipHead();
  private final byte[] buffer = new byte[16 * 1024];
  private final byte[] trailer = new byte[8];
  private int trailerLength;
  private boolean hasBegun;
  private boolean isReleased;

  CompressorHost(String format, boolean inflates) {
    isGzip = format.equals("gzip");
    boolean isRaw = !format.equals("deflate");
    deflater = inflates ? null : new Deflater(Deflater.DEFAULT_COMPRESSION, isRaw);
    inflater = inflates ? new Inflater(isRaw) : null;
  }

  /** What comes out for these bytes, maybe nothing yet. */
  @HostAccess.Export
  public @Nullable Object write(Value from, int offset, int length) {
    byte[] bytes = GuestBytes.read(from, offset, length);
    byte[] out = deflater != null ? deflate(deflater, bytes, false) : inflate(bytes);
    return out == null ? null : ByteBuffer.wrap(out);
  }

  /** What is left at the end. */
  @HostAccess.Export
  public @Nullable Object finish() {
    byte[] out = null;
    if (deflater != null) out = deflate(deflater, new byte[0], true);
    else if (isComplete()) out = new byte[0];
    release();
    return out == null ? null : ByteBuffer.wrap(out);
  }

  /** Frees the native memory; the stream was aborted. */
  @HostAccess.Export
  public void release() {
    if (isReleased) return;
    isReleased = true;
    if (deflater != null) deflater.end();
    if (inflater != null) inflater.end();
  }

  private byte[] deflate(Deflater d, byte[] bytes, boolean isLast) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (isGzip && !hasBegun) out.writeBytes(GzipHead.PLAIN);
    hasBegun = true;
    crc.update(bytes);
    d.setInput(bytes);
    if (isLast) d.finish();
    int n;
    while ((n = d.deflate(buffer)) > 0) out.write(buffer, 0, n);
    if (isLast && isGzip) {
      writeInt(out, (int) crc.getValue());
      writeInt(out, (int) d.getBytesRead());
    }
    return out.toByteArray();
  }

  private static void writeInt(ByteArrayOutputStream out, int v) {
    for (int shift = 0; shift < 32; shift += 8) out.write(v >>> shift);
  }

  private byte @Nullable [] inflate(byte[] bytes) {
    Inflater i = java.util.Objects.requireNonNull(inflater);
    if (bytes.length > 0) hasBegun = true;
    int at = 0;
    if (isGzip && !head.isComplete()) {
      at = head.read(bytes);
      if (at < 0) return null;
      if (!head.isComplete()) return new byte[0];
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!i.finished()) {
      i.setInput(bytes, at, bytes.length - at);
      try {
        int n;
        while ((n = i.inflate(buffer)) > 0) {
          crc.update(buffer, 0, n);
          out.write(buffer, 0, n);
        }
      } catch (DataFormatException notDeflate) {
        return null;
      }
      if (i.needsDictionary()) return null;
      at = bytes.length - i.getRemaining();
    }
    if (i.finished() && !readTrailer(bytes, at)) return null;
    return out.toByteArray();
  }

  private boolean readTrailer(byte[] bytes, int at) {
    int wanted = isGzip ? 8 : 0;
    while (at < bytes.length && trailerLength < wanted) trailer[trailerLength++] = bytes[at++];
    if (at < bytes.length) return false;
    return trailerLength < 8 || isTrailerRight();
  }

  private boolean isTrailerRight() {
    ByteBuffer b = ByteBuffer.wrap(trailer).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    long size = java.util.Objects.requireNonNull(inflater).getBytesWritten();
    return b.getInt() == (int) crc.getValue() && b.getInt() == (int) size;
  }

  private boolean isComplete() {
    return hasBegun && inflater != null && inflater.finished() && (!isGzip || trailerLength == 8);
  }
}
