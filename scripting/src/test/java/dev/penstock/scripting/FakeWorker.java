package dev.penstock.scripting;

import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Transport;
import dev.penstock.engine.wire.WorkerThread;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A worker that is the test's own thread: its commands run when the test says so, its time is the
 * test's.
 */
final class FakeWorker implements WorkerThread, NanoClock {
  private final LinkedBlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private final Thread thread = Thread.currentThread();
  private final int index;
  private long nowNs = 1_000_000_000L;
  private final TimerWheel timers = new TimerWheel(1_000_000, nowNs);

  FakeWorker() {
    this(0);
  }

  FakeWorker(int index) {
    this.index = index;
  }

  /** Runs what other threads and the worker itself left to do, and what that leaves. */
  void drain() {
    for (Runnable command; (command = commands.poll()) != null; ) command.run();
  }

  /** Runs commands until {@code condition} holds; what other threads send is waited for. */
  void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) throw new AssertionError("did not happen within 20 s: " + what);
      try {
        Runnable command = commands.poll(Math.min(left, 10_000_000), TimeUnit.NANOSECONDS);
        if (command != null) command.run();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Lets time pass; timers that are due fire. */
  void advance(Duration by) {
    nowNs += by.toNanos();
    timers.advance(nowNs);
    drain();
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public NanoClock clock() {
    return this;
  }

  @Override
  public TimerWheel timers() {
    return timers;
  }

  @Override
  public Transport transport() {
    throw new UnsupportedOperationException("scripts open no connections");
  }

  @Override
  public void execute(Runnable command) {
    commands.add(command);
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public long wallMillis() {
    return 1_700_000_000_000L + nowNs / 1_000_000;
  }
}
