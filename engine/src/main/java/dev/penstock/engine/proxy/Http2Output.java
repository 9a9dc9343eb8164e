package dev.penstock.engine.proxy;

import dev.penstock.engine.http.h2.FrameWriter;
import dev.penstock.engine.http.h2.Frames;
import dev.penstock.engine.wire.Connection;
import dev.penstock.engine.wire.WorkerThread;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the frames of one connection until the turn of its worker ends, so that those of many
 * streams leave in one write. It holds a buffer only while there is something in it.
 */
final class Http2Output {
  private final Http2Worker home;
  private final WorkerThread thread;
  private final Connection connection;
  private final Runnable atTurnEnd = this::onTurnEnd;
  private @Nullable ByteBuffer gathered;
  private boolean isFlushDue;
  private int flushes;

  Http2Output(Http2Worker home, WorkerThread thread, Connection connection) {
    this.home = home;
    this.thread = thread;
    this.connection = connection;
  }

  /** Whether more data should be sent now; control frames are always taken. */
  boolean isWritable() {
    return connection.isWritable();
  }

  /** An empty scratch for frames, to be given to {@link #write()} before anybody else uses it. */
  FrameWriter frames() {
    FrameWriter writer = home.writer;
    writer.clear();
    return writer;
  }

  /**
   * Takes what was written into {@link #frames}.
   *
   * @return a mark of the first of these frames, for {@link #endStreamAt}
   */
  long write() {
    FrameWriter writer = home.writer;
    byte[] bytes = writer.bytes();
    int length = writer.length();
    ByteBuffer into = room(Math.min(length, Http2Worker.BUFFER_BYTES));
    long mark = mark(into);
    int at = 0;
    while (true) {
      int n = Math.min(length - at, into.remaining());
      into.put(bytes, at, n);
      at += n;
      if (at == length) return mark;
      into = room(1);
    }
  }

  /**
   * A DATA frame with the next {@code length} bytes of {@code part}; a mark as of {@link #write}.
   */
  long data(int stream, ByteBuffer part, int length, boolean endsStream) {
    ByteBuffer into = room(Frames.HEAD_BYTES + length);
    long mark = mark(into);
    into.putInt(length << 8 | Frames.DATA);
    into.put((byte) (endsStream ? Frames.END_STREAM : 0));
    into.putInt(stream);
    into.put(into.position(), part, part.position(), length);
    into.position(into.position() + length);
    part.position(part.position() + length);
    return mark;
  }

  private long mark(ByteBuffer into) {
    return (long) flushes << 32 | into.position();
  }

  /**
   * Lets the frame of that mark end its stream.
   *
   * @return false when it has left already
   */
  boolean endStreamAt(long mark) {
    ByteBuffer held = gathered;
    if (held == null || (int) (mark >>> 32) != flushes) return false;
    int flagsAt = (int) mark + 4;
    held.put(flagsAt, (byte) (held.get(flagsAt) | Frames.END_STREAM));
    return true;
  }

  private ByteBuffer room(int length) {
    ByteBuffer held = gathered;
    if (held != null && held.remaining() < length) {
      flush();
      held = null;
    }
    if (held == null) gathered = held = home.takeBuffer();
    if (!isFlushDue) {
      isFlushDue = true;
      thread.atTurnEnd(atTurnEnd);
    }
    return held;
  }

  private void onTurnEnd() {
    isFlushDue = false;
    flush();
  }

  /** Hands everything to the connection. */
  void flush() {
    ByteBuffer held = gathered;
    if (held == null) return;
    gathered = null;
    flushes++;
    held.flip();
    connection.write(held);
    home.give(held);
  }

  /** Forgets what is gathered. */
  void drop() {
    ByteBuffer held = gathered;
    if (held == null) return;
    gathered = null;
    flushes++;
    home.give(held);
  }
}
