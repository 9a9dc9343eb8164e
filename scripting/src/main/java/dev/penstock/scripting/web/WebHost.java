package dev.penstock.scripting.web;

import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * What the Web APIs of one context need from the runtime. Plain Java: the guest never sees it.
 *
 * <p>Called on the context's worker. What the runtime calls back is called there too, with nothing
 * else of this context running.
 */
public interface WebHost {
  /** Milliseconds since 1970; the same during one turn if the runtime likes (S11). */
  long epochMillis();

  /** Milliseconds since the context began; never goes back, as coarse as the runtime likes. */
  double monotonicMillis();

  /**
   * Calls {@code fire} after {@code delayMs}, and again each time it has passed if {@code repeat}.
   *
   * @param delayMs 0 to 2^31-1
   * @return a positive number that names the timer; 0 when there are too many
   */
  int setTimer(long delayMs, boolean repeat, Runnable fire);

  /** Stops a timer that may have fired already. */
  void clearTimer(int id);

  /** A line, or lines, of {@code console}. */
  void console(ConsoleLevel level, String text);

  /**
   * An error that nobody took: thrown in a timer or listener, given to {@code reportError}, or an
   * unhandled rejection.
   *
   * @param text name, message and stack
   */
  void uncaught(String text, @Nullable Value error);

  /**
   * Runs {@code work} off the worker and then {@code done}, with its result or what it threw, on
   * the worker.
   */
  void offload(Callable<Object> work, BiConsumer<@Nullable Object, @Nullable Throwable> done);

  /** Fills {@code target} with bytes fit for keys (S11: may be replayed). */
  void randomBytes(byte[] target);

  /** What {@code navigator.userAgent} says. */
  String userAgent();

  /** Sends a request; the answer goes to {@code call}, now or later. */
  void fetch(FetchCall call);
}
