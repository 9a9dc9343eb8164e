package dev.penstock.engine.spi;

/**
 * The version of what plugins compile against: the packages {@code spi} and {@code http}. Semantic:
 * the second number grows when something is added, the first when a plugin may have to be built
 * anew.
 */
public final class ApiVersion {
  private static final String CURRENT = "1.2";

  private ApiVersion() {}

  /**
   * That of the running gateway. A method, so that a plugin does not carry a copy of the number.
   */
  public static String current() {
    return CURRENT;
  }
}
