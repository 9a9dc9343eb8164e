package dev.penstock.engine.tls;

import dev.penstock.engine.wire.WorkerThread;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the TLS connections of one worker share: buffers, and the plaintext that one of them has
 * written so far, so that a head and its body travel in one record. Worker-confined.
 */
public final class TlsWorker {
  private static final int MAX_WAITING = 4096;

  /** Computes for the handshakes of all workers; ends with the process. */
  private static final Executor CALCULATOR = calculator(Runtime.getRuntime().availableProcessors());

  private final WorkerThread thread;
  private final ByteBuffer plain = ByteBuffer.allocate(Records.MAX_SEALED);
  private final ByteBuffer sealed = ByteBuffer.allocate(Records.MAX_SEALED);
  private final ByteBuffer gathered = ByteBuffer.allocate(Records.MAX_PLAIN);
  private final Runnable flush = this::onSettled;
  private @Nullable TlsConnection owner;
  private boolean isFlushDue;

  public TlsWorker(WorkerThread thread) {
    this.thread = thread;
  }

  private static Executor calculator(int threads) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofPlatform().daemon().name("penstock-handshake-", 0).factory());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Whose connections these are. */
  public WorkerThread thread() {
    return thread;
  }

  /** Where a record is opened. */
  ByteBuffer plain() {
    return plain;
  }

  /** Where a record is made. */
  ByteBuffer sealed() {
    return sealed;
  }

  /**
   * Runs {@code work} elsewhere, then {@code after} on this worker, whatever became of it.
   *
   * @throws java.util.concurrent.RejectedExecutionException when very much waits already
   */
  void compute(Runnable work, Runnable after) {
    CALCULATOR.execute(() -> {
      try {
        work.run();
      } finally {
        thread.execute(after);
      }
    });
  }

  /**
   * Takes all of {@code bytes}; they leave soon after the current event, or when a record is full.
   */
  void write(TlsConnection connection, ByteBuffer bytes) {
    if (owner != connection) {
      flush();
      owner = connection;
    }
    if (gathered.position() == 0 && bytes.remaining() >= gathered.capacity()) {
      owner = null;
      connection.seal(bytes);
      return;
    }
    while (bytes.hasRemaining() && owner == connection) {
      int n = Math.min(bytes.remaining(), gathered.remaining());
      gathered.put(gathered.position(), bytes, bytes.position(), n);
      gathered.position(gathered.position() + n);
      bytes.position(bytes.position() + n);
      if (!gathered.hasRemaining()) {
        flush();
        owner = connection;
      }
    }
    if (isFlushDue) return;
    isFlushDue = true;
    thread.afterwards(flush);
  }

  private void onSettled() {
    isFlushDue = false;
    flush();
  }

  private void flush() {
    TlsConnection connection = owner;
    owner = null;
    if (connection == null || gathered.position() == 0) return;
    gathered.flip();
    connection.seal(gathered);
    gathered.clear();
  }

  /** Sends what {@code connection} has gathered here. */
  void flush(TlsConnection connection) {
    if (owner == connection) flush();
  }

  /** Forgets what {@code connection} has gathered here. */
  void drop(TlsConnection connection) {
    if (owner != connection) return;
    owner = null;
    gathered.clear();
  }
}
