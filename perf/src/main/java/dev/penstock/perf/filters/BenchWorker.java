package dev.penstock.perf.filters;

import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Transport;
import dev.penstock.engine.wire.WorkerThread;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A worker without a loop: commands run when the bench says. Confined to the thread that made it.
 */
final class BenchWorker implements WorkerThread, NanoClock {
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final TimerWheel timers = new TimerWheel(1_000_000, 0);
  private final Thread thread = Thread.currentThread();

  /** Runs what was put off. */
  void turn() {
    for (Runnable each; (each = commands.poll()) != null; ) each.run();
  }

  @Override
  public int index() {
    return 0;
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
    throw new UnsupportedOperationException("a bench has no network");
  }

  @Override
  public void execute(Runnable command) {
    commands.add(command);
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** The loop reads the clock once per turn: asking it costs a field. */
  @Override
  public long nanoTime() {
    return 1;
  }

  @Override
  public long wallMillis() {
    return 1;
  }
}
