package dev.penstock.engine.cache;

import dev.penstock.engine.http.HeaderMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response on its way from the upstream into the cache. One worker writes it; any others may read
 * along from the first byte. Thread-safe; nobody waits in it.
 *
 * <pre>
 * AWAITED ─ open ─► OPEN ─ complete ─► COMPLETE (stored)
 *    ├─ confirm ─► COMPLETE (the stored one is still right)
 *    ├─ release ─► RELEASED (it cannot be stored: everybody asks for himself)
 *    └────┴─ fail ─► FAILED
 * </pre>
 *
 * <p>A body that turns out to be too large to be stored is passed on to those who read already; of
 * it only what the slowest of them has not had yet is kept, and the writer is held back.
 */
public final class Fill {
  /** So far the fastest reader of a body that is not stored may be ahead of the slowest. */
  private static final long MOST_LAG = 1 << 20;

  private static final int MOST_PURGES = 64;
  private static final int FIRST_CHUNK = 16 << 10;
  private static final int LARGEST_CHUNK = 1 << 20;

  /** Where it stands. */
  public enum State {
    AWAITED,
    OPEN,
    COMPLETE,
    RELEASED,
    FAILED
  }

  private final ResponseCache cache;
  private final CacheRequest request;
  private final @Nullable String sharedAs;
  private final List<Reader> readers = new ArrayList<>();
  private final List<ByteBuffer> chunks = new ArrayList<>();
  private State state = State.AWAITED;
  private @Nullable StoredResponse head;
  private long expected = -1;
  private long dropped;
  private long end;
  private boolean isTooLarge;
  private final List<Purge> purges = new ArrayList<>(0);
  private @Nullable Runnable resume;
  private @Nullable HeaderMap trailers;

  /**
   * Begins to wait for a response.
   *
   * @param sharedAs under which name others find it, or null
   */
  Fill(ResponseCache cache, CacheRequest request, @Nullable String sharedAs) {
    this.cache = cache;
    this.request = request;
    this.sharedAs = sharedAs;
  }

  /** Reads a body as it comes. Its position is its own; {@code wake} may run on any thread. */
  public final class Reader {
    private final Runnable wake;
    private long at;

    private Reader(Runnable wake) {
      this.wake = wake;
    }

    /** What has come since, at most one chunk; empty when nothing has. */
    public ByteBuffer next() {
      synchronized (Fill.this) {
        long begin = dropped;
        for (ByteBuffer chunk : chunks) {
          int filled = chunk.position();
          if (at < begin + filled) {
            int from = (int) (at - begin);
            return chunk.duplicate().flip().slice(from, filled - from).asReadOnlyBuffer();
          }
          begin += filled;
        }
        return ByteBuffer.allocate(0);
      }
    }

    /** So many of those bytes have been used. */
    public void used(int bytes) {
      Runnable go = null;
      synchronized (Fill.this) {
        at += bytes;
        if (isTooLarge) dropPassed();
        if (resume != null && end - slowest() < MOST_LAG / 2) {
          go = resume;
          resume = null;
        }
      }
      if (go != null) go.run();
    }

    public boolean isAtEnd() {
      synchronized (Fill.this) {
        return state == State.COMPLETE && at == end;
      }
    }

    public void close() {
      synchronized (Fill.this) {
        readers.remove(this);
      }
      used(0);
    }
  }

  // ---- for those who read along

  /** Tells {@code wake}, on any thread, of each change from now on. */
  public synchronized Reader read(Runnable wake) {
    Reader reader = new Reader(wake);
    readers.add(reader);
    return reader;
  }

  public synchronized State state() {
    return state;
  }

  /** The head, without a body, from {@link State#OPEN} on; null before. */
  public synchronized @Nullable StoredResponse head() {
    return head;
  }

  /** The length of the body, or -1 while it is not known. */
  public synchronized long length() {
    return expected;
  }

  public synchronized @Nullable HeaderMap trailers() {
    return trailers;
  }

  /** Whether {@link #head} answers this request. */
  public boolean answers(CacheRequest other) {
    StoredResponse known = head();
    return known != null
        && known.selector().partition().equals(other.partition())
        && known.selector().vary().matches(other.headers());
  }

  // ---- for the one who writes

  public synchronized boolean isOver() {
    return state != State.AWAITED && state != State.OPEN;
  }

  /** Whether others read along, or wait to. */
  public synchronized boolean hasReaders() {
    return !readers.isEmpty();
  }

