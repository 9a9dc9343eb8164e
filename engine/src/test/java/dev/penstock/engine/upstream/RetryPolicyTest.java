package dev.penstock.engine.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.engine.http.RequestHead;
import dev.penstock.engine.http.ResponseHead;
import dev.penstock.engine.spi.ProxyError.Kind;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
  private final RetryPolicy usual = new RetryPolicy(RetryRules.DEFAULT);

  /** U4. */
  @ParameterizedTest
  @CsvSource({
    "GET, true",
    "HEAD, true",
    "OPTIONS, true",
    "TRACE, true",
    "PUT, true",
    "DELETE, true",
    "QUERY, true",
    "POST, false",
    "PATCH, false",
    "CONNECT, false",
    "BREW, false",
  })
  void idempotentMethodsAreRepeatable(String method, boolean repeatable) {
    assertThat(usual.isRepeatable(request(method))).isEqualTo(repeatable);
  }

  @Test
  void rulesWidenAndNarrowWhatIsRepeatable() {
    RequestHead keyed = request("POST");
    keyed.headers().add("Idempotency-Key", "1");
    assertThat(usual.isRepeatable(keyed)).isFalse();
    assertThat(policy(false, true, true).isRepeatable(keyed)).isTrue();
    assertThat(policy(false, true, true).isRepeatable(request("POST"))).isFalse();
    assertThat(policy(true, false, true).isRepeatable(request("POST"))).isTrue();
    assertThat(policy(true, true, false).isRepeatable(request("PUT"))).isFalse();
    assertThat(policy(false, false, false).isRepeatable(request("DELETE"))).isFalse();
    assertThat(policy(false, false, false).isRepeatable(request("GET"))).isTrue();
  }

  /** U1, U6. */
  @ParameterizedTest
  @CsvSource({
    "CONNECT_REFUSED, false, true",
    "CONNECT_TIMEOUT, false, true",
    "TLS_FAILED, false, true",
    "UPSTREAM_REFUSED_STREAM, false, true",
    "STALE_CONNECTION, true, true",
    "STALE_CONNECTION, false, false",
    "UPSTREAM_RESET, true, true",
    "UPSTREAM_RESET, false, false",
    "UPSTREAM_TIMEOUT, true, false",
    "UPSTREAM_PROTOCOL, true, false",
    "UPSTREAM_INCOMPLETE, true, false",
    "CLIENT_GONE, true, false",
    "DEADLINE, true, false",
  })
  void failuresAreRetriedAsTheirKindAllows(Kind kind, boolean repeatable, boolean allowed) {
    assertThat(usual.allows(kind, repeatable)).isEqualTo(allowed);
  }

  @Test
  void conditionsTurnKindsOnAndOff() {
    RetryPolicy none = new RetryPolicy(RetryRules.DEFAULT.with(2));
    assertThat(none.allows(Kind.CONNECT_REFUSED, true)).isFalse();
    assertThat(none.allows(Kind.UPSTREAM_RESET, true)).isFalse();
    assertThat(none.allows(Kind.STALE_CONNECTION, true)).as("never the client's problem").isTrue();
    RetryPolicy timeouts = new RetryPolicy(RetryRules.DEFAULT.with(2, "timeout"));
    assertThat(timeouts.allows(Kind.UPSTREAM_TIMEOUT, true)).isTrue();
    assertThat(timeouts.allows(Kind.UPSTREAM_TIMEOUT, false)).isFalse();
  }

  @Test
  void statusesAreRetriedWhenNamed() {
    RetryPolicy named = new RetryPolicy(RetryRules.DEFAULT.with(3, 503, "429", "connect"));
    assertThat(named.retriesStatus(503)).isTrue();
    assertThat(named.retriesStatus(429)).isTrue();
    assertThat(named.retriesStatus(502)).isFalse();
    assertThat(usual.retriesStatus(503)).isFalse();
    assertThat(usual.retriesStatus(421)).isTrue();
    assertThat(usual.retriesStatus(425)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"200", "conect", "5xx", "", "99", "600"})
  void unknownConditionsAreRefused(String condition) {
    assertThatThrownBy(() -> RetryRules.DEFAULT.with(2, condition))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("known: connect, reset, timeout");
  }

  /** U7: full jitter under a ceiling of 25, 50, 100, 200, 250, 250 ms. */
  @Property
  void backoffStaysUnderItsCeiling(
      @ForAll @IntRange(min = 1, max = 40) int retry, @ForAll int seed) {
    long ceilingMs = retry > 4 ? 250 : 25L << (retry - 1);
    long waited = usual.backoffNs(retry, new SplittableRandom(seed));
    assertThat(waited).isBetween(0L, ceilingMs * 1_000_000);
  }

  @Test
  void backoffUsesTheWholeRange() {
    SplittableRandom random = new SplittableRandom(1);
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 1000; i++) {
      long waited = usual.backoffNs(1, random);
      least = Math.min(least, waited);
      most = Math.max(most, waited);
    }
    assertThat(least).isLessThan(500_000);
    assertThat(most).isBetween(24_500_000L, 25_000_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | 7000",
        "0 | 0",
        "soon | 0",
        "-1 | 0",
        "Thu, 01 Jan 1970 00:01:40 GMT | 40000",
        "Thu, 01 Jan 1970 00:00:10 GMT | 0",
      })
  void retryAfterIsSecondsOrADate(String value, long expectedMs) {
    ResponseHead head = new ResponseHead();
    head.headers().add("Retry-After", value);
    assertThat(RetryPolicy.retryAfterNs(head, 60_000)).isEqualTo(expectedMs * 1_000_000);
  }

  @Test
  void anEndlessRetryAfterDoesNotOverflow() {
    ResponseHead head = new ResponseHead();
    head.headers().add("Retry-After", "99999999999999999999");
    assertThat(RetryPolicy.retryAfterNs(head, 0)).isEqualTo(Long.MAX_VALUE);
    head.headers().set("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT");
    assertThat(RetryPolicy.retryAfterNs(head, 0)).isEqualTo(Long.MAX_VALUE);
    assertThat(RetryPolicy.retryAfterNs(new ResponseHead(), 0)).isZero();
  }

  private static RetryPolicy policy(boolean unsafe, boolean key, boolean putDelete) {
    RetryRules d = RetryRules.DEFAULT;
    return new RetryPolicy(
        new RetryRules(
            2,
            List.of(),
            d.budget(),
            d.minBudget(),
            d.backoff(),
            d.maxBackoff(),
            unsafe,
            key,
            putDelete,
            d.replayBody()));
  }

  private static RequestHead request(String method) {
    RequestHead head = new RequestHead();
    head.method(method);
    return head;
  }
}
