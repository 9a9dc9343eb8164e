package dev.penstock.engine.spi;

/**
 * A kind of {@link Authenticator}, known in the configuration by its name among the filters of a
 * route.
 *
 * @param <C> its configuration record, as for {@link FilterFactory}
 */
public interface AuthenticatorFactory<C extends Record> {
  /** The key under {@code filters:}, lower-dash. */
  String name();

  Class<C> configType();

  /** Checks and prepares, off the workers; as {@link FilterFactory#prepare}. */
  Authenticator prepare(C config, PrepareScope scope);
}
