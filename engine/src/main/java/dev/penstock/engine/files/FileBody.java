package dev.penstock.engine.files;

import dev.penstock.engine.spi.BodySink;
import dev.penstock.engine.spi.ProxyError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of a file and bytes between them, sent one after the other. What may wait for a disk is
 * read on a virtual thread; what was read a moment ago, on the worker. Worker-confined but for the
 * reading.
 */
final class FileBody implements SizedSource {
  private static final int STEP = 128 * 1024;

  /** Larger files may have left the memory of the system by the time they are read again. */
  private static final long MAX_WARM = 16L << 20;

  /** Bytes of our own, or, when there are none, those of the file from {@code at} on. */
  record Piece(byte @Nullable [] bytes, long at, long length) {}

  private final Representation form;
  private final OpenFile file;
  private final List<Piece> pieces;
  private final Executor worker;
  private @Nullable BodySink sink;
  private @Nullable ByteBuffer buffer;
  private int piece;
  private long sentOfPiece;
  private boolean isReading;
  private boolean isOver;
  private boolean wasCold;

  FileBody(Representation form, OpenFile file, List<Piece> pieces, Executor worker) {
    this.form = form;
    this.file = file;
    this.pieces = pieces;
    this.worker = worker;
    file.acquire();
  }

  @Override
  public long length() {
    long sum = 0;
    for (Piece each : pieces) sum += each.length();
    return sum;
  }

  @Override
  public void start(BodySink taker) {
    sink = taker;
    goOn();
  }

  @Override
  public void demand() {
    if (!isReading) goOn();
  }

  @Override
  public void cancel() {
    if (isOver) return;
    isOver = true;
    if (!isReading) file.release();
  }

  private void goOn() {
    BodySink to = sink;
    while (to != null && !isOver) {
      if (piece == pieces.size()) {
        isOver = true;
        if (wasCold && form.size() <= MAX_WARM && length() >= form.size()) file.warmed();
        file.release();
        to.end(null);
        return;
      }
      Piece current = pieces.get(piece);
      byte[] own = current.bytes();
      if (own != null) {
        piece++;
        if (!to.write(ByteBuffer.wrap(own))) return;
      } else if (sentOfPiece == current.length()) {
        piece++;
        sentOfPiece = 0;
      } else {
        ByteBuffer room = room(current);
        long at = current.at() + sentOfPiece;
        if (!file.isWarm()) {
          readElsewhere(room, at);
          return;
        }
        if (!sent(to, room, read(room, at))) return;
      }
    }
  }

  private ByteBuffer room(Piece current) {
    ByteBuffer room = buffer;
    if (room == null) {
      buffer = room = ByteBuffer.allocateDirect((int) Math.min(STEP, current.length()));
    }
    room.clear();
    room.limit((int) Math.min(room.capacity(), current.length() - sentOfPiece));
    return room;
  }

  private void readElsewhere(ByteBuffer room, long at) {
    isReading = true;
    wasCold = true;
    Thread.ofVirtual()
        .name("file")
        .start(() -> {
          boolean isRead = read(room, at);
          worker.execute(() -> onRead(room, isRead));
        });
  }

  private void onRead(ByteBuffer room, boolean isRead) {
    isReading = false;
    BodySink to = sink;
    if (isOver || to == null) file.release();
    else if (sent(to, room, isRead)) goOn();
  }

  /** Fills {@code room}; false when the file has no such bytes any more. */
  private boolean read(ByteBuffer room, long at) {
    try {
      long from = at;
      while (room.hasRemaining()) {
        int n = file.channel().read(room, from);
        if (n < 0) return false;
        from += n;
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Passes on what was read; whether more may follow at once. */
  private boolean sent(BodySink to, ByteBuffer room, boolean isRead) {
    if (!isRead) {
      isOver = true;
      file.release();
      to.fail(ProxyError.of(ProxyError.Kind.INTERNAL, "the file became shorter while it was sent"));
      return false;
    }
    room.flip();
    sentOfPiece += room.remaining();
    return to.write(room) && !isOver;
  }
}
