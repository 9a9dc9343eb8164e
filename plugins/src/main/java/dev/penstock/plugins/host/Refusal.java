package dev.penstock.plugins.host;

import org.jspecify.annotations.Nullable;

/** A JAR cannot be a plugin; the message says why. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  Refusal(String message, String remedy) {
    this(message, remedy, null);
  }

  Refusal(String message, String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** The way out; may be empty. */
  String remedy() {
    return remedy;
  }

  String said() {
    return String.valueOf(getMessage());
  }
}
