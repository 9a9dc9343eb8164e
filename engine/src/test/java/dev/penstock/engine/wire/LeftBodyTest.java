package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.spi.BodyAccess;
import dev.penstock.engine.spi.Phase;
import dev.penstock.engine.spi.Verdict;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Filters that change bodies, but not this one: {@code Exchange.leaveResponseBody}. */
final class LeftBodyTest {
  private static Probe changer(String name, boolean leaves) {
    return new Probe(name)
        .bodies(BodyAccess.TRANSFORM)
        .on(
            Phase.ON_RESPONSE,
            (exchange, part) -> {
              if (leaves) exchange.leaveResponseBody();
              return Verdict.NEXT;
            })
        .on(
            Phase.ON_RESPONSE_BODY,
            (exchange, part) -> {
              if (part != null && part.bytes().hasRemaining())
                part.replace(
                    ByteBuffer.wrap(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
              return Verdict.NEXT;
            });
  }

  @Test
  void aBodyThatAllLeaveKeepsItsLength() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Probe.gateway(upstream, changer("a", true), changer("b", true));
        RawClient client = gateway.connect()) {
      RawResponse answer = client.get("/");
      assertThat(answer.body()).isEqualTo("ok");
      assertThat(answer.field("Content-Length")).isEqualTo("2");
    }
  }

  @Test
  void whoDoesNotLeaveItStillChangesIt() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = Probe.gateway(upstream, changer("a", true), changer("b", false));
        RawClient client = gateway.connect()) {
      for (int i = 0; i < 2; i++) {
        RawResponse answer = client.get("/");
        assertThat(answer.body()).isEqualTo("b");
        assertThat(answer.field("Content-Length")).isNull();
      }
    }
  }
}
