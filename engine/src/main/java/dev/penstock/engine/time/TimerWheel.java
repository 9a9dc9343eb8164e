package dev.penstock.engine.time;

import org.jspecify.annotations.Nullable;

/**
 * Coarse timers of one worker in a hierarchical wheel: scheduling and cancelling cost a few stores
 * and no allocation.
 *
 * <p>Five levels of 64 slots; a tick is {@code tickNs}. A timer never fires early and at most two
 * ticks late, measured at {@link #advance}; times are compared by difference, so they may lie at
 * most 2^63 ns apart. Worker-confined.
 */
public final class TimerWheel {
  private static final int BITS = 6;
  private static final int SLOTS = 1 << BITS;
  private static final int LEVELS = 5;

  private final long tickNs;
  private final long startNs;
  private final Timer[][] wheels = new Timer[LEVELS][SLOTS];
  private long tick;
  private int size;

  /** A wheel whose time begins at {@code nowNs}. */
  public TimerWheel(long tickNs, long nowNs) {
    this.tickNs = tickNs;
    this.startNs = nowNs;
    for (Timer[] wheel : wheels) {
      for (int i = 0; i < SLOTS; i++) wheel[i] = Timer.ring();
    }
  }

  /** How many timers are set. */
  public int size() {
    return size;
  }

  /**
   * Sets {@code timer} to fire at {@code deadlineNs} of the clock; a timer that is set already is
   * moved.
   */
  public void schedule(Timer timer, long deadlineNs) {
    cancel(timer);
    timer.deadlineTick = Math.max(tick + 1, ceilTick(deadlineNs));
    place(timer);
    size++;
  }

  /** Takes {@code timer} back; nothing happens when it is not set. */
  public void cancel(Timer timer) {
    if (!timer.isSet()) return;
    timer.unlink();
    size--;
  }

  /**
   * Fires all timers that are due at {@code nowNs}, in order of their ticks. What a timer throws
   * ends the call; the next one goes on behind it.
   */
  public void advance(long nowNs) {
    long target = Math.floorDiv(nowNs - startNs, tickNs);
    if (size == 0) {
      tick = Math.max(tick, target);
      return;
    }
    // What is left of a tick in which a timer threw.
    fire(currentSlot());
    while (tick < target) {
      tick++;
      cascade();
      fire(currentSlot());
      if (size == 0) {
        tick = target;
        return;
      }
    }
  }

  /**
   * Nanoseconds from {@code nowNs} until {@link #advance} may have work, at least 0; -1 when no
   * timer is set.
   */
  public long nextDelayNs(long nowNs) {
    if (size == 0) return -1;
    long ticks = SLOTS - (tick & (SLOTS - 1));
    for (int i = 1; i < ticks; i++) {
      if (!wheels[0][(int) ((tick + i) & (SLOTS - 1))].isAlone()) {
        ticks = i;
        break;
      }
    }
    return Math.max(0, startNs + (tick + ticks) * tickNs - nowNs);
  }

  private Timer currentSlot() {
    return wheels[0][(int) (tick & (SLOTS - 1))];
  }

  private long ceilTick(long deadlineNs) {
    return Math.ceilDiv(deadlineNs - startNs, tickNs);
  }

  private void place(Timer timer) {
    long delta = timer.deadlineTick - tick;
    int level = 0;
    while (level < LEVELS - 1 && delta >= 1L << (BITS * (level + 1))) level++;
    long at = Math.min(timer.deadlineTick, tick + (1L << (BITS * LEVELS)) - 1);
    timer.linkBefore(wheels[level][(int) ((at >> (BITS * level)) & (SLOTS - 1))]);
  }

  private void cascade() {
    for (int level = 1; level < LEVELS; level++) {
      if ((tick & ((1L << (BITS * level)) - 1)) != 0) return;
      Timer slot = wheels[level][(int) ((tick >> (BITS * level)) & (SLOTS - 1))];
      for (Timer timer; (timer = slot.takeNext()) != null; ) place(timer);
    }
  }

  private void fire(Timer slot) {
    for (Timer timer; (timer = slot.takeNext()) != null; ) {
      if (timer.deadlineTick > tick) {
        place(timer);
        continue;
      }
      size--;
      timer.fire();
    }
  }

  /** Something that happens at a time; make one and set it as often as needed. */
  @SuppressWarnings("ReferenceEquality") // a ring is known by its identity
  public abstract static class Timer {
    private long deadlineTick;
    private @Nullable Timer previous;
    private @Nullable Timer next;

    /** Called once per setting, on the worker's thread; may set this or other timers. */
    protected abstract void onTimer();

    public final boolean isSet() {
      return next != null;
    }

    private void fire() {
      onTimer();
    }

    private static Timer ring() {
      Timer ring =
          new Timer() {
            @Override
            protected void onTimer() {
              throw new IllegalStateException("the head of a slot does not fire");
            }
          };
      ring.previous = ring;
      ring.next = ring;
      return ring;
    }

    private boolean isAlone() {
      return next == this;
    }

    private void linkBefore(Timer ring) {
      Timer last = ring.previous;
      previous = last;
      next = ring;
      ring.previous = this;
      if (last != null) last.next = this;
    }

    private void unlink() {
      Timer before = previous;
      Timer after = next;
      if (before != null) before.next = after;
      if (after != null) after.previous = before;
      previous = null;
      next = null;
    }

    private @Nullable Timer takeNext() {
      Timer first = next;
      if (first == this || first == null) return null;
      first.unlink();
      return first;
    }
  }
}
