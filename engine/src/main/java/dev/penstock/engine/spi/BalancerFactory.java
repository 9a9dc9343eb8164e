package dev.penstock.engine.spi;

/**
 * A kind of balancer, known in the configuration by its name.
 *
 * @param <C> its configuration record, as for {@link FilterFactory}
 */
public interface BalancerFactory<C extends Record> {
  String name();

  Class<C> configType();

  /** Checks and prepares, off the workers; as {@link FilterFactory#prepare}. */
  BalancerTemplate prepare(C config, PrepareScope scope);

  /** A balancer as one upstream asks for it; thread-safe. */
  interface BalancerTemplate extends AutoCloseable {
    /** Makes the balancer of one worker, on its thread. */
    Balancer create(FilterScope scope);

    @Override
    default void close() {}
  }
}
