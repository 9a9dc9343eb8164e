package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.penstock.engine.spi.Exchange;
import dev.penstock.engine.spi.Exchange.Suspension;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.ProxyError;
import dev.penstock.engine.spi.Response;
import dev.penstock.engine.spi.Verdict;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each verdict in each phase, said in each way; with another request pipelined behind, and with a
 * client that goes away. Nothing is left under way afterwards.
 */
final class VerdictMatrixTest {
  private enum Way {
    INLINE,
    /** Suspended, and resumed from another thread. */
    LATER,
    /** Suspended, and resumed before the phase method returns. */
    AT_ONCE,
    BLOCKING
  }

  private enum Said {
    NEXT,
    RESPOND,
    STREAM,
    REJECT,
    RETRY,
    THROW,
    THROW_OPEN
  }

  private static final Set<Phase> PHASES = EnumSet.complementOf(EnumSet.of(Phase.ON_LOG));

  static Stream<Arguments> cases() {
    List<Arguments> all = new ArrayList<>();
    for (Phase phase : PHASES) {
      for (Way way : Way.values()) {
        for (Said said : Said.values()) {
          boolean isThrown = said == Said.THROW || said == Said.THROW_OPEN;
          if (isThrown && (way == Way.LATER || way == Way.AT_ONCE)) continue;
          all.add(arguments(phase, way, said));
        }
      }
    }
    return all.stream();
  }

  private static Verdict verdict(Said said) {
    return switch (said) {
      case NEXT -> Verdict.NEXT;
      case RESPOND -> Verdict.respond(Response.text(299, "mine"));
      case STREAM -> Verdict.respond(new Response(299).body(new TextSource("mi", "ne")));
      case REJECT -> Verdict.reject(ProxyError.of(ProxyError.Kind.DENIED, "by the test"));
      case RETRY -> Verdict.RETRY;
      case THROW, THROW_OPEN -> throw new IllegalStateException("thrown by the test");
    };
  }

  private static Probe probe(Phase phase, Way way, Said said) {
    Probe probe =
        new Probe("probe")
            .on(
                phase,
                (exchange, part) -> {
                  if (!exchange.request().path().equals("/hook")) return Verdict.NEXT;
                  return switch (way) {
                    case INLINE, BLOCKING -> verdict(said);
                    case LATER -> {
                      Suspension suspension = exchange.suspend();
                      Thread.ofVirtual().start(() -> suspension.resume(verdict(said)));
                      yield Verdict.SUSPEND;
                    }
                    case AT_ONCE -> {
                      exchange.suspend().resume(verdict(said));
                      yield Verdict.SUSPEND;
                    }
                  };
                });
    if (way == Way.BLOCKING) probe.blocking();
    if (said == Said.THROW_OPEN) probe.failsOpen();
    return probe;
  }

  private static ScriptedUpstream upstream(Phase phase) {
    return ScriptedUpstream.replying((request, peer) -> {
      boolean fails = phase == Phase.ON_UPSTREAM_ERROR && request.line().contains("/hook");
      if (fails) peer.close();
      else peer.send(ScriptedUpstream.OK);
    });
  }

  private static final String HOOK =
      "POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
  private static final String PLAIN =
      "POST /plain HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";

  private static boolean breaksOff(Phase phase, Said said) {
    return phase == Phase.ON_RESPONSE_BODY && said != Said.NEXT && said != Said.THROW_OPEN;
  }

