package dev.penstock.engine.upstream;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.http.Methods;
import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.ProxyError;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What {@link RetryRules} say about one failure: may it be tried again, and after what time (U1, U4
 * to U7).
 */
public final class RetryPolicy {
  private static final long NS_PER_S = 1_000_000_000L;

  private final RetryRules rules;
  private final BitSet statuses = new BitSet(600);
  private final boolean onConnect;
  private final boolean onReset;
  private final boolean onTimeout;
  private final long backoffNs;
  private final long maxBackoffNs;

  public RetryPolicy(RetryRules rules) {
    this.rules = rules;
    onConnect = rules.on().contains("connect");
    onReset = rules.on().contains("reset");
    onTimeout = rules.on().contains("timeout");
    backoffNs = rules.backoff().toNanos();
    maxBackoffNs = Math.max(backoffNs, rules.maxBackoff().toNanos());
    for (Object condition : rules.on()) {
      int status = status(condition);
      if (status > 0) statuses.set(status);
    }
    // The endpoint did nothing with such a request and asks for it on another connection, or later
    // (RFC 9110
    // §15.5.20, RFC 8470 §5.2).
    statuses.set(421);
    statuses.set(425);
  }

  /** Tries in total, the first included. */
  public int attempts() {
    return rules.attempts();
  }

  /** How much of a request body to keep, in bytes. */
  public int replayBytes() {
    return rules.replayBody();
  }

  /** Whether sending this request twice is as good as once (U4). */
  public boolean isRepeatable(RequestHead request) {
    String method = request.method();
    if (method.equals(Methods.PUT) || method.equals(Methods.DELETE)) return rules.putDelete();
    if (Methods.isIdempotent(method) || rules.unsafeMethods()) return true;
    return rules.idempotencyKey() && request.headers().contains(HeaderName.IDEMPOTENCY_KEY);
  }

  /**
   * Whether an attempt that failed this way may be followed by another.
   *
   * @param repeatable {@link #isRepeatable}, or no byte of the request has been written
   */
  public boolean allows(ProxyError.Kind kind, boolean repeatable) {
    return switch (kind) {
      case CONNECT_REFUSED, CONNECT_FAILED, CONNECT_TIMEOUT, TLS_FAILED, DNS_FAILED -> onConnect;
      case UPSTREAM_REFUSED_STREAM -> true;
      case STALE_CONNECTION -> repeatable;
      case UPSTREAM_RESET -> onReset && repeatable;
      case UPSTREAM_TIMEOUT -> onTimeout && repeatable;
      case RETRYABLE_STATUS -> repeatable;
      default -> kind.retry() == ProxyError.Retry.ALWAYS;
    };
  }

  /** Whether an answer with this status counts as a failed attempt that may be tried again. */
  public boolean retriesStatus(int status) {
    return statuses.get(status);
  }

  /**
   * How long the next attempt waits: a random time up to the base, doubled with each retry, so that
   * retries of many exchanges do not come together.
   *
   * @param retry 1 for the first retry
   */
  public long backoffNs(int retry, RandomGenerator random) {
    long ceiling = Math.min(maxBackoffNs, backoffNs << Math.min(Math.max(retry, 1) - 1, 16));
    return ceiling <= 0 ? 0 : random.nextLong(ceiling + 1);
  }

  /**
   * What {@code Retry-After} asks for (RFC 9110 §10.2.3): seconds or a date. To be kept when no
   * other endpoint is left to be asked; when it exceeds what is left of the deadline, pass the
   * answer on instead.
   *
   * @return nanoseconds, 0 when the field is absent or unreadable
   */
  public static long retryAfterNs(ResponseHead head, long wallMillis) {
    String value = head.headers().get(HeaderName.RETRY_AFTER);
    if (value == null || value.isEmpty()) return 0;
    if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return value.length() > 9 ? Long.MAX_VALUE : Long.parseLong(value) * NS_PER_S;
    }
    try {
      ZonedDateTime at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
      // A date in the year 9999 is more nanoseconds than a long holds; toNanos stops at its
      // largest.
      return TimeUnit.MILLISECONDS.toNanos(Math.max(0, at.toInstant().toEpochMilli() - wallMillis));
    } catch (DateTimeException e) {
      return 0;
    }
  }

  static void checkCondition(Object condition) {
    if (condition.equals("connect") || condition.equals("reset") || condition.equals("timeout")) {
      return;
    }
    if (status(condition) < 400) {
      throw new IllegalArgumentException(
          "on: there is no condition \"%s\"; known: connect, reset, timeout and statuses 400 to 599"
              .formatted(condition));
    }
  }

  private static int status(Object condition) {
    String text = String.valueOf(condition);
    if (text.length() != 3) return -1;
    try {
      int status = Integer.parseInt(text);
      return status >= 100 && status <= 599 ? status : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
