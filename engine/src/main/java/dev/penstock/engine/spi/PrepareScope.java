package dev.penstock.engine.spi;

import java.nio.file.Path;
import java.util.Set;

/** What is known while a configuration is prepared. */
public interface PrepareScope {
  /** Relative paths of the configuration are resolved against this folder. */
  Path folder();

  /** Where in the configuration this stands, for messages: {@code routes.users.filters[1]}. */
  String path();

  /** Id of the route or name of the upstream that is prepared. */
  String owner();

  /** Names of the upstreams of the same configuration. */
  Set<String> upstreams();

  /** Number of workers that will each make a filter. */
  int workers();

  /**
   * Asks to be reloaded when {@code file} changes, where the gateway watches files.
   *
   * @return the same file, resolved and normalised
   */
  Path watch(String file);

  /**
   * The language of a route's {@code rewrite:} rules.
   *
   * @throws UnsupportedOperationException where there is no route, as for a balancer
   */
  default Rewrites rewrites() {
    throw new UnsupportedOperationException("there is no route here");
  }

  /**
   * Makes what an extension offers and a component of the configuration names, as one with {@link
   * Config.Offered} does.
   *
   * @param kind as {@link Offer#kind}
   * @param key where the component stands below {@link #path}: {@code env.bindings.geo}
   * @param chosen the component's value
   * @return to be closed by the caller
   * @throws ConfigException when it cannot work
   */
  default <T extends AutoCloseable> T offered(Class<T> kind, String key, Object chosen) {
    throw new ConfigException(key + ": there are no extensions here");
  }

  /**
   * Something works, but not as the user may think. Shown by {@code check} and logged at a reload.
   */
  void warn(String message);
}
