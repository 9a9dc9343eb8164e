package dev.penstock.engine.spi;

import java.util.function.BiFunction;

/**
 * Something that a configuration can name besides filters and balancers: what kind it is, its name,
 * its settings, and how it is made of them. {@link Extension.Registry#offer} takes it.
 *
 * @param <C> its configuration record, as for {@link FilterFactory}
 * @param <T> its kind
 */
public final class Offer<C extends Record, T extends AutoCloseable> {
  private final Class<T> kind;
  private final String name;
  private final Class<C> configType;
  private final BiFunction<C, PrepareScope, ? extends T> prepare;

  private Offer(
      Class<T> kind,
      String name,
      Class<C> configType,
      BiFunction<C, PrepareScope, ? extends T> prepare) {
    this.kind = kind;
    this.name = name;
    this.configType = configType;
    this.prepare = prepare;
  }

  /** Endpoints that are found, under {@code discovery.from:} of an upstream. */
  public static <C extends Record> Offer<C, EndpointDiscovery> endpointDiscovery(
      String name, Class<C> configType, BiFunction<C, PrepareScope, EndpointDiscovery> prepare) {
    return new Offer<>(EndpointDiscovery.class, name, configType, prepare);
  }

  /** Another way to ask endpoints, under {@code health-check.by:} of an upstream. */
  public static <C extends Record> Offer<C, HealthCheck> healthCheck(
      String name, Class<C> configType, BiFunction<C, PrepareScope, HealthCheck> prepare) {
    return new Offer<>(HealthCheck.class, name, configType, prepare);
  }

  /** Secrets of the configuration, under {@code secrets:}. */
  public static <C extends Record> Offer<C, SecretSource> secretSource(
      String name, Class<C> configType, BiFunction<C, PrepareScope, SecretSource> prepare) {
    return new Offer<>(SecretSource.class, name, configType, prepare);
  }

  /** Another place for the access log, under {@code export.access-log:}. */
  public static <C extends Record> Offer<C, AccessLogExporter> accessLogExporter(
      String name, Class<C> configType, BiFunction<C, PrepareScope, AccessLogExporter> prepare) {
    return new Offer<>(AccessLogExporter.class, name, configType, prepare);
  }

  /** Another place for metrics, under {@code export.metrics:}. */
  public static <C extends Record> Offer<C, MetricsExporter> metricsExporter(
      String name, Class<C> configType, BiFunction<C, PrepareScope, MetricsExporter> prepare) {
    return new Offer<>(MetricsExporter.class, name, configType, prepare);
  }

  /** An object for scripts, under {@code env.bindings:} of a script. */
  public static <C extends Record> Offer<C, ScriptBinding> scriptBinding(
      String name, Class<C> configType, BiFunction<C, PrepareScope, ScriptBinding> prepare) {
    return new Offer<>(ScriptBinding.class, name, configType, prepare);
  }

  /** {@link EndpointDiscovery} and its like: the type of what is made. */
  public Class<T> kind() {
    return kind;
  }

  /** What the configuration calls it, lower-dash; unique among those of its kind. */
  public String name() {
    return name;
  }

  public Class<C> configType() {
    return configType;
  }

  /** Checks and prepares, off the workers; as {@link FilterFactory#prepare}. */
  public T prepare(C config, PrepareScope scope) {
    return prepare.apply(config, scope);
  }

  /** The same, made in another way. */
  public Offer<C, T> with(BiFunction<C, PrepareScope, T> other) {
    return new Offer<>(kind, name, configType, other);
  }
}