  private static int status(Phase phase, Said said) {
    int otherwise = phase == Phase.ON_UPSTREAM_ERROR ? 502 : 200;
    return switch (said) {
      case NEXT, THROW_OPEN -> otherwise;
      case RESPOND, STREAM -> 299;
      case REJECT -> 403;
      case RETRY -> phase == Phase.ON_UPSTREAM_ERROR ? 502 : 500;
      case THROW -> 500;
    };
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("cases")
  void isHonouredAndTheNextRequestIsServed(Phase phase, Way way, Said said) {
    try (ScriptedUpstream upstream = upstream(phase);
        TestGateway gateway = Probe.gateway(upstream, probe(phase, way, said));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        if (breaksOff(phase, said)) {
          try (RawClient other = gateway.connect()) {
            other.send(HOOK);
            assertThat(other.readToEnd()).doesNotContain("ok").doesNotContain("mine");
          }
          client.send(PLAIN);
        } else {
          client.send(HOOK + PLAIN);
          RawResponse answer = client.readResponse();
          assertThat(answer.status()).as(answer.toString()).isEqualTo(status(phase, said));
          if (answer.status() == 299) assertThat(answer.body()).isEqualTo("mine");
          if (answer.status() == 200) assertThat(answer.body()).isEqualTo("ok");
        }
        RawResponse next = client.readResponse();
        assertThat(next.status()).as(next.toString()).isEqualTo(200);
        assertThat(next.body()).isEqualTo("ok");
      }
      gateway.awaitIdle("up");
    }
  }

  static Stream<Phase> phases() {
    return PHASES.stream();
  }

  @ParameterizedTest
  @MethodSource("phases")
  void aClientThatGoesAwayWhileAFilterThinksLeavesNothingBehind(Phase phase) throws Exception {
    BlockingQueue<Suspension> suspended = new LinkedBlockingQueue<>();
    BlockingQueue<String> logged = new LinkedBlockingQueue<>();
    Probe probe =
        new Probe("probe")
            .on(
                phase,
                (exchange, part) -> {
                  if (!exchange.request().path().equals("/hook")) return Verdict.NEXT;
                  suspended.add(exchange.suspend());
                  return Verdict.SUSPEND;
                })
            .on(Phase.ON_LOG, (exchange, part) -> log(logged, exchange));
    try (ScriptedUpstream upstream = upstream(phase);
        TestGateway gateway = Probe.gateway(upstream, probe)) {
      for (int i = 0; i < 3; i++) {
        RawClient client = gateway.connect();
        client.send(HOOK);
        Suspension suspension = suspended.poll(10, TimeUnit.SECONDS);
        assertThat(suspension).isNotNull();
        client.reset();
        assertThat(logged.poll(10, TimeUnit.SECONDS)).isEqualTo("/hook");
        gateway.awaitIdle("up");
        // Late, and twice: about an exchange that is over and an object that serves another.
        suspension.resume(Verdict.respond(Response.text(299, "late")));
        suspension.resume(Verdict.NEXT);
        try (RawClient other = gateway.connect()) {
          other.send(PLAIN);
          assertThat(other.readResponse().body()).isEqualTo("ok");
        }
        assertThat(logged.poll(10, TimeUnit.SECONDS)).isEqualTo("/plain");
      }
      gateway.awaitIdle("up");
      assertThat(logged).isEmpty();
    }
  }

  private static Verdict log(BlockingQueue<String> logged, Exchange exchange) {
    logged.add(exchange.request().path());
    return Verdict.NEXT;
  }

  @ParameterizedTest
  @MethodSource("phases")
  void aClientThatGoesAwayWhileABlockingFilterWorksLeavesNothingBehind(Phase phase)
      throws Exception {
    BlockingQueue<Boolean> begun = new LinkedBlockingQueue<>();
    BlockingQueue<Boolean> goOn = new LinkedBlockingQueue<>();
    Probe probe =
        new Probe("probe")
            .blocking()
            .on(
                phase,
                (exchange, part) -> {
                  if (!exchange.request().path().equals("/hook")) return Verdict.NEXT;
                  begun.add(true);
                  assertThat(goOn.poll(10, TimeUnit.SECONDS)).isNotNull();
                  return Verdict.respond(Response.text(299, "late"));
                });
    try (ScriptedUpstream upstream = upstream(phase);
        TestGateway gateway = Probe.gateway(upstream, probe)) {
      for (int i = 0; i < 3; i++) {
        RawClient client = gateway.connect();
        client.send(HOOK);
        assertThat(begun.poll(10, TimeUnit.SECONDS)).isNotNull();
        client.reset();
        gateway.awaitIdle("up");
        goOn.add(true);
        try (RawClient other = gateway.connect()) {
          other.send(PLAIN);
          assertThat(other.readResponse().body()).isEqualTo("ok");
        }
      }
      gateway.awaitIdle("up");
    }
  }
}
