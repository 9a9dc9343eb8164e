package dev.penstock.engine.spi;

/**
 * Why an exchange, or one attempt of it, failed. A value: passed, answered and logged, never thrown
 * on the request path.
 *
 * @param kind what happened; knows its side, its status and whether another attempt may help
 * @param detail for the log and for {@code Proxy-Status}; one line, no secrets
 */
public record ProxyError(Kind kind, String detail) {

  public static ProxyError of(Kind kind, String detail) {
    return new ProxyError(kind, detail);
  }

  /** Who caused an error. */
  public enum Side {
    CLIENT,
    UPSTREAM,
    US
  }

  /** Whether another attempt may be made. */
  public enum Retry {
    /** Nothing of the request was processed: any request may be tried again. */
    ALWAYS,
    /** The request may have been processed: only one that is safe to repeat. */
    IF_REPEATABLE,
    NEVER
  }

  /** What happened. Status and token are given once, here; tokens are those of RFC 9209 §2.3. */
  public enum Kind {
    BAD_REQUEST(Side.CLIENT, Retry.NEVER, 400, "http_request_error"),
    REQUEST_TIMEOUT(Side.CLIENT, Retry.NEVER, 408, "http_request_error"),
    REQUEST_BODY_TOO_LARGE(Side.CLIENT, Retry.NEVER, 413, "http_request_error"),
    LENGTH_REQUIRED(Side.CLIENT, Retry.NEVER, 411, "http_request_error"),
    UPGRADE_VERSION(Side.CLIENT, Retry.NEVER, 426, "http_upgrade_failed"),
    EXPECTATION_FAILED(Side.CLIENT, Retry.NEVER, 417, "http_request_error"),
    METHOD_NOT_ALLOWED(Side.CLIENT, Retry.NEVER, 405, "http_request_denied"),
    MISDIRECTED(Side.CLIENT, Retry.NEVER, 421, "http_request_error"),
    CLIENT_GONE(Side.CLIENT, Retry.NEVER, 499, "http_request_error"),
    /**
     * Nobody, or not somebody we can believe, sent the request; the answer says how to prove it.
     */
    UNAUTHENTICATED(Side.CLIENT, Retry.NEVER, 401, "http_request_denied"),
    DENIED(Side.CLIENT, Retry.NEVER, 403, "http_request_denied"),
    TOO_MANY_REQUESTS(Side.CLIENT, Retry.NEVER, 429, "http_request_denied"),
    NO_ROUTE(Side.US, Retry.NEVER, 404, "destination_not_found"),
    LOOP_DETECTED(Side.US, Retry.NEVER, 508, "proxy_loop_detected"),
    OVERLOADED(Side.US, Retry.NEVER, 503, "proxy_internal_response"),
    SHUTTING_DOWN(Side.US, Retry.NEVER, 503, "proxy_internal_response"),
    FILTER_FAILED(Side.US, Retry.NEVER, 500, "proxy_internal_error"),
    FILTER_TIMEOUT(Side.US, Retry.NEVER, 504, "proxy_internal_error"),
    /** A script used more of something than its limits allow. */
    FILTER_OVER_BUDGET(Side.US, Retry.NEVER, 500, "proxy_internal_error"),
    INTERNAL(Side.US, Retry.NEVER, 500, "proxy_internal_error"),
    BODY_NOT_REPLAYABLE(Side.US, Retry.NEVER, 502, "proxy_internal_error"),
    NO_ENDPOINT(Side.UPSTREAM, Retry.NEVER, 503, "destination_unavailable"),
    CIRCUIT_OPEN(Side.UPSTREAM, Retry.NEVER, 503, "connection_limit_reached"),
    QUEUE_TIMEOUT(Side.UPSTREAM, Retry.NEVER, 503, "connection_limit_reached"),
    DNS_FAILED(Side.UPSTREAM, Retry.ALWAYS, 503, "dns_error"),
    DESTINATION_REFUSED(Side.US, Retry.NEVER, 403, "destination_ip_prohibited"),
    CONNECT_REFUSED(Side.UPSTREAM, Retry.ALWAYS, 502, "connection_refused"),
    CONNECT_FAILED(Side.UPSTREAM, Retry.ALWAYS, 502, "destination_ip_unroutable"),
    CONNECT_TIMEOUT(Side.UPSTREAM, Retry.ALWAYS, 504, "connection_timeout"),
    TLS_FAILED(Side.UPSTREAM, Retry.ALWAYS, 502, "tls_protocol_error"),
    UPSTREAM_REFUSED_STREAM(Side.UPSTREAM, Retry.ALWAYS, 502, "connection_terminated"),
    /** A reused connection ended before the first byte of an answer. */
    STALE_CONNECTION(Side.UPSTREAM, Retry.IF_REPEATABLE, 502, "connection_terminated"),
    UPSTREAM_RESET(Side.UPSTREAM, Retry.IF_REPEATABLE, 502, "connection_terminated"),
    UPSTREAM_PROTOCOL(Side.UPSTREAM, Retry.NEVER, 502, "http_protocol_error"),
    UPSTREAM_HEAD_TOO_LARGE(Side.UPSTREAM, Retry.NEVER, 502, "http_response_header_section_size"),
    UPSTREAM_INCOMPLETE(Side.UPSTREAM, Retry.NEVER, 502, "http_response_incomplete"),
    UPSTREAM_TIMEOUT(Side.UPSTREAM, Retry.IF_REPEATABLE, 504, "http_response_timeout"),
    UPSTREAM_IDLE(Side.UPSTREAM, Retry.NEVER, 504, "http_response_timeout"),
    UPGRADE_FAILED(Side.UPSTREAM, Retry.NEVER, 502, "http_upgrade_failed"),
    /** An answer whose status the retry rules name; it is passed on when no attempt is left. */
    RETRYABLE_STATUS(Side.UPSTREAM, Retry.IF_REPEATABLE, 502, "http_response_status"),
    DEADLINE(Side.US, Retry.NEVER, 504, "http_response_timeout");

    private final Side side;
    private final Retry retry;
    private final int status;
    private final String token;

    Kind(Side side, Retry retry, int status, String token) {
      this.side = side;
      this.retry = retry;
      this.status = status;
      this.token = token;
    }

    public Side side() {
      return side;
    }

    public Retry retry() {
      return retry;
    }

    /** The status the client gets when this error ends the exchange. */
    public int status() {
      return status;
    }

    /** The {@code error} parameter of {@code Proxy-Status}. */
    public String token() {
      return token;
    }
  }
}
