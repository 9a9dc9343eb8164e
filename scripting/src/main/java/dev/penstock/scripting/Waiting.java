package dev.penstock.scripting;

import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.time.TimerWheel;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A phase that waits for the promise of its handler, with a deadline. One per exchange, used again
 * for each phase.
 *
 * <pre>
 *   idle --expect--> expected --settled--> settled --take--> idle      (the promise settled within the call)
 *                        |
 *                      suspend
 *                        v
 *                     waiting --settled or time is up--> idle          (the verdict goes to the suspension)
 * </pre>
 */
final class Waiting extends TimerWheel.Timer {
  private enum State {
    IDLE,
    EXPECTED,
    SETTLED,
    WAITING
  }

  private final ScriptExchange exchange;
  private State state = State.IDLE;
  private int code;
  private Exchange.@Nullable Suspension suspension;
  private @Nullable Function<Integer, Verdict> verdicts;

  Waiting(ScriptExchange exchange) {
    this.exchange = exchange;
  }

  /** A call begins whose handler may return a promise. */
  void expect() {
    state = State.EXPECTED;
  }

  boolean isWaiting() {
    return state == State.WAITING;
  }

  boolean isSettled() {
    return state == State.SETTLED;
  }

  /** The code with which the promise settled within the call. */
  int take() {
    state = State.IDLE;
    return code;
  }

  /**
   * Suspends the exchange until the promise settles; then {@code verdicts} makes the verdict of its
   * code.
   */
  Verdict suspend(Exchange of, Function<Integer, Verdict> makes) {
    suspension = of.suspend();
    verdicts = makes;
    state = State.WAITING;
    ScriptContext context = exchange.use().context();
    long now = context.thread().clock().nanoTime();
    context.thread().timers().schedule(this, now + exchange.limits().wallNs());
    exchange.listenToClient();
    return Verdict.SUSPEND;
  }

  /** The promise settled. In a turn, so the exchange goes on after it. */
  void settled(int with) {
    switch (state) {
      case EXPECTED -> {
        code = with;
        state = State.SETTLED;
      }
      case WAITING -> resume(with);
      case IDLE, SETTLED -> {} // Too late: the time was up, or the exchange ended.
    }
  }

  @Override
  protected void onTimer() {
    if (state != State.WAITING) return;
    exchange.use().context().stats().hit(Budget.WALL);
    exchange.fail(ScriptFailure.of(Budget.WALL));
    resume(ScriptContext.FAILED);
    exchange.abort("TimeoutError", "the handler waited longer than limits.wall");
  }

  private void resume(int with) {
    Exchange.Suspension to = suspension;
    Function<Integer, Verdict> makes = verdicts;
    cancel();
    if (to == null || makes == null) return;
    exchange
        .use()
        .context()
        .worker()
        .afterTurn(() -> {
          if (!exchange.isOver()) to.resume(makes.apply(with));
        });
  }

  /** Nobody waits any more. */
  void cancel() {
    state = State.IDLE;
    suspension = null;
    verdicts = null;
    exchange.use().context().thread().timers().cancel(this);
  }
}
