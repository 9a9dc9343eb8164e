package dev.penstock.engine.upstream;

import dev.penstock.engine.time.NanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** A control loop and a clock that stand still until a test moves them. */
public final class TestLoop implements ControlLoop, NanoClock {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(
          Comparator.comparingLong((Task task) -> task.atNs).thenComparingLong(task -> task.order));
  private long nowNs = 1_000_000_000_000L;
  private long orders;

  private record Task(long atNs, long order, Runnable command) {}

  @Override
  public NanoClock clock() {
    return this;
  }

  @Override
  public void execute(Runnable command) {
    schedule(0, command);
  }

  @Override
  public synchronized Runnable schedule(long delayNs, Runnable command) {
    Task task = new Task(nowNs + delayNs, orders++, command);
    tasks.add(task);
    return () -> remove(task);
  }

  private synchronized void remove(Task task) {
    tasks.remove(task);
  }

  /** Runs what is due now. */
  public TestLoop run() {
    return advance(Duration.ZERO);
  }

  /** Moves time on and runs what becomes due, in order, each at its time. */
  public TestLoop advance(Duration by) {
    long until = nowNs + by.toNanos();
    for (Task task; (task = due(until)) != null; ) {
      nowNs = Math.max(nowNs, task.atNs);
      task.command.run();
    }
    nowNs = until;
    return this;
  }

  private synchronized Task due(long until) {
    Task first = tasks.peek();
    return first == null || first.atNs > until ? null : tasks.poll();
  }

  /** Delays of what is scheduled for later, in nanoseconds. */
  public synchronized List<Long> scheduled() {
    List<Long> delays = new ArrayList<>();
    tasks.forEach(task -> delays.add(task.atNs - nowNs));
    return delays;
  }

  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public long wallMillis() {
    return nowNs / 1_000_000;
  }
}
