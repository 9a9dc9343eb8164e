package dev.penstock.engine.spi;

import java.util.function.BiFunction;

/**
 * A kind of filter, known in the configuration by its name.
 *
 * @param <C> its configuration: a record, decoded strictly by the gateway; its components may carry
 *     {@link Config} annotations, its compact constructor may throw {@link
 *     IllegalArgumentException} with a sentence for the user
 */
public interface FilterFactory<C extends Record> {
  /** The key under {@code filters:}, lower-dash. */
  String name();

  Class<C> configType();

  /**
   * Checks what the record alone could not and makes the template; runs off the workers, once per
   * place of the configuration and snapshot.
   *
   * @throws ConfigException when the configuration cannot work; nothing is switched then
   */
  FilterTemplate prepare(C config, PrepareScope scope);

  /** A factory in one line. */
  static <C extends Record> FilterFactory<C> of(
      String name, Class<C> configType, BiFunction<C, PrepareScope, FilterTemplate> prepare) {
    return new FilterFactory<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Class<C> configType() {
        return configType;
      }

      @Override
      public FilterTemplate prepare(C config, PrepareScope scope) {
        return prepare.apply(config, scope);
      }
    };
  }
}
