package dev.penstock.engine.upstream;

import java.util.Map;

/**
 * A balancer as the configuration asks for it.
 *
 * @param name of a {@link dev.penstock.engine.spi.BalancerFactory}
 * @param settings still undecoded: a map, or a single value for the record's shorthand
 */
public record BalancerRules(String name, Object settings) {

  /**
   * Reads the free form of {@code balancer:}.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static BalancerRules of(Object free) {
    if (free instanceof String name && !name.isBlank()) return new BalancerRules(name, Map.of());
    if (free instanceof Map<?, ?> map && map.size() == 1) {
      Map.Entry<?, ?> only = map.entrySet().iterator().next();
      Object settings = only.getValue();
      return new BalancerRules(
          String.valueOf(only.getKey()), settings == null ? Map.of() : settings);
    }
    throw new IllegalArgumentException(
        "balancer is a name such as round-robin, or a mapping with one name and its settings, such as"
            + " { consistent-hash: { key: path } }");
  }
}
