package dev.penstock.engine.observe;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;
import org.jspecify.annotations.Nullable;

/**
 * Writes the gateway's own log to a stream from a thread of its own. With the queue full, lines are
 * dropped, counted and mentioned later: a terminal that somebody holds must not stop the proxy.
 *
 * <p>Log4j has the parts for this, but putting them together costs a tenth of a second of
 * reflection at each start.
 */
final class ConsoleAppender extends AbstractAppender {
  private static final int LINES = 1024;
  private static final byte[] END = {};

  private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(LINES);
  private final AtomicLong dropped = new AtomicLong();
  private final AbstractStringLayout layout;
  private final OutputStream out;
  private @Nullable Thread thread;

  ConsoleAppender(AbstractStringLayout layout, OutputStream out) {
    super("console", null, layout, true, Property.EMPTY_ARRAY);
    this.layout = layout;
    this.out = out;
  }

  @Override
  public synchronized void start() {
    if (thread == null) {
      thread = Thread.ofPlatform().name("penstock-log").daemon().start(this::run);
      super.start();
    }
  }

  @Override
  public void append(LogEvent event) {
    byte[] line;
    synchronized (layout) {
      line = layout.toSerializable(event).getBytes(StandardCharsets.UTF_8);
    }
    if (!queue.offer(line)) dropped.incrementAndGet();
  }

  /** Writes what is queued, if that is possible in this time. */
  @Override
  public synchronized boolean stop(long timeout, TimeUnit unit) {
    Thread running = thread;
    if (running != null) {
      try {
        queue.offer(END, timeout, unit);
        running.join(Math.max(1, unit.toMillis(timeout)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      thread = null;
    }
    return super.stop(timeout, unit);
  }

  @SuppressWarnings("ReferenceEquality") // the end is a certain object
  private void run() {
    try {
      for (byte[] line; (line = queue.take()) != END; ) {
        write(line);
        long missing = dropped.getAndSet(0);
        if (missing > 0)
          write((missing + " lines of this log were dropped\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(byte[] line) {
    try {
      out.write(line);
      out.flush();
    } catch (IOException e) {
      dropped.incrementAndGet(); // nobody is left to be told
    }
  }
}
