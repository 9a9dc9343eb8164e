package dev.penstock.engine.spi;

import org.jspecify.annotations.Nullable;

/**
 * Where secrets of a configuration are kept: what {@code ${NAME:key}} stands for, under the name
 * that {@code secrets:} gives it. Made whenever a configuration is read that refers to it, asked
 * once for each key, and closed. Values are never shown, and not kept beside the configuration.
 *
 * <p>Used by one thread at a time.
 */
public interface SecretSource extends AutoCloseable {
  /**
   * The value of {@code key}, or null when there is none. On a virtual thread, which is interrupted
   * after five seconds, the making of the source included; it may block. When it throws or comes
   * too late, the configuration is refused, and what runs goes on.
   */
  @Nullable String secret(String key) throws Exception;

  @Override
  default void close() {}
}
