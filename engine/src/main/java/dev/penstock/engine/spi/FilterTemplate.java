package dev.penstock.engine.spi;

import java.util.Set;
import java.util.function.Function;

/**
 * A filter as one place of a configuration asks for it: checked, ready to be made for each worker.
 *
 * <p>Thread-safe; made off the workers.
 */
public interface FilterTemplate extends AutoCloseable {
  /** The phases that the filter implements; others are not called. */
  Set<Phase> phases();

  default Execution execution() {
    return Execution.INLINE;
  }

  default BodyAccess requestBody() {
    return BodyAccess.NONE;
  }

  default BodyAccess responseBody() {
    return BodyAccess.NONE;
  }

  /** Largest body collected for {@link BodyAccess#WHOLE}, in bytes. */
  default int maxWholeBodyBytes() {
    return 1 << 20;
  }

  /**
   * What happens when the filter throws: true answers 500, false goes on as if it were not there.
   */
  default boolean failsClosed() {
    return true;
  }

  /** Makes the filter of one worker; called on that worker's thread, before it serves with it. */
  Filter create(FilterScope scope);

  /** The configuration that asked for this is gone, and so are all filters made from it. */
  @Override
  default void close() {}

  /**
   * A template of filters that run on the worker and see no bodies.
   *
   * @param create makes the filter of one worker; may give the same to all when it has no state
   */
  static FilterTemplate inline(Function<FilterScope, Filter> create, Phase... phases) {
    return of(Execution.INLINE, create, Set.of(phases));
  }

  /** As {@link #inline}, of filters that may block: each phase runs on a virtual thread. */
  static FilterTemplate blocking(Function<FilterScope, Filter> create, Phase... phases) {
    return of(Execution.BLOCKING, create, Set.of(phases));
  }

  private static FilterTemplate of(
      Execution execution, Function<FilterScope, Filter> create, Set<Phase> phases) {
    return new FilterTemplate() {
      @Override
      public Set<Phase> phases() {
        return phases;
      }

      @Override
      public Execution execution() {
        return execution;
      }

      @Override
      public Filter create(FilterScope scope) {
        return create.apply(scope);
      }
    };
  }
}
