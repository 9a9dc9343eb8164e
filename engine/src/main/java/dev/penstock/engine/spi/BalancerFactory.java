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
    /**
     * The members are these from now on: the place for tables that take long to compute. Called off
     * the workers, before any of them sees the new {@link EndpointSet#version}; not for changes of
     * health. All members count as usable.
     */
    default void onEndpoints(EndpointSet endpoints) {}

    /** Makes the balancer of one worker, on its thread. */
    Balancer create(FilterScope scope);

    @Override
    default void close() {}
  }
}
