package dev.penstock.engine.upstream;

import dev.penstock.engine.time.TimerWheel;
import org.jspecify.annotations.Nullable;

/**
 * A request's place in the queue of an upstream; kept with the exchange and reused.
 * Worker-confined.
 *
 * <pre>
 *   IDLE ── admit, no room ──► WAITING ── a place is free ──► GRANTED ── run ──► IDLE, onAdmitted
 *                                 │  └── time is up ──► IDLE, onQueueTimeout        │
 *                                 └── cancel ──► IDLE      IDLE, place returned ◄── cancel
 * </pre>
 */
public abstract class Waiter extends TimerWheel.Timer implements Runnable {
  private enum Step {
    IDLE,
    WAITING,
    GRANTED
  }

  private Step step = Step.IDLE;
  private @Nullable UpstreamLane lane;
  @Nullable Waiter previous;
  @Nullable Waiter next;

  /**
   * The request is in; {@link UpstreamWorker#leave} later. On the worker's thread, on a stack of
   * its own.
   */
  protected abstract void onAdmitted();

  /** The request has waited too long: {@code QUEUE_TIMEOUT}. */
  protected abstract void onQueueTimeout();

  public final boolean isWaiting() {
    return step != Step.IDLE;
  }

  final void waitIn(UpstreamLane in) {
    assert step == Step.IDLE : "a waiter waits once at a time";
    step = Step.WAITING;
    lane = in;
  }

  final void grant() {
    assert step == Step.WAITING;
    step = Step.GRANTED;
    lane = null;
  }

  /** True when it held a granted place, which the caller now has to give back. */
  final boolean cancel() {
    UpstreamLane in = lane;
    if (step == Step.WAITING && in != null) in.remove(this);
    boolean held = step == Step.GRANTED;
    step = Step.IDLE;
    lane = null;
    return held;
  }

  @Override
  public final void run() {
    // A waiter that was cancelled after its place had been granted is idle, or waits again for
    // another one.
    if (step != Step.GRANTED) return;
    step = Step.IDLE;
    onAdmitted();
  }

  @Override
  protected final void onTimer() {
    if (step != Step.WAITING) return;
    cancel();
    onQueueTimeout();
  }
}
