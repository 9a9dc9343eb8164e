package dev.penstock.plugins.rules;

import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Verdict;

/** How the built-in filters refuse. */
public final class Deny {
  private Deny() {}

  /** 403, with {@code reason} for the log. */
  public static Verdict because(String reason) {
    return Verdict.reject(ProxyError.of(ProxyError.Kind.DENIED, reason));
  }
}
