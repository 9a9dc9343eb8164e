package dev.penstock.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One request all the way, so that the other tests here can be believed. */
final class HarnessTest {
  @Test
  void aRequestGoesThroughTheGatewayAndItsAnswerComesBack() {
    try (ScriptedUpstream upstream = ScriptedUpstream.ok();
        TestGateway gateway = TestGateway.to(upstream);
        RawClient client = gateway.connect()) {
      RawResponse first = client.get("/a");
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.body()).isEqualTo("ok");
      assertThat(client.get("/b").body()).isEqualTo("ok");
      assertThat(upstream.requests())
          .extracting(ScriptedUpstream.Request::line)
          .containsExactly("GET /a HTTP/1.1", "GET /b HTTP/1.1");
      assertThat(upstream.connections()).isEqualTo(1);
    }
  }
}
