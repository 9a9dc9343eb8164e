package dev.penstock.engine.upstream;

import dev.penstock.engine.wire.WorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * What one worker has under way on one upstream, whatever snapshot it was begun under, and who
 * waits for a place there.
 *
 * <p>Worker-confined, except for {@link #isAwaited} and {@link #wake}. A limit holds over all
 * workers: each counts its own and sums the others', so workers that admit in the same moment may
 * together exceed it by one each, for as long as it takes; the queue is first come, first served
 * within a worker.
 */
final class UpstreamLane {
  static final int ADMITTED = 0;
  static final int RETRIES = 1;
  static final int CONNECTIONS = 2;

  private final UpstreamState upstream;
  private final int worker;
  private final Runnable serving = this::serveQueue;
  private volatile @Nullable WorkerThread thread;
  private int queued;

  /** {@link #queued} for the others to see. */
  private volatile int waiting;

  private volatile long capacity = Long.MAX_VALUE;
  private @Nullable Waiter first;
  private @Nullable Waiter last;

  UpstreamLane(UpstreamState upstream, int worker) {
    this.upstream = upstream;
    this.worker = worker;
  }

  void attach(WorkerThread to) {
    thread = to;
  }

  Admission admit(Waiter waiter, long limit, int maxQueue, long deadlineNs) {
    if (capacity != limit) capacity = limit;
    if (waiting == 0 && hasRoom(limit)) {
      enter();
      return Admission.ADMITTED;
    }
    if (waiting >= maxQueue) return Admission.REFUSED;
    waiter.waitIn(this);
    append(waiter);
    thread().timers().schedule(waiter, deadlineNs);
    // A place may have become free on another worker after we looked and before it could see that
    // somebody waits.
    serveQueue();
    return Admission.QUEUED;
  }

  void enter() {
    upstream.counters.addFenced(worker, ADMITTED, 1);
  }

  /** A request is over; its place goes to whoever waits, here first. */
  void leave() {
    upstream.counters.addFenced(worker, ADMITTED, -1);
    assert upstream.counters.get(worker, ADMITTED) >= 0 : "left more often than admitted";
    if (waiting > 0) serveQueue();
    upstream.wakeOthers(worker);
  }

  int waiting() {
    return waiting;
  }

  boolean isAwaited() {
    return waiting > 0;
  }

  /** From any thread: there may be a place. */
  void wake() {
    WorkerThread mine = thread;
    if (mine != null) mine.execute(serving);
  }

  /** From the control loop: so many requests may be under way from now on. */
  void capacity(long limit) {
    capacity = limit;
  }

  void remove(Waiter waiter) {
    Waiter before = waiter.previous;
    Waiter after = waiter.next;
    if (before == null) first = after;
    else before.next = after;
    if (after == null) last = before;
    else after.previous = before;
    waiter.previous = null;
    waiter.next = null;
    waiting = --queued;
    thread().timers().cancel(waiter);
  }

  private void serveQueue() {
    for (Waiter waiter; (waiter = first) != null && hasRoom(capacity); ) {
      remove(waiter);
      enter();
      waiter.grant();
      thread().execute(waiter);
    }
  }

  private void append(Waiter waiter) {
    Waiter before = last;
    waiter.previous = before;
    if (before == null) first = waiter;
    else before.next = waiter;
    last = waiter;
    waiting = ++queued;
  }

  private WorkerThread thread() {
    WorkerThread mine = thread;
    if (mine == null) throw new IllegalStateException("no worker has been attached");
    return mine;
  }

  private boolean hasRoom(long limit) {
    return limit == Long.MAX_VALUE || upstream.counters.sum(ADMITTED) < limit;
  }
}
