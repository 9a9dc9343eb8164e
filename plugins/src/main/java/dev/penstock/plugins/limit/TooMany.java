package dev.penstock.plugins.limit;

import dev.penstock.engine.http.HeaderName;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import java.util.concurrent.ThreadLocalRandom;

/** How limits refuse (RFC 6585 §4). */
final class TooMany {
  private TooMany() {}

  /** 429, with when to come back. */
  static Verdict requests(Response answer, String detail, long waitNs) {
    retryAfter(answer, RateFields.seconds(waitNs));
    return Verdict.reject(ProxyError.of(ProxyError.Kind.TOO_MANY_REQUESTS, detail), answer);
  }

  static Response answer() {
    return Response.text(429, "Too many requests\n");
  }

  /** Q1: up to a fifth later, so that those who were refused together do not return together. */
  private static void retryAfter(Response answer, long seconds) {
    long least = Math.max(1, seconds);
    long later = ThreadLocalRandom.current().nextLong(least / 5 + 2);
    answer.head().headers().set(HeaderName.RETRY_AFTER, Long.toString(least + later));
  }
}
