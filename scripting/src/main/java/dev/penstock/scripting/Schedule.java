package dev.penstock.scripting;

import dev.penstock.engine.time.TimerWheel;
import java.time.Duration;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** Calls {@code scheduled} at intervals, on one worker. Worker-confined. */
final class Schedule extends TimerWheel.Timer {
  private final long everyNs;
  private final String text;
  private @Nullable ScriptUse use;

  Schedule(Duration every) {
    this.everyNs = every.toNanos();
    this.text = every.toString();
  }

  void start(ScriptUse of) {
    use = of;
    next(of);
  }

  void stop() {
    ScriptUse of = use;
    use = null;
    if (of != null) of.context().thread().timers().cancel(this);
  }

  private void next(ScriptUse of) {
    of.context()
        .thread()
        .timers()
        .schedule(this, of.context().thread().clock().nanoTime() + everyNs);
  }

  @Override
  protected void onTimer() {
    ScriptUse of = use;
    if (of == null) return;
    next(of);
    Value handler = of.functions().scheduled;
    ScriptContext context = of.context();
    if (handler == null || !context.isUsable()) return;
    ScriptExchange tick = new ScriptExchange(of, null);
    tick.scheduledAs(text);
    tick.workBegins();
    long now = context.thread().clock().wallMillis();
    if (context.call(handler, tick, (double) now) == ScriptContext.FAILED) {
      context.report(context.takeFailure(), tick, "scheduled");
    }
    tick.workEnds();
    if (tick.isWorking()) of.outlives(tick);
    context.worker().runAfterTurn();
  }
}
