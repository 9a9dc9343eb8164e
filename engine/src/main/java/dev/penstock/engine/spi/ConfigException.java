package dev.penstock.engine.spi;

import org.jspecify.annotations.Nullable;

/**
 * A configuration, script or plugin cannot work; the message says why and what to do, for the user.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String location;

  public ConfigException(String message) {
    this(message, null, null);
  }

  /**
   * As {@link #ConfigException(String)}, with the place in another file than the configuration.
   *
   * @param location {@code scripts/tenant.js:3:14}
   */
  public ConfigException(String message, @Nullable String location, @Nullable Throwable cause) {
    super(message, cause);
    this.location = location;
  }

  public @Nullable String location() {
    return location;
  }
}
