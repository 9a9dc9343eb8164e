package dev.penstock.admin;

import dev.penstock.engine.control.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one client of a stream has still to read. Whoever adds never waits: a reader that is too
 * slow loses events, and is told how many. Thread-safe.
 */
final class Feed {
  private static final int MOST = 1000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition isMore = lock.newCondition();
  private final Deque<String> waiting = new ArrayDeque<>();
  private final Runnable onClose;
  private long dropped;
  private boolean isClosed;

  /**
   * @param onClose is run once, when the client has gone or the server stops
   */
  Feed(Runnable onClose) {
    this.onClose = onClose;
  }

  /**
   * Adds an event.
   *
   * @param id for Last-Event-ID; empty for none
   */
  void add(String event, String id, Object data) {
    String text =
        (id.isEmpty() ? "" : "id: " + id + "\n")
            + "event: "
            + event
            + "\ndata: "
            + Json.line(data)
            + "\n\n";
    lock.lock();
    try {
      if (isClosed) return;
      if (waiting.size() >= MOST) {
        dropped++;
        return;
      }
      waiting.add(text);
      isMore.signal();
    } finally {
      lock.unlock();
    }
  }

  /** What is to be written next; a comment when there is nothing for a while; null at the end. */
  @Nullable String next(long waitMillis) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
      while (waiting.isEmpty() && !isClosed && left > 0) left = isMore.awaitNanos(left);
      if (isClosed) return null;
      if (waiting.isEmpty()) return ": still here\n\n";
      StringBuilder all = new StringBuilder();
      while (!waiting.isEmpty()) all.append(waiting.poll());
      if (dropped > 0)
        all.append("event: dropped\ndata: {\"count\":").append(dropped).append("}\n\n");
      dropped = 0;
      return all.toString();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream. */
  void close() {
    lock.lock();
    try {
      if (isClosed) return;
      isClosed = true;
      isMore.signalAll();
    } finally {
      lock.unlock();
    }
    onClose.run();
  }
}
