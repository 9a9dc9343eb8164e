package dev.penstock.engine.upstream;

import dev.penstock.engine.spi.ProxyError;

/** How an attempt on an endpoint ended, as far as it tells something about the endpoint. */
public enum Outcome {
  /** An answer below 500. */
  SUCCESS,
  /** An answer of 500 or above other than the gateway's own kinds. */
  STATUS_5XX,
  /** 502, 503 or 504, a reset, a time-out, or an answer that is no HTTP. */
  GATEWAY,
  /** There was no usable connection. */
  CONNECT_FAILED,
  /** It ended for a reason of ours or of the client's: says nothing about the endpoint. */
  LOCAL;

  /** What an answer with this status says. */
  public static Outcome ofStatus(int status) {
    if (status < 500) return SUCCESS;
    return status >= 502 && status <= 504 ? GATEWAY : STATUS_5XX;
  }

  /** What an error says. A reused connection that had been closed is nobody's fault. */
  public static Outcome of(ProxyError.Kind kind) {
    return switch (kind) {
      case CONNECT_REFUSED, CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED -> CONNECT_FAILED;
      case UPSTREAM_RESET,
          UPSTREAM_PROTOCOL,
          UPSTREAM_HEAD_TOO_LARGE,
          UPSTREAM_INCOMPLETE,
          UPSTREAM_TIMEOUT,
          UPSTREAM_IDLE,
          RETRYABLE_STATUS ->
          GATEWAY;
      default -> LOCAL;
    };
  }

  boolean isFailure() {
    return this == STATUS_5XX || this == GATEWAY || this == CONNECT_FAILED;
  }
}
