package dev.penstock.scripting;

import dev.penstock.engine.spi.FilterScope;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.Subrequests;
import dev.penstock.engine.spi.Verdict;
import dev.penstock.engine.wire.WorkerThread;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Exercises a version before it takes requests, so that its code is compiled when it does: made-up
 * exchanges through a realm of its own that is thrown away. Compiled code belongs to the engine and
 * stays.
 *
 * <p>Nothing of it is seen outside: no subrequest leaves, key-value stores are empty ones, nothing
 * is logged or counted. Runs on the builder's thread, with a worker that has no network and whose
 * time stands still.
 */
final class Rehearsal extends LooplessWorker implements FilterScope {
  private static final Logger log = LogManager.getLogger(Rehearsal.class);
  private static final int MOST_FAILURES = 200;
  private static final int MOST_WAITING = 200;
  private static final String[] METHODS = {"GET", "GET", "GET", "POST"};
  private static final String[] PATHS = {"/", "/index.html", "/api/v1/items/17", "/users/7/orders"};

  private final String owner;

  private Rehearsal(String owner) {
    super(0);
    this.owner = owner;
  }

  /**
   * Exercises {@code version} {@code leastCalls} times, and then until {@code forNs} are over; on
   * the builder's thread.
   */
  static void run(
      ScriptRuntime runtime,
      ScriptVersion version,
      ScriptRules rules,
      Bindings bindings,
      Set<Phase> phases,
      int leastCalls,
      long forNs) {
    Rehearsal stage = new Rehearsal("rehearsal");
    ScriptWorker worker = new ScriptWorker(runtime, stage, true);
    long start = runtime.meter().nanoTime();
    int calls = 0;
    Bindings harmless = bindings.harmless(runtime.meter());
    try {
      ScriptContext context = worker.contextOf(version);
      ScriptFilter filter =
          new ScriptFilter(new ScriptUse(context, rules, harmless, stage, phases.size() > 2), null);
      start = runtime.meter().nanoTime();
      int failures = 0;
      int waiting = 0;
      while ((calls < leastCalls || runtime.meter().nanoTime() - start < forNs)
          && failures < MOST_FAILURES
          && waiting < MOST_WAITING) {
        Verdict verdict = stage.exchange(filter, phases, calls++);
        if (verdict instanceof Verdict.Reject) failures++;
        if (verdict instanceof Verdict.Suspend) waiting++;
      }
      filter.close();
    } catch (RuntimeException e) {
      log.debug("{} cannot be rehearsed", version.label(), e);
    } finally {
      worker.close();
      harmless.closeStores();
    }
    long ms = (runtime.meter().nanoTime() - start) / 1_000_000;
    log.debug("{} was rehearsed {} times in {} ms", version.label(), calls, ms);
  }

  private Verdict exchange(ScriptFilter filter, Set<Phase> phases, int number) {
    SyntheticExchange exchange =
        new SyntheticExchange(
            "rehearsal-" + number, owner, METHODS[number & 3], PATHS[number / 4 & 3], "localhost");
    Verdict verdict = phases.contains(Phase.ON_REQUEST) ? filter.onRequest(exchange) : Verdict.NEXT;
    if (verdict instanceof Verdict.Next && phases.contains(Phase.ON_UPSTREAM_REQUEST))
      filter.onUpstreamRequest(exchange);
    exchange.answer(200);
    if (verdict instanceof Verdict.Next && phases.contains(Phase.ON_UPSTREAM_RESPONSE))
      filter.onUpstreamResponse(exchange);
    if (!(verdict instanceof Verdict.Suspend) && phases.contains(Phase.ON_RESPONSE))
      verdict = filter.onResponse(exchange);
    filter.onLog(exchange);
    drain();
    return verdict;
  }

  @Override
  public WorkerThread worker() {
    return this;
  }

  @Override
  public Subrequests subrequests() {
    return (spec, callback) -> () -> {};
  }

  @Override
  public String route() {
    return owner;
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public long wallMillis() {
    return 0;
  }
}
