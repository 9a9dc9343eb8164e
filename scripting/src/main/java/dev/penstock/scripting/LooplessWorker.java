package dev.penstock.scripting;

import dev.penstock.engine.time.NanoClock;
import dev.penstock.engine.time.TimerWheel;
import dev.penstock.engine.wire.Transport;
import dev.penstock.engine.wire.WorkerThread;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A worker without a loop and without a network, for scripts that run where there is no gateway:
 * what is put off, from any thread, waits until the thread that made this runs it.
 */
public abstract class LooplessWorker implements WorkerThread, NanoClock {
  protected static final long TICK_NS = 1_000_000;

  protected final LinkedBlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private final TimerWheel timers;
  private final Thread thread = Thread.currentThread();

  /**
   * For the calling thread.
   *
   * @param nowNs when time begins
   */
  protected LooplessWorker(long nowNs) {
    timers = new TimerWheel(TICK_NS, nowNs);
  }

  /** Runs what waits, and what that leaves. */
  public final void drain() {
    for (Runnable command; (command = commands.poll()) != null; ) command.run();
  }

  @Override
  public int index() {
    return 0;
  }

  @Override
  public final NanoClock clock() {
    return this;
  }

  @Override
  public final TimerWheel timers() {
    return timers;
  }

  @Override
  public final Transport transport() {
    throw new UnsupportedOperationException("there is no network here");
  }

  @Override
  public final void execute(Runnable command) {
    commands.add(command);
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }
}
