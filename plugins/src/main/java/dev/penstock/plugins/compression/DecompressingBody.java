package dev.penstock.plugins.compression;

import dev.penstock.engine.spi.BodyPart;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/** One body on its way through a decompressor, and the limits that it must keep (L12). */
final class DecompressingBody {
  /**
   * So much may come out whatever has gone in: a short text repeats itself more than a long one.
   */
  private static final long FREE = 64 * 1024;

  private final DecompressConfig limits;
  private final WorkerCoders coders;
  private final Counts.Count count;
  private @Nullable Decompressor decompressor;
  private long taken;
  private long given;

  DecompressingBody(
      DecompressConfig limits, WorkerCoders coders, Coding coding, Counts.Count count) {
    this.limits = limits;
    this.coders = coders;
    this.count = count;
    decompressor = coders.decompressor(coding);
  }

  /** What is wrong with a body. */
  record Fault(boolean isTooLarge, String sentence) {}

  /** Puts what comes out in the place of {@code part}; null when all is well. */
  @Nullable Fault pass(BodyPart part) {
    Decompressor current = decompressor;
    if (current == null) return null;
    Output out = coders.output();
    ByteBuffer bytes = part.bytes();
    taken += bytes.remaining();
    long most = Math.min(limits.maxSize(), Math.max(FREE, taken * limits.maxRatio()));
    try {
      current.write(bytes, out, Math.min(most - given, Integer.MAX_VALUE / 2));
    } catch (DataFormatException e) {
      return new Fault(false, "the body is not of its Content-Encoding");
    }
    if (given + out.size() > most) {
      String limit =
          most == limits.maxSize()
              ? limits.maxSize() + " bytes"
              : limits.maxRatio() + " times its size";
      return new Fault(true, "the decompressed body has more than " + limit);
    }
    ByteBuffer result = out.taken();
    given += result.remaining();
    part.replace(result);
    if (!part.isLast()) return null;
    boolean isComplete = current.isComplete();
    release();
    return isComplete ? null : new Fault(false, "the compressed body is cut short");
  }

  void release() {
    Decompressor current = decompressor;
    if (current == null) return;
    decompressor = null;
    current.close();
    count.add(taken, given);
  }
}
