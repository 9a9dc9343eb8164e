package dev.penstock.scripting;

import dev.penstock.engine.control.ScriptDoor;
import dev.penstock.engine.wire.WorkerThread;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What scripts have on one worker: its contexts, and the slot by which the watchdog sees them run.
 * Worker-confined.
 */
final class ScriptWorker {
  private static final Logger log = LogManager.getLogger(ScriptWorker.class);

  private final ScriptRuntime runtime;
  private final WorkerThread thread;
  private final Turn turn;
  private final Map<ScriptVersion, ScriptContext> contexts = new HashMap<>();
  private final ArrayDeque<Runnable> afterTurn = new ArrayDeque<>();
  private final boolean rehearses;
  private final List<ScriptDoor.Viewer> viewers;
  private int offloaded;

  /**
   * For the calling thread.
   *
   * @param rehearses no real exchange: what happens is neither logged nor counted
   */
  ScriptWorker(ScriptRuntime runtime, WorkerThread thread, boolean rehearses) {
    this(runtime, thread, rehearses, rehearses ? List.of() : runtime.viewers());
  }

  /**
   * As {@link #ScriptWorker(ScriptRuntime, WorkerThread, boolean)}.
   *
   * @param viewers are shown what scripts write here
   */
  ScriptWorker(
      ScriptRuntime runtime,
      WorkerThread thread,
      boolean rehearses,
      List<ScriptDoor.Viewer> viewers) {
    this.viewers = viewers;
    this.runtime = runtime;
    this.thread = thread;
    this.rehearses = rehearses;
    this.turn = new Turn(runtime.meter(), runtime.watchdog());
    runtime.watchdog().watch(turn);
  }

  /** Work begun, or with -1 ended, off the worker for its scripts. */
  void offloaded(int change) {
    offloaded += change;
  }

  /** How much of it is under way. */
  int offloaded() {
    return offloaded;
  }

  List<ScriptDoor.Viewer> viewers() {
    return viewers;
  }

  boolean rehearses() {
    return rehearses;
  }

  void close() {
    runtime.watchdog().forget(turn);
  }

  ScriptRuntime runtime() {
    return runtime;
  }

  WorkerThread thread() {
    return thread;
  }

  Turn turn() {
    return turn;
  }

  /** The context of that version here; {@link ScriptContext#release} must follow. */
  ScriptContext contextOf(ScriptVersion version) {
    ScriptContext context = contexts.get(version);
    if (context == null) {
      context = new ScriptContext(this, version, version.take(turn));
      contexts.put(version, context);
    }
    context.retain();
    return context;
  }

  void forget(ScriptContext context) {
    contexts.remove(context.version(), context);
  }

  /**
   * Runs {@code task} when no guest code is on the stack: an exchange that moves on may run other
   * scripts, which must not become part of this one's turn.
   */
  void afterTurn(Runnable task) {
    afterTurn.add(task);
    if (!turn.isRunning()) runAfterTurn();
  }

  void runAfterTurn() {
    for (Runnable task; !turn.isRunning() && (task = afterTurn.poll()) != null; ) {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("a step after a script's turn failed", e);
      }
    }
  }
}
