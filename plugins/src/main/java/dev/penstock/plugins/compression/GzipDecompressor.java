package dev.penstock.plugins.compression;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * gzip (RFC 1952), with any number of members, in pieces of any size.
 *
 * <pre>
 * HEAD ─► EXTRA_LENGTH ─► EXTRA ─► NAME ─► COMMENT ─► HEAD_CHECK ─► BODY ─► TRAILER ─► HEAD of the next
 * </pre>
 *
 * What the flags of the head do not announce is passed over.
 */
final class GzipDecompressor implements Decompressor {
  private static final int HEAD_CHECK_FLAG = 2;
  private static final int EXTRA_FLAG = 4;
  private static final int NAME_FLAG = 8;
  private static final int COMMENT_FLAG = 16;
  private static final int RESERVED_FLAGS = 0xe0;
  private static final int HEAD_BYTES = 10;
  private static final int TRAILER_BYTES = 8;

  private enum Step {
    HEAD,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEAD_CHECK,
    BODY,
    TRAILER
  }

  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();
  private Step step = Step.HEAD;
  private int seen;
  private int flags;
  private int extra;
  private long trailer;

  @Override
  public void write(ByteBuffer in, Output out, long most) throws DataFormatException {
    while (in.hasRemaining() && out.size() <= most) {
      if (step != Step.BODY) {
        take(in.get() & 0xff);
        continue;
      }
      int before = out.size();
      DeflateDecompressor.inflate(inflater, in, out, most);
      checksum.update(out.array(), before, out.size() - before);
      if (inflater.finished()) next(Step.TRAILER);
    }
  }

  private void take(int b) throws DataFormatException {
    switch (step) {
      case HEAD -> head(b);
      case EXTRA_LENGTH -> {
        extra |= b << Byte.SIZE * seen;
        if (++seen == 2) next(extra == 0 ? after(EXTRA_FLAG) : Step.EXTRA);
      }
      case EXTRA -> {
        if (++seen == extra) next(after(EXTRA_FLAG));
      }
      case NAME -> {
        if (b == 0) next(after(NAME_FLAG));
      }
      case COMMENT -> {
        if (b == 0) next(after(COMMENT_FLAG));
      }
      case HEAD_CHECK -> {
        if (++seen == 2) next(Step.BODY);
      }
      case TRAILER -> trailer(b);
      case BODY -> throw new IllegalStateException("not byte by byte");
    }
  }

  private void head(int b) throws DataFormatException {
    boolean isRight =
        switch (seen) {
          case 0 -> b == 0x1f;
          case 1 -> b == 0x8b;
          case 2 -> b == 8;
          case 3 -> (b & RESERVED_FLAGS) == 0;
          default -> true;
        };
    if (!isRight) throw new DataFormatException("this is not gzip");
    if (seen == 3) flags = b;
    if (++seen == HEAD_BYTES) {
      extra = 0;
      next(after(1));
    }
  }

  /** The step behind the one that {@code flag} announces. */
  private Step after(int flag) {
    if (flag < EXTRA_FLAG && (flags & EXTRA_FLAG) != 0) return Step.EXTRA_LENGTH;
    if (flag < NAME_FLAG && (flags & NAME_FLAG) != 0) return Step.NAME;
    if (flag < COMMENT_FLAG && (flags & COMMENT_FLAG) != 0) return Step.COMMENT;
    return (flags & HEAD_CHECK_FLAG) != 0 ? Step.HEAD_CHECK : Step.BODY;
  }

  private void next(Step following) {
    step = following;
    seen = 0;
  }

  private void trailer(int b) throws DataFormatException {
    trailer = trailer >>> Byte.SIZE | (long) b << Long.SIZE - Byte.SIZE;
    if (++seen < TRAILER_BYTES) return;
    if ((int) trailer != (int) checksum.getValue()
        || (int) (trailer >>> Integer.SIZE) != (int) inflater.getBytesWritten()) {
      throw new DataFormatException("the checksum of the gzip member is wrong");
    }
    inflater.reset();
    checksum.reset();
    next(Step.HEAD);
  }

  @Override
  public boolean isComplete() {
    return step == Step.HEAD && seen == 0;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
