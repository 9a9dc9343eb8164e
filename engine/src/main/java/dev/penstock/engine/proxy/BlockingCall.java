package dev.penstock.engine.proxy;

import dev.penstock.engine.plan.PlacedFilter;
import dev.penstock.engine.spi.BodyPart;
import dev.penstock.engine.spi.Execution;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.time.SystemClock;
import dev.penstock.engine.time.TimerWheel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of a BLOCKING filter, on a virtual thread of its own, with the exchange suspended; at
 * most so many at once, and so long.
 *
 * <pre>
 * start ─┬─ paused, or too many ─────────────────────► done
 *        └─ running ─┬─ verdict, or thrown ──────────► done ─► the thread has ended
 *                    └─ deadline ─► interrupted ─────► done ─► … the thread ends some time
 * </pre>
 *
 * Worker-confined but for {@link #run}.
 */
final class BlockingCall extends TimerWheel.Timer {
  private final PlacedFilter placed;
  private final Phase phase;
  private final LiveExchange exchange;
  private final @Nullable BodyPart part;
  private final Consumer<Verdict> done;
  private final long startNs;
  private @Nullable Thread thread;
  private boolean isDone;

  private BlockingCall(
      PlacedFilter placed,
      Phase phase,
      LiveExchange exchange,
      @Nullable BodyPart part,
      Consumer<Verdict> done) {
    this.placed = placed;
    this.phase = phase;
    this.exchange = exchange;
    this.part = part;
    this.done = done;
    this.startNs = exchange.driver.worker().clock().nanoTime();
  }

  /** Calls the filter; {@code done} is told on the worker, never during this call. */
  static void start(
      PlacedFilter placed,
      Phase phase,
      LiveExchange exchange,
      @Nullable BodyPart part,
      Consumer<Verdict> done) {
    assert placed.execution() == Execution.BLOCKING;
    new BlockingCall(placed, phase, exchange, part, done).start();
  }

  private void start() {
    exchange.borrowed++;
    if (placed.guard().isOpen(startNs)) {
      later(FilterCall.paused(placed, phase));
    } else if (!placed.guard().enter()) {
      later(
          FilterCall.without(placed, phase, ProxyError.Kind.OVERLOADED, ", of which too many run"));
    } else {
      exchange.driver.worker().timers().schedule(this, startNs + placed.guard().deadlineNs());
      thread = Thread.ofVirtual().name("filter-" + placed.name()).start(this::run);
    }
  }

  private void later(Verdict verdict) {
    exchange
        .driver
        .worker()
        .execute(() -> {
          exchange.borrowed--;
          done.accept(verdict);
        });
  }

  private void run() {
    // What a plugin packs looks for its own services and resources there.
    Thread.currentThread().setContextClassLoader(placed.filter().getClass().getClassLoader());
    Verdict verdict = null;
    Throwable thrown = null;
    try {
      verdict = FilterCall.invoke(placed.filter(), phase, exchange, part);
    } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
      thrown = e;
    }
    placed.guard().leave();
    Verdict said = verdict;
    Throwable failure = thrown;
    exchange.driver.worker().execute(() -> onEnd(said, failure));
  }

  private void onEnd(@Nullable Verdict verdict, @Nullable Throwable failure) {
    exchange.borrowed--;
    placed.metrics().called(SystemClock.INSTANCE.nanoTime() - startNs);
    if (isDone) return; // too late
    isDone = true;
    exchange.driver.worker().timers().cancel(this);
    if (failure != null) {
      done.accept(FilterCall.failed(placed, phase, exchange, failure));
    } else {
      placed.guard().worked();
      done.accept(verdict == null ? Verdict.NEXT : verdict);
    }
  }

  @Override
  protected void onTimer() {
    if (isDone) return;
    isDone = true;
    Thread running = thread;
    if (running != null) running.interrupt();
    done.accept(
        FilterCall.failed(
            placed,
            phase,
            exchange,
            ProxyError.Kind.FILTER_TIMEOUT,
            ", which took longer than " + placed.guard().deadlineNs() / 1_000_000 + " ms"));
  }
}
