package dev.penstock.engine.observe;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.apache.logging.log4j.message.AsynchronouslyFormattable;
import org.apache.logging.log4j.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A piece of the access log on its way from a worker to the writing thread: whole lines, ready as
 * bytes.
 *
 * <pre>
 *   FREE ──worker takes──► FILLING ──worker hands over, or the closing thread does──► QUEUED
 *     ▲                                                                                 │
 *     └──────────────────────── writing thread has written it ──────────────────────────┘
 * </pre>
 *
 * <p>A chunk is reused for ever. Each worker has a fixed number of them, which is what bounds the
 * queue: when none is free, entries are dropped.
 */
@AsynchronouslyFormattable
final class Chunk implements Message {
  private static final long serialVersionUID = 1L;

  /** A chunk with this much in it is handed over. */
  static final int HAND_OVER = 16 << 10;

  /** Always leaves room for a whole entry beyond {@link #HAND_OVER}. */
  static final int SIZE = HAND_OVER + EntryBuffer.MAX_ENTRY;

  private static final int FREE = 0;
  private static final int FILLING = 1;
  private static final int QUEUED = 2;
  private static final VarHandle STATE;
  private static final VarHandle LENGTH;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(Chunk.class, "state", int.class);
      LENGTH = lookup.findVarHandle(Chunk.class, "length", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final transient byte[] bytes = new byte[SIZE];

  @SuppressWarnings("UnusedVariable") // through STATE
  private int state;

  private int length;
  private int entries;

  /** Worker only: takes the chunk to fill it; false when it is still on its way. */
  boolean take() {
    if ((int) STATE.getAcquire(this) != FREE) return false;
    entries = 0;
    LENGTH.setOpaque(this, 0);
    STATE.setRelease(this, FILLING);
    return true;
  }

  /** Worker only. */
  int length() {
    return length;
  }

  /**
   * Worker only: one more entry ends at {@code newLength}. Whoever takes the chunk over sees whole
   * entries.
   */
  void entryEnds(int newLength) {
    entries++;
    LENGTH.setRelease(this, newLength);
  }

  /** Gives the chunk to the writing thread; true for one caller only, who must then queue it. */
  boolean handOver() {
    return STATE.compareAndSet(this, FILLING, QUEUED);
  }

  /** Writing thread only: what there is to write. */
  int queuedLength() {
    return (int) LENGTH.getAcquire(this);
  }

  int queuedEntries() {
    return entries;
  }

  /** Writing thread only: all is written or lost. */
  void release() {
    STATE.setRelease(this, FREE);
  }

  @Override
  public String getFormattedMessage() {
    return new String(bytes, 0, queuedLength(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public Object[] getParameters() {
    return new Object[0];
  }

  @Override
  public @Nullable Throwable getThrowable() {
    return null;
  }
}