  /** A head came that may be stored; its body follows. */
  void open(StoredResponse withoutBody, long length) {
    synchronized (this) {
      if (isOver()) return;
      head = withoutBody;
      expected = length;
      state = State.OPEN;
    }
    wakeAll();
  }

  /**
   * Takes a part; its position stays.
   *
   * @param onRoom told, on any thread, when a writer that was to wait may go on
   * @return whether more may come at once
   */
  public boolean append(ByteBuffer part, Runnable onRoom) {
    boolean mayGoOn = true;
    synchronized (this) {
      if (state != State.OPEN) return true;
      end += part.remaining();
      if (!isTooLarge && end > cache.maxObject()) {
        isTooLarge = true;
        cache.forget(this);
      }
      if (!isTooLarge || !readers.isEmpty()) add(part.duplicate());
      if (isTooLarge) {
        dropPassed();
        mayGoOn = readers.isEmpty() || end - slowest() < MOST_LAG;
        if (!mayGoOn) resume = onRoom;
      }
    }
    wakeAll();
    return mayGoOn;
  }

  private void add(ByteBuffer part) {
    while (part.hasRemaining()) {
      ByteBuffer last = chunks.isEmpty() ? null : chunks.getLast();
      if (last == null || !last.hasRemaining()) {
        last = Buffers.allocate(nextChunk());
        chunks.add(last);
      }
      int limit = part.limit();
      part.limit(part.position() + Math.min(part.remaining(), last.remaining()));
      last.put(part);
      part.limit(limit);
    }
  }

  private int nextChunk() {
    long had = 0;
    for (ByteBuffer chunk : chunks) had += chunk.capacity();
    long wanted = expected < 0 ? Math.max(FIRST_CHUNK, had) : expected - dropped - had;
    return Math.clamp(wanted, 1, LARGEST_CHUNK);
  }

  private void dropPassed() {
    long slowest = readers.isEmpty() ? end : slowest();
    while (!chunks.isEmpty()) {
      ByteBuffer first = chunks.getFirst();
      if (first.hasRemaining() && chunks.size() == 1 && !readers.isEmpty()) return;
      if (dropped + first.position() > slowest) return;
      dropped += first.position();
      chunks.removeFirst();
    }
  }

  private long slowest() {
    long slowest = end;
    for (Reader reader : readers) slowest = Math.min(slowest, reader.at);
    return slowest;
  }

  /** All of it has come: it is stored. */
  public void complete(@Nullable HeaderMap fields) {
    StoredResponse whole = null;
    synchronized (this) {
      StoredResponse known = head;
      if (state != State.OPEN || known == null) return;
      if (expected >= 0 && expected != end) {
        state = State.FAILED;
      } else {
        state = State.COMPLETE;
        expected = end;
        trailers = fields;
        if (!isTooLarge) whole = known.with(body(), fields);
      }
    }
    if (whole != null) cache.store(this, request, whole);
    cache.forget(this);
    wakeAll();
  }

  private StoredBody body() {
    if (end == 0) return StoredBody.EMPTY;
    ByteBuffer only = chunks.getFirst();
    if (chunks.size() == 1 && !only.hasRemaining()) return new StoredBody(only.duplicate().flip());
    ByteBuffer whole = Buffers.allocate((int) end);
    for (ByteBuffer chunk : chunks) whole.put(chunk.duplicate().flip());
    return new StoredBody(whole.flip());
  }

  /** The upstream said that what is stored is still right. */
  public void confirm() {
    end(State.COMPLETE);
  }

  /** It cannot be stored. */
  public void release() {
    end(State.RELEASED);
  }

  /** It did not come, or not all of it. Does nothing once it is over. */
  public void fail() {
    end(State.FAILED);
  }

  private void end(State last) {
    synchronized (this) {
      if (isOver()) return;
      state = last;
    }
    cache.forget(this);
    wakeAll();
  }

  private void wakeAll() {
    List<Reader> all;
    synchronized (this) {
      if (readers.isEmpty()) return;
      all = List.copyOf(readers);
    }
    for (Reader each : all) each.wake.run();
  }

  // ---- for the cache

  CacheRequest request() {
    return request;
  }

  @Nullable String sharedAs() {
    return sharedAs;
  }

  /** What is purged while it is on its way is not stored when it arrives (C15). */
  synchronized void purge(Purge purge) {
    if (purges.size() < MOST_PURGES) purges.add(purge);
    else purges.set(0, new Purge(Purge.Kind.ALL, "", false));
  }

  synchronized boolean isPurged(StoredResponse stored) {
    for (Purge each : purges) {
      if (each.coversTags(stored)) return true;
    }
    return false;
  }
}
