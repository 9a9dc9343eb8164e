package dev.penstock.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.observe.TerminationCode.Cause;
import dev.penstock.engine.observe.TerminationCode.State;
import dev.penstock.engine.spi.ProxyError;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TerminationCodeTest {
  @ParameterizedTest
  @CsvSource({
    "BAD_REQUEST, REQUEST, CR, http_request_error",
    "REQUEST_TIMEOUT, REQUEST, cR, http_request_error",
    "CLIENT_GONE, DATA, CD, http_request_error",
    "UNAUTHENTICATED, REQUEST, PR, http_request_denied",
    "DENIED, REQUEST, PR, http_request_denied",
    "QUEUE_TIMEOUT, QUEUE, RQ, connection_limit_reached",
    "CONNECT_REFUSED, CONNECT, SC, connection_refused",
    "CONNECT_TIMEOUT, CONNECT, sC, connection_timeout",
    "UPSTREAM_TIMEOUT, HEAD, sH, http_response_timeout",
    "UPSTREAM_INCOMPLETE, DATA, SD, http_response_incomplete",
    "UPSTREAM_IDLE, TUNNEL, sT, http_response_timeout",
    "FILTER_FAILED, REQUEST, IR, proxy_internal_error",
    "SHUTTING_DOWN, LAST, KL, proxy_internal_response"
  })
  void namesWhoEndedItAndInWhichState(
      ProxyError.Kind kind, State state, String code, String token) {
    TerminationCode termination = TerminationCode.of(kind, state);
    assertThat(termination.code()).isEqualTo(code);
    assertThat(termination.token()).isEqualTo(token);
    assertThat(termination.isNormal()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(ProxyError.Kind.class)
  void anErrorIsBlamedOnTheSideThatItNames(ProxyError.Kind kind) {
    Set<Cause> allowed =
        switch (kind.side()) {
          case CLIENT -> Set.of(Cause.CLIENT, Cause.CLIENT_TIMEOUT, Cause.PROXY);
          case UPSTREAM -> Set.of(Cause.UPSTREAM, Cause.UPSTREAM_TIMEOUT, Cause.RESOURCE);
          case US -> Set.of(Cause.PROXY, Cause.RESOURCE, Cause.INTERNAL, Cause.KILLED);
        };
    assertThat(allowed).contains(TerminationCode.of(kind, State.HEAD).cause());
  }

  @Test
  void goodEndingsHaveNoToken() {
    assertThat(TerminationCode.NORMAL.code()).isEqualTo("--");
    assertThat(TerminationCode.NORMAL.token()).isNull();
    assertThat(TerminationCode.LOCAL.code()).isEqualTo("LR");
    assertThat(TerminationCode.LOCAL.isNormal()).isTrue();
    assertThat(TerminationCode.of(Cause.CLIENT, State.TUNNEL).code()).isEqualTo("CT");
  }

  @Test
  void everyCodeThatCanBeLoggedCanBeCounted() {
    String[] byNumber = TerminationCode.codesByNumber();
    Set<String> seen = new HashSet<>();
    for (ProxyError.Kind kind : ProxyError.Kind.values()) {
      for (State state : State.values()) {
        TerminationCode code = TerminationCode.of(kind, state);
        assertThat(byNumber[code.number()]).isEqualTo(code.code());
        seen.add(code.code());
      }
    }
    assertThat(seen).hasSizeGreaterThan(30);
    assertThat(byNumber).doesNotContainNull();
    assertThat(byNumber[TerminationCode.NORMAL.number()]).isEqualTo("--");
  }
}
