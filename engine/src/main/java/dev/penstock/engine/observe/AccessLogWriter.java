package dev.penstock.engine.observe;

import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.TimerWheel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One worker's end of the {@link AccessLog}: turns records into lines in a chunk of its own and
 * hands whole chunks over, so that no other thread is woken for one request.
 *
 * <p>Worker-confined, but for the counts. Never blocks: with no chunk free, entries are dropped and
 * counted (O8).
 */
public final class AccessLogWriter {
  /**
   * An entry is handed over after this time at the latest, give or take two ticks of the timer
   * wheel.
   */
  static final long MAX_AGE_NS = 100_000_000;

  private static final VarHandle LOGGED;
  private static final VarHandle DROPPED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      LOGGED = lookup.findVarHandle(AccessLogWriter.class, "logged", long.class);
      DROPPED = lookup.findVarHandle(AccessLogWriter.class, "dropped", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final AccessLog log;
  private final TimerWheel timers;
  private final FlushTimer timer;

  private Chunk[] chunks = {};
  private int nextChunk;
  private @Nullable EntryWriter entries;

  /** Read by the closing thread too. */
  private volatile @Nullable Chunk current;

  private long oldestNs;
  private long logged;
  private long dropped;

  AccessLogWriter(AccessLog log, TimerWheel timers, NanoClock clock) {
    this.log = log;
    this.timers = timers;
    this.timer = new FlushTimer(clock);
  }

  /**
   * Writes the one entry of an exchange that has ended, if the log is on and its sampling takes it.
   */
  public void log(ExchangeRecord record, long nowNs) {
    EntryFormat format = log.format();
    if (format == null || !format.takes(record)) return;
    EntryWriter writer = entries;
    if (writer == null || writer.format() != format) writer = adopt(format);
    Chunk chunk = current;
    if (chunk == null) {
      chunk = take(format.chunks, nowNs);
      if (chunk == null) {
        DROPPED.setOpaque(this, dropped + 1);
        return;
      }
    }
    int end;
    try {
      end = writer.write(record, chunk.bytes, chunk.length());
    } catch (RuntimeException e) { // a value among the exchange's vars that cannot even be shown
      DROPPED.setOpaque(this, dropped + 1);
      return;
    }
    chunk.entryEnds(end);
    LOGGED.setOpaque(this, logged + 1);
    if (end >= Chunk.HAND_OVER) flush();
  }

  /**
   * Hands over entries that have waited for {@link #MAX_AGE_NS}. A timer does so as well; a loop
   * that runs all the time may call this once per turn instead of waiting for it.
   */
  public void flushIfOlder(long nowNs) {
    if (current != null && nowNs - oldestNs >= MAX_AGE_NS) flush();
  }

  /** Hands over what there is, before the worker ends. */
  public void flush() {
    Chunk chunk = current;
    if (chunk == null) return;
    current = null;
    if (chunk.handOver()) log.queue(chunk);
  }

  /**
   * For the closing thread, when the worker has ended or cannot be waited for: takes the lines that
   * are complete.
   */
  void takeRest() {
    Chunk chunk = current;
    if (chunk != null && chunk.handOver()) log.queue(chunk);
  }

  /** Entries written into chunks so far. From any thread. */
  long logged() {
    return (long) LOGGED.getOpaque(this);
  }

  /** Entries dropped because the writing thread did not keep up. From any thread. */
  long dropped() {
    return (long) DROPPED.getOpaque(this);
  }

  private EntryWriter adopt(EntryFormat format) {
    int had = chunks.length;
    if (had < format.chunks) {
      chunks = Arrays.copyOf(chunks, format.chunks);
      for (int i = had; i < chunks.length; i++) chunks[i] = new Chunk();
    }
    EntryWriter adopted = new EntryWriter(format);
    entries = adopted;
    return adopted;
  }

  private @Nullable Chunk take(int limit, long nowNs) {
    for (int i = 0; i < limit; i++) {
      if (nextChunk >= limit) nextChunk = 0;
      Chunk chunk = chunks[nextChunk++];
      if (!chunk.take()) continue;
      current = chunk;
      oldestNs = nowNs;
      if (!timer.isSet()) timers.schedule(timer, nowNs + MAX_AGE_NS);
      return chunk;
    }
    return null;
  }

  private final class FlushTimer extends TimerWheel.Timer {
    private final NanoClock clock;

    FlushTimer(NanoClock clock) {
      this.clock = clock;
    }

    @Override
    protected void onTimer() {
      long nowNs = clock.nanoTime();
      flushIfOlder(nowNs);
      // The chunk may have changed since the timer was set.
      if (current != null) timers.schedule(this, Math.max(oldestNs + MAX_AGE_NS, nowNs + 1));
    }
  }
}
