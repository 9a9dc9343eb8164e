package dev.penstock.scripting;

import dev.penstock.engine.time.TimerWheel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code setTimeout} and {@code setInterval} of one context, on its worker's wheel.
 * Worker-confined.
 */
final class ScriptTimers {
  private static final long LONGEST_MS = Integer.MAX_VALUE;
  private static final ScriptLimits DEFAULTS = ScriptLimits.of(ScriptRules.of(""));

  private final ScriptContext context;
  private final Map<Integer, Pending> pending = new HashMap<>();
  private int lastId;

  ScriptTimers(ScriptContext context) {
    this.context = context;
  }

  /** Budgets for code that no exchange caused. */
  ScriptLimits limits() {
    return DEFAULTS;
  }

  /** Returns its number, or 0 when there are too many. */
  int set(long delayMs, boolean repeat, Runnable fire) {
    ScriptExchange host = context.current();
    ScriptLimits limits = host == null ? DEFAULTS : host.limits();
    if (pending.size() >= limits.timers()) return 0;
    // As everywhere: what is repeated has at least a millisecond, or it would never let anything
    // else run.
    long ms = Math.clamp(delayMs, repeat ? 1 : 0, LONGEST_MS);
    do {
      lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
    } while (pending.containsKey(lastId));
    Pending timer = new Pending(lastId, ms * 1_000_000, repeat, fire, host, limits);
    pending.put(lastId, timer);
    timer.schedule();
    return lastId;
  }

  void clear(int id) {
    Pending timer = pending.remove(id);
    if (timer != null) context.thread().timers().cancel(timer);
  }

  /** The exchange is over, and with it what it waits for; timers of its waitUntil work go on. */
  void clearAll() {
    List.copyOf(pending.keySet()).forEach(this::clear);
  }

  int size() {
    return pending.size();
  }

  private final class Pending extends TimerWheel.Timer {
    private final int id;
    private final long delayNs;
    private final boolean repeat;
    private final Runnable fire;
    private final @Nullable ScriptExchange host;
    private final ScriptLimits limits;

    Pending(
        int id,
        long delayNs,
        boolean repeat,
        Runnable fire,
        @Nullable ScriptExchange host,
        ScriptLimits limits) {
      this.id = id;
      this.delayNs = delayNs;
      this.repeat = repeat;
      this.fire = fire;
      this.host = host;
      this.limits = limits;
    }

    void schedule() {
      context.thread().timers().schedule(this, context.thread().clock().nanoTime() + delayNs);
    }

    @Override
    protected void onTimer() {
      if (!repeat) pending.remove(id);
      boolean well = context.run(host, limits, fire);
      if (repeat && well && pending.containsKey(id)) schedule();
      else pending.remove(id, this);
    }
  }
}
