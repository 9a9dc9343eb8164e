package dev.penstock.engine.spi;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object for scripts: under {@code env.bindings: { NAME: … }} of a script, its methods are those
 * of {@code env.NAME}. One for each script of each route that asks for it, for all workers.
 *
 * <p>Arguments and results are what JSON has: null, {@link Boolean}, {@link Number} (arguments are
 * {@link Double}s), {@link String}, {@link List}, and {@link Map} with texts as keys.
 */
public interface ScriptBinding extends AutoCloseable {
  /** What scripts may call, by the names they use; asked once. */
  Map<String, Method> methods();

  /** No script calls any more; a last call may still be ending. */
  @Override
  default void close() {}

  /** A method; what it throws, the script catches as an {@code Error} with the same message. */
  sealed interface Method permits Inline, Blocking {
    @Nullable Object call(List<@Nullable Object> arguments) throws Exception;
  }

  /**
   * Answers at once: called on the worker, by several workers at a time, and must not wait for
   * anything. The script gets the result itself.
   */
  @FunctionalInterface
  non-sealed interface Inline extends Method {}

  /**
   * May wait: called on virtual threads, several at a time. The script gets a promise of the
   * result, and its {@code wall} limit holds for it.
   */
  @FunctionalInterface
  non-sealed interface Blocking extends Method {}
}
