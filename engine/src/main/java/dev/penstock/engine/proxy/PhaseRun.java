package dev.penstock.engine.proxy;

import dev.penstock.engine.plan.Pipeline;
import dev.penstock.engine.plan.PlacedFilter;
import dev.penstock.engine.spi.Exchange.Suspension;
import dev.penstock.engine.spi.Execution;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The way of one exchange through the filters of one phase, which any of them may hold up. Kept
 * with the exchange and reused for each phase.
 *
 * <pre>
 * idle ─ start ─► calling ─┬─ NEXT ─► calling … ─► driver.onPhaseDone
 *                          ├─ SUSPEND ─► waiting ─ resume ─► calling
 *                          └─ other ─► driver.onVerdict
 * </pre>
 */
final class PhaseRun implements Suspender {
  private static final PlacedFilter[] NONE = {};

  private final LiveExchange exchange;
  private PlacedFilter[] filters = NONE;
  private Phase phase = Phase.ON_REQUEST;
  private int next;
  private int pass;
  private boolean isCalling;
  private boolean isWaiting;
  private @Nullable Verdict early;

  PhaseRun(LiveExchange exchange) {
    this.exchange = exchange;
  }

  void clear() {
    pass++;
    filters = NONE;
    isWaiting = false;
    isCalling = false;
    early = null;
  }

  boolean isWaiting() {
    return isWaiting;
  }

  /**
   * Calls the filters that {@code pipeline} has for {@code toRun}; at once tells the driver when it
   * has none.
   */
  void start(Pipeline pipeline, Phase toRun) {
    clear();
    phase = toRun;
    filters = pipeline.phase(toRun);
    next = 0;
    run();
  }

  private void run() {
    while (next < filters.length) {
      PlacedFilter placed = filters[next++];
      exchange.calling = placed.position();
      if (phase == Phase.ON_REQUEST) exchange.reached = placed.position();
      else if (isResponsePhase() && placed.position() > exchange.reached) continue;
      if (placed.execution() == Execution.BLOCKING) {
        isWaiting = true;
        exchange.driver.onSuspended(exchange);
        int mine = ++pass;
        BlockingCall.start(placed, phase, exchange, null, verdict -> resumed(mine, verdict));
        return;
      }
      Verdict verdict = call(placed);
      if (verdict == Verdict.NEXT || take(verdict)) continue;
      return;
    }
    exchange.driver.onPhaseDone(exchange, phase);
  }

  private boolean isResponsePhase() {
    return phase == Phase.ON_RESPONSE || phase == Phase.ON_UPSTREAM_RESPONSE;
  }

  private Verdict call(PlacedFilter placed) {
    isCalling = true;
    exchange.suspender = this;
    Verdict verdict = FilterCall.inline(placed, phase, exchange, null);
    exchange.suspender = null;
    isCalling = false;
    if (verdict == Verdict.SUSPEND && early != null) verdict = early;
    early = null;
    return verdict;
  }

  /** What to do with a verdict that is not NEXT; true to go on with the next filter. */
  private boolean take(Verdict verdict) {
    if (verdict == Verdict.SUSPEND) {
      isWaiting = true;
      exchange.driver.onSuspended(exchange);
      return false;
    }
    if (verdict == Verdict.NEXT) return true;
    return exchange.driver.responder().onVerdict(exchange, phase, verdict);
  }

  @Override
  public Suspension suspend() {
    int mine = ++pass;
    int use = exchange.generation;
    return new Suspension() {
      @Override
      public void resume(Verdict verdict) {
        if (exchange.driver.worker().isCurrent()) resumed(mine, use, verdict);
        else exchange.driver.worker().execute(() -> resumed(mine, use, verdict));
      }

      @Override
      public boolean isWaiting() {
        return use == exchange.generation && mine == pass && exchange.isAlive();
      }
    };
  }

  private void resumed(int mine, int use, Verdict verdict) {
    if (use == exchange.generation) resumed(mine, verdict);
  }

  private void resumed(int mine, Verdict verdict) {
    if (mine != pass || !exchange.isAlive()) return;
    if (isCalling) {
      early = verdict;
      return;
    }
    if (!isWaiting) return;
    pass++;
    isWaiting = false;
    exchange.driver.onResumed(exchange);
    if (take(verdict)) run();
  }
}
