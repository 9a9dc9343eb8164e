package dev.penstock.scripting;

import dev.penstock.engine.control.ScriptDoor;
import dev.penstock.engine.wire.WorkerThread;
import dev.penstock.scripting.web.ConsoleLevel;
import dev.penstock.scripting.web.FetchCall;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * One version of a script on one worker: its realm, and how to run code in it within budgets.
 * Worker-confined.
 *
 * <p>The realm may be replaced when it could not be stopped; whoever keeps values of it asks {@link
 * #guest} each time.
 */
final class ScriptContext {
  private static final Logger log = LogManager.getLogger("dev.penstock.script");
  private static final long LEAST_CPU_NS = 1_000_000;

  /** How much slower code is that is never compiled. */
  private static final int SLOWNESS_INTERPRETED = 10;

  /**
   * What a phase function answers beyond the codes of the JavaScript side of the door: it threw, or
   * was stopped.
   */
  static final int FAILED = Integer.MIN_VALUE;

  private final ScriptWorker worker;
  private final ScriptVersion version;
  private final ScriptTimers timers;
  private final ScriptStats stats;
  private Guest guest;
  private @Nullable ScriptExchange current;
  private @Nullable ScriptFailure failure;
  private int users;
  private final int slowness;
  private final ColdCredit credit = new ColdCredit();
  private long budgetNs;
  private boolean replacing;

  ScriptContext(ScriptWorker worker, ScriptVersion version, Guest guest) {
    this.worker = worker;
    this.version = version;
    this.guest = guest;
    this.timers = new ScriptTimers(this);
    this.stats = worker.rehearses() ? new ScriptStats() : version.stats();
    this.slowness = worker.runtime().describe().optimised() ? 1 : SLOWNESS_INTERPRETED;
    version.retain();
    stats.contexts(1);
    guest.host().adoptedBy(this);
  }

  ScriptStats stats() {
    return stats;
  }

  ScriptWorker worker() {
    return worker;
  }

  WorkerThread thread() {
    return worker.thread();
  }

  ScriptVersion version() {
    return version;
  }

  Guest guest() {
    return guest;
  }

  ScriptTimers timers() {
    return timers;
  }

  /** The exchange for which code runs now, or null. */
  @Nullable ScriptExchange current() {
    return current;
  }

  void retain() {
    users++;
  }

  void release() {
    if (--users > 0) return;
    worker.forget(this);
    stats.contexts(-1);
    timers.clearAll();
    guest.close();
    version.release();
  }

  /**
   * Whether calls make sense now; when not, a new realm is on its way, and {@code false} until it
   * is there.
   */
  boolean isUsable() {
    if (!guest.isDead()) return true;
    replace();
    return false;
  }

  private void replace() {
    if (replacing) return;
    replacing = true;
    version.strike();
    timers.clearAll();
    worker
        .runtime()
        .background(() -> {
          Guest fresh;
          try {
            fresh = version.take(worker.runtime().turnOfBuilder());
          } catch (RuntimeException e) {
            log.error("{} cannot be loaded again", version.label(), e);
            thread().execute(() -> replacing = false);
            return;
          }
          thread()
              .execute(() -> {
                replacing = false;
                if (users == 0) {
                  fresh.close();
                  return;
                }
                guest = fresh;
                fresh.host().adoptedBy(this);
              });
        });
  }

  /**
   * Calls a phase function of the JavaScript side of the door.
   *
   * @return its code, or {@link #FAILED}; then {@link #takeFailure} says why
   */
  int call(Value function, ScriptExchange host, Object argument) {
    ScriptExchange before = begin(host, host.limits());
    int code = FAILED;
    PolyglotException thrown = null;
    try {
      code = function.execute(host.door(), argument).asInt();
    } catch (PolyglotException e) {
      thrown = e;
    }
    if (end(before, thrown)) stats.call(worker.turn().usedNs(), worker.turn().usedBytes());
    return failure == null ? code : FAILED;
  }

  /** Whether the last call failed. */
  boolean hasFailed() {
    return failure != null;
  }

  /** Why the last call failed. */
  ScriptFailure takeFailure() {
    ScriptFailure taken = failure;
    failure = null;
    return taken == null ? ScriptFailure.of("no reason") : taken;
  }

  /**
   * Runs what calls into the guest, as a turn for {@code host}, inside the running turn if there is
   * one.
   *
   * @param host the exchange that pays and is told of failures; null when no exchange is the cause
   * @return whether it ended well
   */
  boolean run(@Nullable ScriptExchange host, ScriptLimits limits, Runnable guestCode) {
    if (guest.isDead()) return false;
    ScriptExchange before = begin(host, limits);
    PolyglotException thrown = null;
    guest.enter();
    try {
      guestCode.run();
    } catch (PolyglotException e) {
      thrown = e;
    } finally {
      leaveQuietly();
      end(before, thrown);
    }
    ScriptFailure failed = failure;
    failure = null;
    if (failed != null) {
      if (host != null && host.isWaiting()) host.failedInTurn(failed);
      else report(failed, host, "a callback");
    }
    worker.runAfterTurn();
    return failed == null;
  }

  private void leaveQuietly() {
    try {
      guest.leave();
    } catch (IllegalStateException | PolyglotException e) {
      assert guest.isDead() : e; // Only a context that was given up may refuse.
    }
  }

  private @Nullable ScriptExchange begin(@Nullable ScriptExchange host, ScriptLimits limits) {
    ScriptExchange before = current;
    current = host;
    Turn turn = worker.turn();
    if (turn.isRunning()) {
      turn.begin(guest, 0, 0); // joins it
      return before;
    }
    long cpuNs = limits.cpuPerTurnNs() * slowness;
    long bytes = limits.allocation();
    if (host != null) {
      cpuNs = Math.min(cpuNs, limits.cpuPerRequestNs() * slowness - host.usedNs());
      bytes = Math.max(0, bytes - host.usedBytes());
    }
    budgetNs = Math.max(0, cpuNs);
    cpuNs += credit.forTurn(limits.cpuWhileColdNs(), thread().clock().nanoTime());
    turn.begin(guest, Math.max(LEAST_CPU_NS, cpuNs), bytes);
    return before;
  }

  /** Returns whether the turn is over. */
  private boolean end(@Nullable ScriptExchange before, @Nullable PolyglotException thrown) {
    Turn turn = worker.turn();
    Budget exceeded = turn.end();
    ScriptExchange host = current;
    current = before;
    if (exceeded != null) {
      failure = ScriptFailure.of(exceeded);
      stats.hit(exceeded);
      if (exceeded == Budget.STUCK) guestIsLost();
    } else if (thrown != null) {
      if (thrown.isCancelled()) guestIsLost();
      // Inside of a turn the interrupt goes on to the outermost call, which knows the budget.
      failure = ScriptFailure.of(thrown, version.bundle());
      if (turn.isRunning() && (thrown.isInterrupted() || thrown.isCancelled())) throw thrown;
    }
    if (turn.isRunning()) return false;
    long usedNs = turn.usedNs();
    if (usedNs > budgetNs) credit.charge(usedNs - budgetNs, exceeded != null);
    if (host != null) host.used(usedNs, turn.usedBytes());
    return true;
  }

  private void guestIsLost() {
    assert guest.isDead();
    replace();
  }

  // What the Web APIs ask for.

  void console(ConsoleLevel level, String text) {
    Level at =
        switch (level) {
          case DEBUG -> Level.DEBUG;
          case LOG, INFO -> Level.INFO;
          case WARN -> Level.WARN;
          case ERROR -> Level.ERROR;
        };
    write(at, text);
  }

  /** A line that the script writes, within the budget of its exchange. */
  void write(Level level, String text) {
    ScriptExchange host = current;
    show(host, level, text, "");
    if (worker.rehearses()) return;
    if (host == null) {
      if (version.failures().tryAcquire() >= 0) log.log(level, "{}: {}", version.label(), text);
      return;
    }
    String allowed = host.allowedLog(text);
    if (allowed != null)
      log.log(level, "{} {} {}: {}", host.idText(), host.routeText(), version.label(), allowed);
  }

  /** An error that nobody in the script takes: it ends nothing, but must not go unseen. */
  void uncaught(ScriptFailure failed) {
    report(failed, current, "nobody caught");
  }

  /** Writes a failure to the log, unless there were too many. */
  void report(ScriptFailure failed, @Nullable ScriptExchange host, String where) {
    stats.error(failed.budget());
    show(host, Level.ERROR, failed.toString(), where);
    if (worker.rehearses()) return;
    long held = version.failures().tryAcquire();
    if (held < 0) return;
    String id = host == null ? "-" : host.idText();
    String route = host == null ? "-" : host.routeText();
    if (held > 0) log.warn("{}: {} failures before this one are not shown", version.label(), held);
    log.warn("{} {} {} {}: {}", id, route, version.label(), where, failed);
  }

  /** To those who look at this worker's scripts. */
  private void show(@Nullable ScriptExchange host, Level level, String text, String phase) {
    List<ScriptDoor.Viewer> viewers = worker.viewers();
    if (viewers.isEmpty()) return;
    List<Path> files = version.bundle().diskFiles();
    ScriptDoor.Line line =
        new ScriptDoor.Line(
            files.isEmpty() ? Path.of(version.bundle().name()) : files.getFirst(),
            host == null ? "-" : host.routeText(),
            host == null ? "-" : host.idText(),
            level.name().toLowerCase(Locale.ROOT),
            text,
            phase);
    viewers.forEach(each -> each.onLine(line));
  }

  void offload(Callable<Object> work, BiConsumer<@Nullable Object, @Nullable Throwable> done) {
    ScriptExchange host = current;
    ScriptLimits limits = host == null ? timers.limits() : host.limits();
    Guest of = guest;
    worker.offloaded(1);
    worker
        .runtime()
        .blocking()
        .execute(() -> {
          Object result = null;
          Throwable problem = null;
          try {
            result = work.call();
          } catch (Exception e) {
            problem = e;
          }
          Object value = result;
          Throwable error = problem;
          thread()
              .execute(() -> {
                worker.offloaded(-1);
                if (of == guest) run(host, limits, () -> done.accept(value, error));
              });
        });
  }

  void fetch(FetchCall call) {
    ScriptExchange host = current;
    if (host == null)
      call.fail("fetch() needs an exchange: call it in a handler, or in work given to waitUntil()");
    else host.fetches().start(call);
  }
}
